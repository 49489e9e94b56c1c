"""Do the intervals of the cards about people cover known truth as often as they say, at default sizes?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import probes
from analysis.instructions import conflicts
from probes import ScriptedModel
from probes.instructions.suite.principals import Principals
from probes.instructions.suite.secrets import Secrets
from probes.models.scripted import uniform

RUNS = 1000


def units(table, rng, spread=1.0):
    """A normal deviation per independent unit, on its rows."""
    codes, names = pd.factorize(table["cluster"])
    return rng.normal(0, spread, len(names))[codes]


def leaning(table, rng):
    """A rank weighs 1 nat, the last word .5, both varying between scenes; a name is liked in every cell."""
    rank, last = 1 + units(table, rng, 0.25), 0.5 + units(table, rng, 0.25)
    return rank * table["ranks_more"] + last * table["last"] + units(table, rng) + 0.3 * rng.normal(size=len(table))


def keeping(table, rng):
    """Permission is worth 2 nats, being named 1, both varying between sets."""
    sign = np.where(table["may_know"] == "only", 1, -1)
    return sign * (2 + units(table, rng, 0.5)) + 1 + units(table, rng, 0.5) + rng.normal(size=len(table))


def exchange(table):
    return conflicts.exchange(table, np.random.default_rng(0))


CASES = {
    "rank": (Principals(), "lean", leaning, lambda table: conflicts.weight(table, "ranks_more"), 1.0),
    "exchange": (Principals(), "lean", leaning, exchange, 0.5),
    "secrets": (Secrets(), "pairing", keeping, conflicts.permitted, 2.0),
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
