"""Do the intervals of the partners cards cover known truth as often as they say? Rows and units are the real ones."""

from __future__ import annotations

import pytest
from covering import Case, covered, units

from analysis.games.tables import partners as framing
from analysis.games.tables import reference
from probes.games.suite.framed_game import FramedGame
from probes.games.suite.haggle import Haggle
from probes.games.suite.private_words import PrivateLexicon
from probes.games.suite.reference_game import ReferenceGame


def story(table, rng):
    """Three tenths of a nat more on television, varying between games."""
    more = (table["frame"] == "show/points") * (0.3 + units(table, rng, 0.2))
    return more + units(table, rng) + 0.3 * rng.normal(size=len(table))


def meant(table, rng):
    """Half a nat for the thing meant, varying between contexts."""
    return 0.5 + units(table, rng, 0.5) + 0.3 * rng.normal(size=len(table))


def learnt(table, rng):
    """Three tenths more after two rounds."""
    more = (table["exposures"] == 2) * (0.3 + units(table, rng, 0.1))
    return 1 / 3 + more + units(table, rng, 0.05) + 0.1 * rng.normal(size=len(table))


def kept(table, rng):
    """Two tenths more where the limit makes it a gain, varying between goods."""
    return 0.2 + units(table, rng, 0.2) + 0.1 * rng.normal(size=len(table))


CASES = {
    "show": Case(FramedGame(), "lean", story,
                 lambda table: framing.shift(table, "show/points", "game/points"), 0.3),
    "listener": Case(ReferenceGame(), "shift", meant, lambda table: reference.pragmatic(table, "listener"), 0.5),
    "uptake": Case(PrivateLexicon(), "hit", learnt, reference.uptake, 0.3),
    "accepts": Case(Haggle(), "accepts", kept, lambda table: reference.by_unit(table, "accepts"), 0.2),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_intervals_cover_the_truth(name):
    assert 0.93 <= covered(CASES[name]) <= 0.97
