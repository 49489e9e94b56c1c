"""Limits of the shares of strategies hold the truth as often as they say."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from test_game_analysis import matches_of

from analysis.games.tables import mixture

SHARES = {"tit_for_tat": 0.5, "always_defect": 0.25, "first": 0.25}
TRUTH = {"tit-for-tat": 0.5, "always defect": 0.25, "first-listed option": 0.25, "tremble": 0.05}
SAMPLES, MATCHES = 60, 40


def drawn(rng: np.random.Generator) -> pd.DataFrame:
    """Matches of twelve rounds, each by a strategy drawn at random, with a trembling hand."""
    played = rng.choice([*SHARES], p=[*SHARES.values()], size=MATCHES)
    parts = (matches_of([name], 1, 0.05).assign(key=str(k), cluster=str(k)) for k, name in enumerate(played))
    return pd.concat(parts)


@pytest.mark.slow
def test_limits_of_a_mixture_hold_its_shares() -> None:
    rng, held = np.random.default_rng(0), Counter[str]()
    for seed in range(SAMPLES):
        found = mixture.mixture(drawn(rng), np.random.default_rng(seed), 100).set_index("strategy")
        for name, share in TRUTH.items():
            held[name] += found.at[name, "low"] <= share <= found.at[name, "high"]
    for name in TRUTH:
        assert held[name] >= stats.binom.ppf(1e-3, SAMPLES, 0.95), f"{name}: {held[name]} of {SAMPLES}"
