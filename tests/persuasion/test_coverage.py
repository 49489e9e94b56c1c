"""Do the intervals of the persuasion cards cover known truth as often as they say? Rows and units are the real ones."""

from __future__ import annotations

import numpy as np
import pytest
from covering import Case, covered, units

from analysis.persuasion import tables
from analysis.persuasion.tables import debates
from probes.core import Continue
from probes.models.scripted import uniform
from probes.persuasion.suite.appeals import Appeals
from probes.persuasion.suite.debate import Debate
from probes.persuasion.suite.opinion import Opinion
from probes.persuasion.suite.steering_partner import SteeringPartner


def proposing(question):
    """Argues by saying again what is proposed, which is the first line that a speaker reads; chooses uniformly."""
    return question.transcript.turns[0].text.splitlines()[0] if isinstance(question, Continue) else uniform(question)


def pairing(table, rng):
    """1 nat for the argument of who is to be won over, varying between topics: -1/3 where that is the other one."""
    own = np.where(table["told_of"] == "shown", 1.0, -1 / 3)
    return own * (1 + units(table, rng, 0.5)) + units(table, rng) + rng.normal(size=len(table))


def moved(table, rng):
    """Half a point more after the fitting card, varying between topics."""
    fits = (table["card"] == "fitting") * (0.5 + units(table, rng, 0.3))
    return fits + units(table, rng, 0.5) + 0.3 * rng.normal(size=len(table))


def steered(table, rng):
    """First choices with the reply are right as often as a reader who takes 60 % of the possible gain."""
    chance = 0.25 + 0.6 * (table["ceiling"] - 0.25) * (table["information"] == "reply")
    drawn = (rng.random(len(table)) < chance).astype(float)
    return np.where(table["information"] == "prefix", 0.25, drawn)


def debated(table, rng):
    """A third of a point more where the speaker knows the listener, varying between topics."""
    known = (table["profile"] == "personalised") * (1 / 3 + units(table, rng, 0.3))
    return known + units(table, rng, 0.5) + 0.3 * rng.normal(size=len(table))


CASES = {
    "fits": Case(Appeals(), "pairing", pairing, lambda table: tables.fit(table), 1.0),
    "targets": Case(Appeals(), "pairing", pairing, tables.targeted, 1.0),
    "extra": Case(Opinion(), "shift", moved, lambda table: tables.over(table, "fitting", "other"), 0.5),
    "debates": Case(
        Debate(), "shift", debated, lambda table: debates.over(table, "personalised", "swapped"), 1 / 3, proposing
    ),
    "hindsight": Case(SteeringPartner(blocks=2), "hit", steered, tables.gap_share, 0.6),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_intervals_cover_the_truth(name):
    assert 0.93 <= covered(CASES[name]) <= 0.97
