"""Matches of a player who is a known mixture of strategies with a hand that trembles."""

from __future__ import annotations

import numpy as np
import pandas as pd
from claim_worlds import Make

from analysis.games.tables import mixture, strategies
from analysis.stats import estimate

SHARES = {"tit-for-tat": 0.5, "always defect": 0.3, "win-stay lose-shift": 0.2}
TREMBLE, ROUNDS, DRAWS = 0.1, 10, 100


def match(rng: np.random.Generator, number: int, opponent: str) -> pd.DataFrame:
    """Ten rounds of one strategy, drawn by SHARES, against an opponent: rows of a `repeated_game` table."""
    plays, other = strategies.KNOWN[rng.choice([*SHARES], p=[*SHARES.values()])], strategies.KNOWN[opponent]
    own = theirs = ""
    for _ in range(ROUNDS):
        move = plays(own, theirs)
        move = {"C": "D", "D": "C"}[move] if rng.random() < TREMBLE else move
        own, theirs = own + move, theirs + other(theirs, own)
    return pd.DataFrame({"measure": "cooperates", "value": [float(one == "C") for one in own], "status": "ok",
                         "key": f"match {number}", "seat": "row", "cluster": f"match {number}", "round": range(ROUNDS),
                         "move": [*own], "partner_move": [*theirs], "game": "prisoners_dilemma", "opponent": opponent,
                         "model": "m"})  # fmt: skip


def mixed(matches: int, opponents: tuple[str, ...], name: str) -> Make:
    """The share of the strategies that play as `name` does in these matches, or the tremble."""

    def make(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
        table = pd.concat([match(rng, at, opponents[at % len(opponents)]) for at in range(matches)])
        lines = mixture.mixture(table, rng, DRAWS).set_index("strategy")
        found = next(label for label in lines.index if name in label.split(mixture.JOINT))
        line = lines.loc[found, list(estimate.Estimate.__dataclass_fields__)]
        alike = found.split(mixture.JOINT)
        truth = TREMBLE if name == "tremble" else sum(SHARES.get(one, 0.0) for one in alike)
        values = {key: None if isinstance(value, float) and np.isnan(value) else value for key, value in line.items()}
        return estimate.Estimate(**values), truth

    return make


ALIKE, APART = ("always cooperate",), ("alternator", "suspicious tit-for-tat")
"""Against whom four strategies do the same in every match, and against whom all strategies of the mixture differ."""
DESIGNS: dict[str, Make] = {
    "12 matches, four strategies alike": mixed(12, ALIKE, "tit-for-tat"),
    "40 matches, four strategies alike": mixed(40, ALIKE, "tit-for-tat"),
    "40 matches, strategies apart": mixed(40, APART, "tit-for-tat"),
    "12 matches, tremble": mixed(12, APART, "tremble"),
    "40 matches, tremble": mixed(40, APART, "tremble"),
}
