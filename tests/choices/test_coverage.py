"""Do the intervals of the choices cards cover known truth as often as they say? Rows and units are the real ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from covering import Case, covered, units

from analysis.choices import tables
from probes.choices.suite.own_choices import OwnChoices


def weighed(table, rng):
    """A third of a nat for merits, more in some pools; attributes and pools differ."""
    merits = ~table["attribute"].isin(tables.EQUAL)
    return merits * (1 / 3 + units(table, rng, 0.2)) + 0.3 * rng.normal(size=len(table))


def moved(own, other):
    """Statements that follow its own record and another's by so many points, more in some pools."""

    def simulate(table, rng):
        slope = table["trace"].map({"own": own, "other": other}).fillna(0.0) * (1 + units(table, rng, 0.4))
        tastes = units(table, rng, 0.3)
        return slope * table["lean"] + tastes + 0.3 * rng.normal(size=len(table))

    return simulate


def stated(table, rng):
    """Points of attributes, normal, and noise of pools."""
    codes, names = pd.factorize(table["attribute"])
    return rng.normal(size=len(names))[codes] + 0.02 * rng.normal(size=len(table))


def agreement(r):
    """Shown weights of correlation r with what is stated, by attribute; noise of pools is small."""
    rng = np.random.default_rng(5)

    def estimate(table):
        codes, names = pd.factorize(table["attribute"])
        points = table.groupby(codes)["value"].mean().to_numpy()
        weights = r * points + np.sqrt(1 - r * r) * rng.normal(size=len(names))
        return tables.agreement(pd.concat([table, table.assign(measure="weight", value=weights[codes])]))

    return estimate


CASES = {
    "merits": Case(OwnChoices(), "weight", weighed, tables.weight, 1 / 3),
    "gender": Case(OwnChoices(), "weight", weighed, lambda table: tables.weight(table, ["gender"]), 0.0),
    "revision": Case(OwnChoices(), "stated", moved(0.6, 0.2), tables.revision, 0.4),
    "no revision": Case(OwnChoices(), "stated", moved(0.0, 0.0), tables.revision, 0.0),
    "own only": Case(OwnChoices(), "stated", moved(0.6, 0.2), tables.own_only, 0.4),
    "agreement": Case(OwnChoices(), "stated", stated, agreement(0.6), 6 / np.pi * np.arcsin(0.3)),
    "no agreement": Case(OwnChoices(), "stated", stated, agreement(0.0), 0.0),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_intervals_cover_the_truth(name):
    """Bonett and Wright's limits are wide of a true zero: 97 % of them hold it."""
    assert 0.93 <= covered(CASES[name]) <= 0.98
