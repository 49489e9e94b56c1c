from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import probes
from probes import ScriptedModel
from probes.minds.stimuli.inventory import SHELF
from probes.minds.suite.personality import SCALES, Personality
from probes.shared.items.statement import BIG_FIVE, DARK_TRIAD

DATA = Path(__file__).parents[2] / "../shared/data"
STATEMENTS = {s.text: s for axis in SHELF.values() for s in axis.statements}


def run(policy, name, **parameters):
    axes = BIG_FIVE + DARK_TRIAD
    probe = Personality(**{"personas": ("none", "extraversion_high"), "axes": axes, **parameters})
    return probes.run(probe, ScriptedModel(policy, name))


def statement(question):
    return STATEMENTS[question.transcript.turns[-1].text.rpartition("\n")[2]]


def means(table, measure, by="guise"):
    return table[table["measure"] == measure].groupby(by)["value"].mean()


def test_a_yes_sayer_scores_agreement_and_no_trait():
    table = run(lambda question: "always", "scripted:yes")
    assert np.allclose(means(table, "rating"), 5)
    assert np.allclose(means(table, "keyed", ["guise", "axis"]), 3)


def test_an_extravert_in_disguise():
    """Answers in key on extraversion when the persona is there, in the middle otherwise: only that cell moves."""

    def policy(question):
        about = statement(question)
        if about.axis == "extraversion" and "enjoys company" in question.transcript.turns[0].text:
            return "always" if about.key > 0 else "never"
        return "sometimes"

    keyed = means(run(policy, "scripted:extravert", wordings=1), "keyed", ["guise", "axis"])
    assert keyed["persona", "extraversion"] == pytest.approx(5)
    assert np.allclose(keyed.drop(("persona", "extraversion")), 3)


def test_first_listed_answers_cancel():
    """An agent that always takes the answer listed first says 1 and 5 points in turn: 3, whatever the key."""
    table = probes.run(Personality(personas=("none",)), probes.load_model("scripted:first"))
    assert np.allclose(means(table, "rating"), 3)
    assert np.allclose(means(table, "position_bias"), 0.8)


def test_the_axes_asked_are_those_the_personas_name():
    for personas, axes in ((("none", "bold"), set(SHELF)), (("none", "openness_low", "bold"), {"openness"})):
        assert {trial.item.axis for trial in Personality(personas=personas).trials()} == axes


@pytest.mark.parametrize("scale", SCALES)
def test_scales(scale):
    probe = Personality(personas=("none",), scale=scale, axes=("openness",))
    question, turned = next(probe.play(next(iter(probe.trials())), np.random.default_rng(0)))
    assert list(turned.options.values()) == list(SCALES[scale])[::-1]
    assert list(question.options.values()) == list(SCALES[scale])
    assert all(answer in question.transcript.turns[-1].text for answer in SCALES[scale])


@pytest.mark.real_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the public data folder beside the checkout is absent")
def test_mpi_runs():
    table = run(
        lambda _: "neutral",
        "scripted:neutral",
        data="mpi",
        path=str(DATA / "mpi"),
        scale="accuracy",
        personas=("none",),
    )
    assert np.allclose(means(table, "keyed", "axis"), 3)
    assert table["cluster"].nunique() == 120
