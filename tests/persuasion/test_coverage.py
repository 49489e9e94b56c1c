"""Do the intervals of the persuasion cards cover known truth as often as they say? Rows and units are the real ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import probes
from analysis.persuasion import tables
from probes import ScriptedModel
from probes.models.scripted import uniform
from probes.persuasion.suite.appeals import Appeals
from probes.persuasion.suite.opinion import Opinion
from probes.persuasion.suite.steering_partner import SteeringPartner

RUNS = 1000


def units(table, rng, spread=1.0):
    """A normal deviation per independent unit, on its rows."""
    codes, names = pd.factorize(table["cluster"])
    return rng.normal(0, spread, len(names))[codes]


def pairing(table, rng):
    """1 nat more with the listener's value than with somebody else's, varying between topics."""
    own = (table["told_of"] == "shown") * (1 + units(table, rng, 0.5))
    return own + units(table, rng) + rng.normal(size=len(table))


def moved(table, rng):
    """Half a point more after the fitting card, varying between topics."""
    fits = (table["card"] == "fitting") * (0.5 + units(table, rng, 0.3))
    return fits + units(table, rng, 0.5) + 0.3 * rng.normal(size=len(table))


def steered(table, rng):
    """First choices with the reply are right as often as a reader who takes 60 % of the possible gain."""
    chance = 0.25 + 0.6 * (table["ceiling"] - 0.25) * (table["information"] == "reply")
    drawn = (rng.random(len(table)) < chance).astype(float)
    return np.where(table["information"] == "prefix", 0.25, drawn)


CASES = {
    "fits": (Appeals(), "pairing", pairing, lambda table: tables.fit(table), 1.0),
    "targets": (Appeals(), "pairing", pairing, tables.targeted, 1.0),
    "extra": (Opinion(), "shift", moved, tables.fitting_extra, 0.5),
    "hindsight": (SteeringPartner(blocks=2), "hit", steered, tables.gap_share, 0.6),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_intervals_cover_the_truth(name):
    probe, measure, simulate, estimate, truth = CASES[name]
    table = probes.run(probe, ScriptedModel(uniform))
    table = table[table["measure"] == measure].reset_index(drop=True)
    rng = np.random.default_rng(11)
    made = [estimate(table.assign(value=simulate(table, rng))) for _ in range(RUNS)]
    known = [found for found in made if found.low is not None]
    covered = np.mean([found.low <= truth <= found.high for found in known])
    print(f"{name}: {covered:.3f} of {len(known)}, half width {np.mean([f.high - f.low for f in known]) / 2:.2f}")
    assert len(known) > 0.9 * RUNS
    assert 0.93 <= covered <= 0.97
