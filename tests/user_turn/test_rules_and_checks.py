"""Rules, answer checks and edits against hand-made cases; agreement on the hand-labelled set."""

from __future__ import annotations

from collections import Counter

import pytest
from sklearn.metrics import cohen_kappa_score

from probes.core.transcript import Transcript
from probes.schema.names import CLASSES
from probes.shared.items.contexts import Context
from probes.shared.turns.rules import classify
from probes.shared.turns.text import whole
from probes.user_turn.checks import last_number, right
from probes.user_turn.contexts import own
from probes.user_turn.labelled import labelled
from probes.user_turn.perturb import EDITS, edit

QUERY = "How do I clean a copper kettle?"
ANSWER = "Rub it with half a lemon and some salt, rinse it and dry it with a soft cloth."


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        ("Does the lemon harm the tin inside?", "follow_up"),
        ("Why salt?", "follow_up"),
        ("Thanks! But what if I have no lemon?", "follow_up"),
        ("how can i clean a copper kettle", "restatement"),
        ("Thanks, that helps a lot!", "thanks"),
        ("You're welcome! Let me know if you need anything else.", "carry_on"),
        ("What is the capital of Peru?", "unrelated"),
        ("", "malformed"),
        ("la la la la la la la la la la la la la la", "malformed"),
    ],
)
def test_plain_cases(turn, expected):
    assert classify(turn, QUERY, ANSWER) == expected


def test_hand_labelled_set_is_large_varied_and_has_hard_cases():
    written = labelled(with_next=False)
    counts = Counter(one.label for one in labelled())
    assert sum(counts.values()) >= 300
    assert min(counts[name] for name in CLASSES) >= 30
    assert sum(one.hard for one in written) >= 80
    assert len({(one.context.id, one.turn) for one in labelled()}) == sum(counts.values())


def test_rules_agree_with_the_labels():
    truth = [one.label for one in labelled()]
    read = [classify(one.turn, one.context.query(), one.context.given()) for one in labelled()]
    assert cohen_kappa_score(truth, read) >= 0.8
    restated = [r for t, r in zip(truth, read, strict=True) if t == "restatement"]
    assert restated.count("restatement") / len(restated) >= 0.95


def test_every_query_restated_word_for_word_is_a_restatement():
    assert {classify(one.query(), one.query(), one.given()) for one in own()} == {"restatement"}


def test_contexts_number_depth_and_domains():
    contexts = own()
    assert len(contexts) >= 120
    assert len({one.id for one in contexts}) == len(contexts)
    assert len({one.domain for one in contexts}) >= 5
    assert sum(one.depth >= 4 for one in contexts) >= 10
    assert all(one.following() for one in contexts)


@pytest.mark.parametrize("context", [one for one in own() if one.check], ids=lambda one: one.id)
def test_given_answers_pass_their_check_and_wrong_ones_fail(context):
    assert right(context.given(), context.check) == 1.0
    assert right(context.wrong, context.check) == 0.0


@pytest.mark.parametrize(
    ("text", "number"),
    [("#### 1,200", 1200), ("it is $3.50.", 3.5), ("3/4", 0.75), ("so 36%", 36), ("from -2 to -5", -5), ("no", None)],
)
def test_last_number(text, number):
    assert last_number(text) == number


def test_what_cannot_be_read_is_unscored():
    assert right("no idea", {"number": 3}) == "unscored"
    assert right("anything", {}) == "unscored"


def test_edits_do_what_they_say():
    shown = Transcript().user(QUERY).assistant(ANSWER)
    after = {name: edit(name, shown, "Other answer.", 0) for name in EDITS}
    assert after["none"] == shown
    assert after["question"].turns[-1].text.startswith(ANSWER)
    assert after["question"].turns[-1].text.endswith("?")
    assert after["swapped"].turns[-1].text == "Other answer."
    assert after["empty"].turns[-1].text == ""
    assert len(after["half"].turns[-1].text.split()) * 2 == len(ANSWER.split())
    assert after["half"].turns[-1].closed
    assert not after["half_open"].turns[-1].closed
    assert all(one.turns[0] == shown.turns[0] for one in after.values())


@pytest.mark.parametrize(("name", "words", "closed"), [("cut_25", 4, True), ("cut_75_open", 14, False)])
def test_an_answer_can_be_cut_at_any_share_of_its_words(name, words, closed):
    last = edit(name, Transcript().user(QUERY).assistant(ANSWER), "", 0).turns[-1]
    assert (last.text, last.closed) == (" ".join(ANSWER.split()[:words]), closed)


def test_an_unknown_edit_is_named_beside_the_known():
    with pytest.raises(ValueError, match="no perturbation 'cut_off'; there are: none, half"):
        edit("cut_off", Transcript().user(QUERY).assistant(ANSWER), "", 0)


def test_first_sentence_keeps_decimals_together():
    shown = Transcript().user("q").assistant("It costs 3.50 euros. Then it rose.")
    assert edit("sentence", shown, "", 0).turns[-1].text == "It costs 3.50 euros."


@pytest.mark.parametrize(
    ("cut", "kept"),
    [
        ("Keep the room dark. Then you have", "Keep the room dark."),
        ("A step.\n\n1. **First, heat", "A step."),
        ("So 5 x 7 = 35.\nThe total of", "So 5 x 7 = 35."),
        ('Is it "so." Yes, 3.5 metres and', 'Is it "so."'),
        ("1. **First**: put the stain on", "1. **First**: put the stain on"),  # no sentence is whole: as it is
        ("All of it.", "All of it."),
    ],
)
def test_an_answer_cut_by_the_limit_ends_with_a_whole_sentence(cut, kept):
    assert whole(cut) == kept


def test_depth_counts_exchanges_whose_answers_are_given():
    assert Context("a", "d", ("q",)).depth == 1
    assert Context("a", "d", ("q", "a", "q2")).depth == 2
    assert Context("a", "d", ("q", "", "q2")).depth == 1
    with pytest.raises(ValueError, match="no query"):
        Context("a", "d", ())
