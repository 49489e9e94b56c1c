from __future__ import annotations

import numpy as np
import pytest
from run_folders import finished

from probes import suite
from probes.context import edits
from probes.core import Choice, Continuation, Continue, Score, Scored
from probes.shared.conversations import conversations
from probes.shared.conversations.turns import TYPES


def vocabulary():
    """Every word of the planted conversations, as the lexical models cut them."""
    texts = [edits.PLACEHOLDER, edits.NOTE]
    for found in conversations():
        texts += [text for item in found.rounds for text in (item.user, item.assistant, item.reference)]
    return sorted({word for text in texts for word in text.split()})


@pytest.fixture(scope="module")
def words():
    return vocabulary()


def test_a_model_deaf_to_its_own_words_gains_exactly_nothing(words, lexical, played):
    table = played(suite["own_words"](contexts=("user_only",), per_kind=2), lexical(("user",), words))
    assert len(table) > 20
    assert (table["gain"] == 0).all()
    assert (table["kl"] == 0).all()
    assert (table["saved"] < 1).all()


def test_a_model_that_leans_on_its_own_words_gains_most_where_they_are_needed(words, lexical, played):
    table = played(suite["own_words"](contexts=("user_only",), targets=("reply",)), lexical(("assistant",), words))
    gain = table.groupby("kind")["gain"].mean()
    assert gain["dependent"] > gain["self_contained"] + 0.5
    assert gain["dependent"] > 1
    assert (table["kl"] >= 0).all()


def test_a_model_polluted_by_its_first_error_prefers_the_error_only_while_it_sees_it(words, lexical, played):
    probe = suite["own_words"](kinds=("planted",), contexts=("user_only",), targets=("reply", "error"))
    table = played(probe, lexical(("user", "assistant"), words)).query("planted")
    pull = table.pivot_table(index=["conversation", "round"], columns="target", values="gain")
    assert (pull["error"] - pull["reply"]).mean() > 0.1, "its past makes the error likelier than the right reply"
    deaf = played(probe, lexical(("user",), words)).query("planted")
    pull = deaf.pivot_table(index=["conversation", "round"], columns="target", values="gain")
    assert (pull["error"] - pull["reply"]).abs().max() == 0


def test_the_full_context_against_itself_is_exactly_zero_and_saves_nothing(words, lexical, played):
    table = played(suite["own_words"](contexts=("full",), per_kind=1), lexical(("user", "assistant"), words))
    assert (table[["gain", "kl", "saved"]] == 0).all().all()


def test_shorter_contexts_save_more(words, lexical, played):
    probe = suite["own_words"](contexts=("last_exchange", "last_turn"), targets=("reply",), per_kind=2)
    table = played(probe, lexical(("user",), words)).query("round == 4")
    saved = table.groupby("context")["saved"].mean()
    assert saved["last_turn"] > saved["last_exchange"] > 0


class Talker:
    """Answers with the accepted answer if the last assistant turn it sees holds no placeholder, else with nothing."""

    name, fingerprint, info = "talker", "1" * 64, {}

    def __init__(self, needs_itself):
        self.needs_itself = needs_itself
        self.right = {
            found.before(n).turns[-1].text: item.right
            for found in conversations()
            for n, item in enumerate(found.rounds, 1)
        }

    def reply(self, questions, progress=None):
        return [self._one(question) for question in questions]

    def digest(self, question):
        return repr(question)

    def _one(self, question):
        if isinstance(question, Continue):
            hidden = any(turn.text == edits.PLACEHOLDER for turn in question.transcript)
            asked = question.transcript.turns[-1].text
            text = "I do not know." if hidden and self.needs_itself else self.right.get(asked, "A summary.")
            return Continuation(text, [0], [0.0], "end_of_turn")
        if isinstance(question, Score):
            n = len(question.text.split())
            return Scored(list(range(n)), [-1.0] * n, question.text)
        return Choice({label: -1.0986 for label in question.options}, dict(question.options))


def test_rounds_tell_a_model_that_needs_its_replies_from_one_that_does_not(played):
    probe = suite["own_rounds"](kinds=("dependent",), contexts=("full", "user_only", "summarised"), per_kind=4)
    for needs, expected in ((True, 0.0), (False, 1.0)):
        table = played(probe, Talker(needs)).query("checkable and round > 1")
        share = table.assign(correct=table["correct"].astype(float)).groupby("context")["correct"].mean()
        assert share["full"] == 1.0
        assert share["summarised"] == 1.0
        assert share["user_only"] == expected
    first = played(probe, Talker(True)).query("round == 1")
    assert first.groupby("conversation")["context_chars"].nunique().eq(1).all(), "nothing to omit in round 1"


def test_uncheckable_rounds_and_last_rounds_are_unscored_never_zero(played):
    table = played(suite["own_rounds"](kinds=("self_contained",), contexts=("full",), per_kind=6), Talker(False))
    assert (table.loc[~table["checkable"], "correct"] == "unscored").all()
    assert (table.loc[table["round"] == table["rounds"], "next_user"] == "unscored").all()
    assert (table.loc[table["round"] < table["rounds"], "next_user"] == -1.0).all()


def test_a_model_that_repeats_the_placeholder_is_counted(played):
    class Parrot(Talker):
        def _one(self, question):
            if isinstance(question, Continue) and any(turn.text == edits.PLACEHOLDER for turn in question.transcript):
                return Continuation(edits.PLACEHOLDER, [0], [0.0], "end_of_turn")
            return super()._one(question)

    table = played(suite["own_rounds"](kinds=("mixed",), per_kind=2), Parrot(False)).query("round > 1")
    assert table.groupby("context")["echo"].mean().to_dict() == {"full": 0.0, "user_joined": 0.0, "user_only": 1.0}


def test_the_planted_error_is_put_in_the_models_mouth(played):
    table = played(suite["own_rounds"](kinds=("planted",), contexts=("full",), per_kind=2), Talker(False))
    assert table["round"].min() == 2
    unplanted = played(
        suite["own_rounds"](kinds=("planted",), contexts=("full",), per_kind=2, plant=False), Talker(False)
    )
    assert unplanted["round"].min() == 1


class Judge:
    """Prefers the shorter reply (`taste`) and the reply shown first (`bias`), in nats."""

    name, fingerprint, info = "judge", "2" * 64, {}

    def __init__(self, taste, bias):
        self.taste, self.bias = taste, bias

    def reply(self, questions, progress=None):
        return [self._one(question) for question in questions]

    def digest(self, question):
        return repr(question)

    def _one(self, question):
        lines = question.transcript.turns[-1].text.splitlines()
        shown = {line[6]: line[9:] for line in lines if line.startswith("Reply ")}
        right = {item.right for found in conversations(["planted"]) for item in found.rounds}
        score = {label: self.taste * (shown[label] in right) + self.bias * (label == "A") for label in "AB"}
        norm = np.logaddexp.reduce([*score.values(), 0.0])
        return Choice({**{label: value - norm for label, value in score.items()}, "C": -norm}, dict(question.options))


def test_the_judge_probe_separates_taste_from_position(played):
    probe = suite["own_judge"]()
    just = played(probe, Judge(5.0, 0.0))
    assert just["preference"].min() > 0.9
    assert just.groupby("view")["first"].mean().abs().max() < 1e-9
    biased = played(probe, Judge(0.0, 5.0))
    assert biased["first"].min() > 0.9
    assert biased.groupby(["conversation", "round", "view"])["preference"].mean().abs().max() < 1e-9
    assert (biased["mass"] > 0.999).all()


def test_the_judge_reads_the_replies_of_a_run(tmp_path, played):
    rounds = played(suite["own_rounds"](kinds=("planted",), per_kind=2), Talker(True))
    rounds["text"] = np.where(rounds["context"] == "full", "a good reply", "a poor reply")
    said = rounds.drop(columns=["correct", "next_user"]).assign(measure="correct", value=1.0, status="ok")
    finished(tmp_path, "own_rounds", said.assign(cluster=said["conversation"]))
    probe = suite["own_judge"](replies=str(tmp_path))
    trials = list(probe.trials())
    assert len(trials) == 2 * 3 * 2 * 2
    question = next(probe.play(trials[0], np.random.default_rng(0)))
    text = question.transcript.turns[-1].text
    assert "Reply A: a good reply" in text
    assert "Reply B: a poor reply" in text
    assert set(question.options.values()) == {"full", "user_only", "tie"}


class Sorter:
    """Knows the author's turn type of every message, whatever the order of the options."""

    name, fingerprint, info = "sorter", "3" * 64, {}

    def reply(self, questions, progress=None):
        types = {item.user: item.type for found in conversations() for item in found.rounds}
        out = []
        for question in questions:
            message = question.transcript.turns[-1].text.split("newest message is:\n")[1].split("\n")[0]
            out.append(
                Choice(
                    {label: 0.0 if types[message] == meaning else -30.0 for label, meaning in question.options.items()},
                    dict(question.options),
                )
            )
        return out

    def digest(self, question):
        return repr(question)


def test_a_model_that_knows_the_turn_types_is_read_as_knowing_them(played):
    table = played(suite["turn_type"](), Sorter())
    named = table[[f"p_{name}" for name in TYPES]].to_numpy().argmax(1)
    assert [TYPES[k] for k in named] == table["type"].tolist()
    assert table.groupby("arm").size().nunique() == 1
