"""Memory-one fingerprints: the probability of cooperation after CC, CD, DC and DD, own move first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.games.tables.strategies import MEMORY_ONE, STATES
from analysis.stats import estimate


def fingerprint(table: pd.DataFrame, groups: Sequence[str] = (), measure: str = "p_cooperate") -> pd.DataFrame:
    """Per group and state the share over all its moves, with limits over matches.

    Moves are pooled: in a match that ends a run of CC with a defection the run counts once a round, so that a mean of
    matches reads a fair coin as .38 after CC and .63 after DD.

    `p_cooperate` uses the exact probabilities of the model, `cooperates` the moves played. A state that never came up
    has no line. In matches that a model played itself its taste for a letter or a place decides which states come up
    under which presentation, and looks like memory; the table of `strategy_tree` has every state under each of them.
    """
    known = table[table["state"].isin(STATES)]
    return estimate.by(known, measure, [*groups, "state"], kind="pooled")


def distances(vector: Sequence[float]) -> pd.Series:
    """Mean absolute distance of a memory-one vector [CC, CD, DC, DD] to each classic, the nearest first; NaN entries
    (states never seen) are left out."""
    probabilities = np.asarray(vector, dtype=float)
    far = {name: float(np.nanmean(np.abs(probabilities - np.array(classic)))) for name, classic in MEMORY_ONE.items()}
    return pd.Series(far, name="distance").sort_values()
