"""Analysis of user-turn tables: known rates come back, controls gate, instruments are compared, figures draw."""

from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import probes
import probes.user_turn.contexts
from analysis import user_turn
from analysis.atlas.tables.survey import AXES
from analysis.report.claims import Cards, publish
from analysis.user_turn.plots import accuracy_followup, class_composition, followup_by_temperature, perturbation_forest
from analysis.user_turn.tables import controlled, question_rise, turns
from probes.user_turn.labelled import labelled
from probes.user_turn.perturb import GENERIC_QUESTIONS

mpl.use("Agg")
PLOTS = (accuracy_followup, class_composition, followup_by_temperature, perturbation_forest)


def shy(question):
    """Follows up only when a generic question was appended; otherwise repeats the query. Right on no maths."""
    if getattr(question, "role", "") != "user":
        return "It is probably 3."
    asked = question.transcript.turns[-1].text.endswith(GENERIC_QUESTIONS)
    return "Yes, please explain that in more detail." if asked else question.transcript.turns[0].text


def deaf(question):
    """Never reacts."""
    return "It is probably 3." if getattr(question, "role", "") != "user" else "What is the capital of Peru?"


def table_of(policy) -> pd.DataFrame:
    probe = probes.suite["user_turn"](per_domain=3, temperatures=(0.0, 1.0), samples=2)
    return probes.run(probe, probes.ScriptedModel(policy))


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return table_of(shy)


def test_contrast_finds_the_question_and_nothing_else(table):
    lines = user_turn.contrasts(table).set_index(["condition", "decoding"])
    assert lines.loc[("question", "greedy"), "value"] == 1.0
    assert lines.loc[("swapped", "greedy"), "value"] == 0.0
    assert lines.loc[("question", "greedy"), "p"] == pytest.approx(0.5**14)  # exact: 15 contexts, all in one direction
    assert lines.loc[("question", "greedy"), "p_holm"] == pytest.approx(4 * 0.5**14)  # of four contrasts
    assert pd.isna(lines.loc[("question", "sampled"), "p"])  # every context differs by the same amount


def test_sampled_contrasts_have_a_test_and_the_limits_of_the_bootstrap():
    """A user who reacts to the question in two of three draws: both limits exclude 0, Wilson's are wider."""

    def often(question):
        return shy(question) if (getattr(question, "seed", 0) or 0) % 3 else "What is the capital of Peru?"

    line = user_turn.contrasts(table_of(often)).set_index(["condition", "decoding"]).loc[("question", "sampled")]
    assert 0.2 < line["boot_low"] < line["value"] < line["boot_high"] <= 1
    assert 0 < line["low"] < line["boot_low"]  # Wilson's: without the question not one turn reacted
    assert line["p_holm"] < 0.001


def test_composition_shares_add_up_and_name_the_restatement(table):
    shares = class_composition.prepare(table)
    assert np.allclose(shares.sum(axis=1), 1)
    assert (shares["restatement"] == 1.0).all()


def test_controls_gate_the_claims():
    claims = user_turn.claims(table_of(deaf))
    assert claims[0].verdict == "instrument not valid for this model"
    assert not user_turn.gates(table_of(deaf))[0].passed
    assert user_turn.gates(table_of(shy))[0].passed


def eager(question):
    """Always follows up: no question can raise its rate."""
    return "It is probably 3." if getattr(question, "role", "") != "user" else "Why do you say probably 3?"


def test_a_user_who_always_follows_up_is_at_the_ceiling_and_not_invalid():
    positive, _ = user_turn.gates(table_of(eager))
    assert positive.value == 0.0
    assert positive.passed


def parrot(question):
    """Always says the same, which any answer would explain."""
    return "It is probably 3." if getattr(question, "role", "") != "user" else "Why do you say that?"


def test_turns_that_fit_every_context_fail_the_negative_control():
    """All are follow-ups, here and elsewhere: no spread between contexts, and yet no evidence."""
    negative = user_turn.gates(table_of(parrot))[1]
    assert negative.passed is False
    assert user_turn.claims(table_of(parrot))[0].verdict == "instrument not valid for this model"


def test_without_follow_ups_there_is_nothing_to_read_elsewhere(table):
    assert user_turn.gates(table)[1].passed is None


def test_an_undecided_rise_is_no_positive_control(table):
    """One context in which the question helps and one in which it hurts: the interval includes 0."""
    asked = (table["perturbation"] == "question") & (table["measure"] == "follow_up")
    plain = (table["perturbation"] == "none") & table["measure"].isin(["follow_up", "follow_up_if_asked"])
    first, second, *_ = table["cluster"].unique()
    mixed = table[table["cluster"].isin([first, second])].copy()
    mixed.loc[asked, "value"] = mixed.loc[asked, "cluster"].eq(first).astype(float)
    mixed.loc[plain, "value"] = mixed.loc[plain, "cluster"].eq(second).astype(float)
    assert user_turn.gates(mixed)[0].passed is False


def test_a_user_who_says_no_to_everything_is_not_moved_by_a_question():
    """The rules take "no" for a reaction after a question only: a rise that is the question alone."""

    def no(question):
        return "It is probably 3." if getattr(question, "role", "") != "user" else "No."

    table = table_of(no)
    assert turns(table, "question")["value"].mean() - turns(table)["value"].mean() > 0.9
    assert question_rise(controlled(table)).value == 0
    assert user_turn.gates(table)[0].passed is not True
    line = user_turn.contrasts(table).set_index(["condition", "decoding"]).loc[("question", "greedy")]
    assert line["value"] == 0


def test_claims_answer_the_three_questions_of_the_first_screen(table):
    made = Cards(user_turn.claims(table))
    assert [claim.id for claim in made[:2]] == ["user_turn.rate.greedy", "user_turn.instead"]
    assert "restatement" in made["user_turn.instead"].question
    assert any(claim.id.startswith(f"{AXES['reaction']['claim']}.") for claim in made), "the atlas reads its gates"


def test_an_undecided_claim_says_what_it_would_have_seen():
    """Of 15 contexts follow 8 up greedily and 8 others hot: no difference, in a sample that sees only large ones."""

    def policy(question):
        if getattr(question, "role", "") != "user":
            return "It takes a calibration."
        first, *_, last = [turn.text for turn in question.transcript.turns]
        place = [one.query() for one in probes.user_turn.contexts.own(per_domain=3)].index(first)
        reacts = last.endswith(GENERIC_QUESTIONS) or (place + bool(question.temperature)) % 2
        return "Which calibration is meant?" if reacts else first

    made = Cards(user_turn.claims(table_of(policy)))["user_turn.temperature"]
    low, high = made.estimate.low, made.estimate.high
    assert (high - low) / 2 < made.detectable < high - low  # 2.8 standard errors where the interval is 2.0 each way
    assert made.units_needed > made.estimate.units


def test_heat_that_brings_words_for_every_context_brings_nothing_net():
    """Hot turns ask "why is that?" everywhere, greedy ones restate: the rate rises from 0 to 1, and its null too."""

    def policy(question):
        if getattr(question, "role", "") != "user":
            return "It is probably 3."
        return "Why do you say that?" if question.temperature else question.transcript.turns[0].text

    made = Cards(user_turn.claims(table_of(policy)))
    raw, beyond = made["user_turn.temperature"], made["user_turn.temperature.net"]
    assert (raw.estimate.value, beyond.estimate.value) == (1.0, 0.0)


def test_a_decided_claim_does_not_speak_of_what_it_would_have_seen(table):
    asked = next(claim for claim in user_turn.claims(table) if claim.id.startswith("user_turn.question."))
    assert asked.verdict == "not verified", "without a follow-up the negative control is unchecked"
    assert "detectable" not in asked.sentence


def test_decoupling_takes_checkable_contexts_only(table):
    points = user_turn.decoupling(table, "domain").set_index("domain")
    assert set(points.index) == {"instructions", "maths"}
    assert points.loc["maths", "accuracy_value"] == 0.0
    assert points.loc["maths", "units"] == 3


@pytest.mark.parametrize("plot", PLOTS)
def test_every_figure_draws_full_one_row_and_empty_tables(plot, table):
    prepared = plot.prepare(table)
    for data in (prepared, prepared.iloc[:1], prepared.iloc[:0]):
        assert plot.draw(data).get_xlabel() is not None
        plt.close("all")


def test_features_of_plain_turns():
    asked = user_turn.features("Could you show me your second step?")
    assert asked["words"] == 7
    assert asked["question"] == 1
    assert asked["second_person"] == pytest.approx(2 / 7)
    assert user_turn.features("no no no no no")["repetition"] == pytest.approx(2 / 3)
    assert user_turn.features("I hope this helps! Let me know.")["assistant_like"] == 1
    assert np.isnan(user_turn.features("")["question"])


def test_distance_is_nought_for_the_same_and_one_without_overlap():
    same = pd.Series([1.0, 2.0, 3.0])
    assert user_turn.distance(same, same) == 0
    assert user_turn.distance(same, same + 10) == 1
    assert user_turn.distance(same, pd.Series([], dtype=float)) is None


def test_instruments_agree_as_built():
    """A judge that always takes the first option agrees with nobody beyond chance; the rules are usable."""
    probe = probes.suite["user_turn_instruments"](per_class=6, others=0)
    found = probes.run(probe, probes.load_model("scripted:first"))
    lines = user_turn.agreement(found, np.random.default_rng(0)).set_index("pair")
    assert lines.loc["rules against hand", "kappa"] > 0.7
    assert lines.loc["judge against hand", "verdict"].startswith("unreliable")
    assert lines.loc["grounding against hand (two classes)", "verdict"] == "not run"
    assert lines.loc["rules against hand, a small model's turns (two classes)", "turns"] == 225
    assert lines.loc["the same, turns that may be looked at", "turns"] == 341
    assert user_turn.confusion(found).to_numpy().sum() == len(labelled())  # the rules read all
    assert user_turn.confusion(found, "judge").to_numpy().sum() == 36


def test_shared_words_are_the_null_of_the_separation():
    """A model that knows nothing tells true from mismatched turns as well as their words do, and no better."""
    probe = probes.suite["user_turn_likelihood"](per_domain=3, others=4)
    found = probes.run(probe, probes.load_model("scripted:uniform"))
    last = user_turn.claims(table_of(shy), found)[-1]
    assert last.null_name == "shared words alone"
    assert last.null > 0.6
    assert last.verdict in ("inconclusive", "ruled out")


def test_separation_of_turns_a_model_knows_is_perfect(tmp_path):
    """A scripted likelihood that favours each context's own next turn by 2 nats a token gives AUROC 1."""

    def knows(question):
        if not hasattr(question, "contexts"):
            return ""
        first = question.transcript.turns[0].text
        own = {one.query(): one.following() for one in probes.user_turn.contexts.own()}
        tokens = len(question.text.split())
        shown = (question.transcript, *question.contexts)
        likely = [own.get(t.turns[0].text if len(t) else "") == question.text for t in shown]
        assert first in own
        return [-3.0 * tokens + 2.0 * tokens * fits for fits in likely]

    found = probes.run(probes.suite["user_turn_likelihood"](per_domain=3, others=4), probes.ScriptedModel(knows))
    lines = user_turn.separation(found).set_index("measure")
    assert lines.loc["grounding", "value"] == 1.0
    assert lines.loc["information", "value"] == 1.0
    claims = user_turn.claims(table_of(shy), found)
    assert claims[-1].estimate.value == 1.0
    assert len(publish(claims, tmp_path)) == len(claims)  # every number must be writable as JSON
