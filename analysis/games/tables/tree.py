"""A strategy known after every history: exact pay-offs, what the best reply to it earns, and how far it is from others.

A strategy is a mapping from histories (`""`, `"CD"`, `"CD DC"`: own letter first, one pair a round) to P(C).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import nashpy
import numpy as np
import pandas as pd

from analysis.games.tables.strategies import CLASSICS
from analysis.stats import estimate, frame

Tree = Mapping[str, float]
Payoffs = Mapping[str, tuple[float, float]]


def read(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Setting -> strategy, the mean over its presentations; histories without a reading are NaN."""
    rows = frame.rows(table, "p_cooperate")
    means = rows.groupby(["cluster", "history"], sort=False)["value"].mean()
    return {str(name): dict(part.droplevel(0)) for name, part in means.groupby(level=0, sort=False)}


def payoffs(text: str) -> dict[str, tuple[float, float]]:
    """`CC=8/8 CD=0/10 DC=10/0 DD=5/5` as a mapping."""
    pairs = (cell.split("=") for cell in text.split())
    return {state: (float(both.split("/")[0]), float(both.split("/")[1])) for state, both in pairs}


def depth(tree: Tree) -> int:
    """Number of rounds the tree covers."""
    return max(len(history.split()) for history in tree) + 1


def expected(tree: Tree, values: Payoffs, partner: Callable[[str, str], str]) -> tuple[float, float]:
    """Exact expected totals of both players against a deterministic strategy (own, theirs -> letter)."""

    def onward(past: tuple[str, ...]) -> np.ndarray:
        if len(past) == depth(tree):
            return np.zeros(2)
        mine, yours = ("".join(pair[k] for pair in past) for k in (0, 1))
        reply, p = partner(yours, mine), tree[" ".join(past)]
        branches = [(share, letter + reply) for letter, share in (("C", p), ("D", 1 - p)) if share > 0]
        return sum((share * (np.array(values[pair]) + onward((*past, pair))) for share, pair in branches), np.zeros(2))

    total = onward(())
    return float(total[0]), float(total[1])


def best_reply(tree: Tree, values: Payoffs) -> tuple[float, float]:
    """Totals (own, partner's) when the partner plays its best reply to the strategy, by backward induction."""

    def onward(past: tuple[str, ...]) -> np.ndarray:
        if len(past) == depth(tree):
            return np.zeros(2)
        p, options = tree[" ".join(past)], []
        for reply in "CD":
            branches = [(share, letter + reply) for letter, share in (("C", p), ("D", 1 - p))]
            options.append(
                sum((s * (np.array(values[pair]) + onward((*past, pair))) for s, pair in branches), np.zeros(2))
            )
        return max(options, key=lambda total: total[1])

    total = onward(())
    return float(total[0]), float(total[1])


def exploitability(tree: Tree, values: Payoffs) -> float:
    """Points a round that a best-replying partner earns above its worst equilibrium pay-off of the stage game."""
    states = np.array([[values["CC"], values["CD"]], [values["DC"], values["DD"]]])
    own, theirs = states[..., 0], states[..., 1]
    fair = min(float(one @ theirs @ two) for one, two in nashpy.Game(own, theirs).support_enumeration())
    return best_reply(tree, values)[1] / depth(tree) - fair


def distances(tree: Tree) -> pd.Series:
    """Mean |P(C) - prescription| over all histories of the tree, per classic strategy, the nearest first."""
    far: dict[str, list[float]] = {name: [] for name in CLASSICS}
    for history, p in tree.items():
        mine, yours = ("".join(pair[k] for pair in history.split()) for k in (0, 1))
        for name, strategy in CLASSICS.items():
            far[name].append(abs(p - (strategy(mine, yours) == "C")))
    return pd.Series({name: float(np.mean(each)) for name, each in far.items()}, name="distance").sort_values()


def features(tree: Tree) -> pd.Series:
    """What the tree says in five numbers, each a difference of probabilities but the first and the last.

    opening: P(C) in round 1.  retaliation: P(C) after CC minus after CD in round 2.  forgiveness: P(C) in round 3
    after a defection that was followed by cooperation (CD CC) minus after two (CD CD).  end: P(C) in the last round
    minus in the first, after nothing but CC.  noise: mean of min(P, 1 - P).
    """
    last = " ".join(["CC"] * (depth(tree) - 1))
    values = {"opening": tree[""], "retaliation": tree["CC"] - tree["CD"]}
    values["forgiveness"] = tree["CD CC"] - tree["CD CD"] if depth(tree) > 2 else np.nan
    values["end"] = tree[last] - tree[""]
    values["noise"] = float(np.mean([min(p, 1 - p) for p in tree.values()]))
    return pd.Series(values, name="features")


def reading(table: pd.DataFrame) -> pd.DataFrame:
    """Features, exploitability and distance to every classic, as means over settings with intervals.

    One line each: what, value, low, high, units. Settings in which a history could not be read are left out.
    """
    values = dict(zip(table["cluster"].astype(str), table["payoffs"], strict=True))
    lines: dict[str, dict[str, float]] = {}
    for setting, policy in read(table).items():
        if np.isnan(list(policy.values())).any():
            continue
        matrix = payoffs(values[setting])
        far = distances(policy).rename(lambda name: f"distance to {name}")
        lines[setting] = {**features(policy), "exploitability": exploitability(policy, matrix), **far}
    each = pd.DataFrame(lines)
    means = [{"what": what, **estimate.mean(row.to_numpy()).record()} for what, row in each.iterrows()]
    return pd.DataFrame(means, columns=None if means else ["what", "value"]).reindex(
        columns=["what", "value", "low", "high", "units", "reason"]
    )
