"""Every kind of confidence, elicited from scripted models whose confidence is known."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

import probes
from analysis import calibration
from probes import Choose, Continue, ScriptedModel
from probes.calibration.kinds import KINDS
from probes.calibration.stimuli.knowledge import UNKNOWN, generate
from probes.models.scripted import first, uniform
from probes.shared.personas import SHELF

TOPICS = ("arithmetic", "comparisons", "logic")
WORDS = {0.95: "almost certain", 0.75: "likely", 0.5: "even chance"}


def chance(text):
    """A number in [0, 1) that belongs to a text."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16) / 16**12


class Forecaster:
    """Answers our items rightly with the probability it knows, and states `stated(known)` in every way it is asked."""

    def __init__(self, stated=lambda c: c, **items):
        self.items = generate(**items)
        self.stated = stated

    def known(self, item):
        return 0.4 + 0.55 * chance(f"confidence {item.question}")

    def answer(self, item):
        if chance(f"outcome {item.question}") < self.known(item):
            return item.answer
        return next(text for text in item.options if text != item.answer)

    def __call__(self, question):
        text = "\n".join(turn.text for turn in question.transcript)
        item = next((one for one in self.items if any(wording in text for wording in one.wordings)), None)
        if isinstance(question, Choose):
            return self.choose(question, item)
        if not isinstance(question, Continue):
            return np.log(self.stated(self.known(item))) * len(question.text.split())
        share = self.stated(self.known(item))
        if "percentage" in text:
            return f"{100 * share:.4f}%"
        if "likely" in text:
            return WORDS[min(WORDS, key=lambda value: abs(value - share))]
        return self.sample(question, item, text, share)

    def choose(self, question, item):
        meanings = list(question.options.values())
        if item is None:
            return dict.fromkeys(meanings, 1 / len(meanings))
        share = self.stated(self.known(item))
        mine = {"right", "answer"} & set(meanings)
        mine = mine.pop() if mine else self.answer(item)
        return {m: share if m == mine else (1 - share) / (len(meanings) - 1) for m in meanings}

    def sample(self, question, item, text, share):
        answer = self.answer(item)
        same = question.temperature == 0 or chance(f"{text} {question.seed}") < share
        if "\nA) " not in text:
            return answer if same else "something else"
        letters = {line[3:]: line[0] for line in text.splitlines() if line[1:3] == ") "}
        return letters[answer if same else next(text for text in letters if text != answer)]


def run(policy, **given):
    return probes.run(probes.suite["calibration"](**{"topics": TOPICS, "per_level": 4, **given}), ScriptedModel(policy))


@pytest.fixture(scope="module")
def elicited():
    policy = Forecaster(topics=TOPICS, per_level=4)
    return policy, calibration.pairs(run(policy, samples=40))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_recovers_the_confidence_that_is_there(elicited, kind):
    """Words to the nearest phrase, 40 samples within five standard errors, all others exactly."""
    policy, seen = elicited
    known = {item.name: policy.known(item) for item in policy.items}
    rows = seen[(seen["kind"] == kind) & (seen["form"] == "options")]
    assert len(rows) == 48
    expected = rows["name"].map(known).to_numpy()
    slack = {"words_one": 0.13, "words_two": 0.13, "consistency": 5 * 0.5 / np.sqrt(40)}.get(kind, 1e-5)
    np.testing.assert_allclose(rows["confidence"].to_numpy(float), expected, atol=slack)


def test_all_kinds_judge_the_same_answer_and_say_how(elicited):
    policy, seen = elicited
    answers = {item.name: policy.answer(item) for item in policy.items}
    options = seen[seen["form"] == "options"]
    assert (options["answer"] == options["name"].map(answers)).all()
    assert (options["correct"] == (options["answer"] == options["truth"])).all()
    assert (options.groupby("name")["correct"].nunique() == 1).all()
    for column in ("elicitation", "context", "read_out"):
        assert (seen[column].str.len() > 5).all()
    assert options.groupby("kind")["elicitation"].nunique().eq(1).all()


def test_free_answers_are_judged_by_their_text(elicited):
    policy, seen = elicited
    free = seen[(seen["form"] == "free") & (seen["kind"] == "p_true")]
    items = {item.name: item for item in policy.items}
    right = [policy.answer(items[name]) == items[name].answer for name in free["name"]]
    np.testing.assert_array_equal(free["correct"].to_numpy(), np.array(right, dtype=float))


def test_option_shares_are_kept_for_conformal_sets(elicited):
    _, seen = elicited
    shares, place = calibration.option_shares(seen[(seen["kind"] == "option_averaged") & (seen["form"] == "options")])
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    assert sorted(set(place)) == [0, 1, 2, 3]


def test_position_bias_cancels_in_the_average_and_not_in_the_raw_probability():
    seen = calibration.pairs(run(first, forms=("options",), kinds=("option_raw", "option_averaged")))
    means = seen.groupby("kind")["confidence"].mean()
    assert means["option_raw"] == pytest.approx(1)
    assert means["option_averaged"] == pytest.approx(0.25)
    assert seen["correct"].mean() == pytest.approx(0.25)


def test_knowing_nothing_has_chance_confidence_and_silence_has_a_status():
    asked = ("option_averaged", "option_corrected", "p_true", "percent_one", "words_two", "consistency")
    seen = calibration.pairs(run(uniform, kinds=asked, forms=("options",)))
    means = seen.groupby("kind")["confidence"].mean()
    assert means["option_averaged"] == pytest.approx(0.25)
    assert means["option_corrected"] == pytest.approx(0.25)
    assert means["p_true"] == pytest.approx(0.5)
    rates = calibration.rates(seen, ["kind"]).set_index("kind")
    assert (rates.loc[["percent_one", "words_two", "consistency"], "unscored"] == 1).all()
    assert (rates["asked"] == 48).all()


def test_label_prior_is_taken_out():
    """A model that only likes the letter A, and a model that knows and also likes A."""

    def likes_a(question):
        if not isinstance(question, Choose):
            return "" if isinstance(question, Continue) else -1.0
        shown = [" A", " B", " C", " D"]
        weights = dict(zip(shown, (8, 1, 1, 1), strict=True))
        total = sum(weights[label] for label in question.options)
        return {meaning: weights[label] / total for label, meaning in question.options.items()}

    seen = calibration.pairs(run(likes_a, forms=("options",), kinds=("option_raw", "option_corrected")))
    means = seen.groupby("kind")["confidence"].mean()
    assert means["option_raw"] == pytest.approx(8 / 11)
    assert means["option_corrected"] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("stated", "over"),
    [(lambda c: c, 0), (lambda c: c**3 / (c**3 + (1 - c) ** 3), 1), (lambda c: 0.97, 1), (lambda c: round(c, 1), 0)],
    ids=["perfect", "overconfident", "constant", "tens"],
)
def test_forecasters_are_told_apart_end_to_end(stated, over):
    given = {"topics": ("arithmetic", "comparisons", "logic", "dates"), "per_level": 10}
    policy = Forecaster(stated, **given)
    seen = calibration.pairs(run(policy, **given, forms=("options",), kinds=("percent_two",)))
    card = calibration.score(seen, metrics=("ece", "signed_gap"), rng=np.random.default_rng(0)).set_index("metric")
    assert (card.low["signed_gap"] > 0) == bool(over)
    assert (card.p_calibrated["ece"] < 0.01) == bool(over)


def test_personas_are_a_factor_with_length_matched_controls():
    table = run(
        uniform, topics=("logic",), personas=("none", "nurse", "bold"), controls=True, forms=("options", "free")
    )
    rows = calibration.pairs(table)
    assert list(rows["persona"].unique()) == ["none", "nurse", "control_nurse", "bold", "control_bold"]
    assert set(rows[rows["persona"] != "none"]["kind"]) == {"option_raw", "option_averaged"}
    assert set(rows[rows["persona"] == "none"]["form"]) == {"options", "free"}


def test_triage_recovers_a_physician_a_worrier_and_a_persona_effect():
    """A policy that reads the truth; one that is one level too urgent; one that is so only as a nurse."""
    from probes.calibration.news2 import URGENCIES
    from probes.calibration.vignettes import patients

    cases = {case.told(s, 0): case for case in patients(3) for s in ("critical", "primary")}
    nurse = SHELF["nurse"].text

    def doctor(shift):
        def policy(question):
            text = question.transcript.turns[-1].text
            level = URGENCIES.index(next(case for told, case in cases.items() if told in text).urgency)
            moved = shift if shift >= 0 or question.transcript.turns[0].text == nurse else 0
            return URGENCIES[min(level + abs(moved), 3)]

        return policy

    def means(shift):
        table = probes.run(
            probes.suite["triage"](per_urgency=3, personas=("none", "nurse")), ScriptedModel(doctor(shift))
        )
        return table.groupby(["persona", "measure"], sort=False)["value"].mean().unstack()

    assert means(0).loc["none", ["correct", "over", "under"]].tolist() == [1, 0, 0]
    worried = means(1).loc["none"]
    assert worried[["over", "under", "shift"]].tolist() == pytest.approx([0.75, 0, 0.75])
    split = means(-1)
    assert split.loc["none", "over"] == 0
    assert split.loc["nurse", "over"] == pytest.approx(0.75)


def test_unknown_is_the_right_answer_where_nothing_can_be_known():
    policy = Forecaster(topics=("unanswerable",), per_level=2)
    seen = calibration.pairs(
        run(policy, topics=("unanswerable",), per_level=2, forms=("options",), kinds=("option_raw",))
    )
    assert set(seen["truth"]) == {UNKNOWN}
    assert not seen["answerable"].astype(bool).any()


def test_a_free_answer_may_be_as_long_as_it_is_told(tmp_path):
    file = tmp_path / "q.jsonl"
    file.write_text('{"question": "What is 1 plus 1?", "answer": ["2"]}\n')
    asked = []

    def policy(question):
        asked.append(question)
        return "2" if isinstance(question, Continue) else -1.0

    probe = probes.suite["calibration"](
        dataset="questions_jsonl", path=str(file), forms=("free",), kinds=("sequence",), answer_tokens=200
    )
    probes.run(probe, ScriptedModel(policy))
    assert asked[0].max_tokens == 200


@pytest.mark.parametrize("name", ["calibration", "triage"])
def test_the_full_profile_is_larger_and_can_be_built(name):
    kind = probes.suite[name]
    small, full = (len(list(kind(**kind.profiles[size]).trials())) for size in ("small", "full"))
    assert full >= 4 * small
