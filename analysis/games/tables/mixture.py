"""Which strategies is a player a mixture of? Maximum likelihood over matches, after Dal Bó and Fréchette 2011.

Every match is played by one of the strategies with a hand that trembles: a move is the prescribed one with probability
1 - tremble, the same for all (doi:10.1257/aer.101.1.411, where the estimator is called SFEM).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.games.tables.strategies import FIRST_LISTED, Strategy, matches, prescribed
from analysis.stats import estimate

STEPS, TOLERANCE = 500, 1e-7
JOINT = " = "
"""Between the names of strategies that these matches cannot tell apart."""
Strategies = Iterable[str] | Mapping[str, Strategy] | None


def mismatches(table: pd.DataFrame, strategies: Strategies = None, unit: str = "key") -> pd.DataFrame:
    """One row per unit: its length, its cluster, and in how many rounds it departs from every strategy.

    unit : what has one strategy: a match from one seat (`key`), a player (`cluster` of play data), or any other fact.
        With `strategies` given, taking what is listed first is not among them.
    """
    played = matches(table)
    if unit not in played:
        raise ValueError(f"the matches have no unit {unit!r}; there are {', '.join(map(str, played))}")
    lines = []
    for own, theirs, first in zip(played["own"], played["theirs"], played["first"], strict=True):
        prescriptions = prescribed(own, theirs, strategies)
        prescriptions |= {FIRST_LISTED: first} if "-" not in first and strategies is None else {}
        wrong = {name: sum(a != b for a, b in zip(own, moves, strict=True)) for name, moves in prescriptions.items()}
        lines.append({"length": len(own), **wrong})
    by_match = pd.DataFrame(lines, index=played.index).assign(cluster=played["cluster"])
    if unit == "key":
        return by_match
    grouped = by_match.drop(columns="cluster").groupby(played[unit], sort=False)
    return grouped.sum().assign(cluster=by_match["cluster"].groupby(played[unit], sort=False).first())


def fit(wrong: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Shares [k], tremble in (0, 1/2], log-likelihood, from departures [n, k] in matches of `lengths` [n], by EM."""
    shares, tremble = np.full(wrong.shape[1], 1 / wrong.shape[1]), 0.1
    before = -np.inf
    for _ in range(STEPS):
        logs = wrong * np.log(tremble) + (lengths[:, None] - wrong) * np.log1p(-tremble)
        logs = logs + np.log(np.maximum(shares, 1e-300))
        top = logs.max(axis=1, keepdims=True)
        weights = np.exp(logs - top)
        loglik = float((top[:, 0] + np.log(weights.sum(axis=1))).sum())
        if loglik - before < TOLERANCE:
            break
        before, weights = loglik, weights / weights.sum(axis=1, keepdims=True)
        shares = weights.mean(axis=0)
        tremble = float(np.clip((weights * wrong).sum() / lengths.sum(), 1e-6, 0.5))
    return shares, tremble, loglik


def mixture(
    table: pd.DataFrame,
    rng: np.random.Generator,
    draws: int = 200,
    unit: str = "key",
    strategies: Strategies = None,
) -> pd.DataFrame:
    """One row per strategy and one for `tremble`, as estimates with cluster-bootstrap limits over the units.

    Parameters
    ----------
    unit : what has one strategy: a match from one seat (`key`), or a player (`cluster`, in play data).
    strategies : names of `strategies.KNOWN`, or functions of both histories by name; by default the classics.

    Strategies that prescribe the same moves in all these matches cannot be told apart: they are one line, under all of
    their names. Below ten units there are shares and no limits.
    """
    departures = mismatches(table, strategies, unit)
    alike = indistinguishable(departures)
    columns = [departures["length"].to_numpy(float), *[departures[names[0]].to_numpy(float) for names in alike]]
    seed, fits, lines = int(rng.integers(2**62)), dict[bytes, list[float]](), []
    for place, name in enumerate([*map(JOINT.join, alike), "tremble"]):
        again = np.random.default_rng(seed)  # the same redraws for every line, so that each is fitted once
        one = estimate.bootstrap(
            _Part(place, fits), columns, departures["cluster"].to_numpy(), again, draws, within=(0, 1)
        )
        lines.append({"strategy": name, **one.record()})
    return pd.DataFrame(lines)


def indistinguishable(departures: pd.DataFrame) -> list[list[str]]:
    """Classes of strategies that depart from every match of `mismatches` equally often, in the order of the columns."""
    classes = dict[tuple[float, ...], list[str]]()
    for name in (name for name in departures if name not in ("length", "cluster")):
        classes.setdefault(tuple(departures[name]), []).append(str(name))
    return list(classes.values())


class _Part:
    """One number of the fit, a share or the tremble, as a statistic of columns."""

    def __init__(self, place: int, fits: dict[bytes, list[float]]) -> None:
        self.place, self.fits = place, fits

    def __call__(self, lengths: np.ndarray, *wrong: np.ndarray) -> float:
        redrawn = np.column_stack([lengths, *wrong])
        if redrawn.tobytes() not in self.fits:
            shares, tremble, _ = fit(redrawn[:, 1:], redrawn[:, 0])
            self.fits[redrawn.tobytes()] = [*map(float, shares), tremble]
        return self.fits[redrawn.tobytes()][self.place]


def nearest(table: pd.DataFrame, strategies: Sequence[str] = ()) -> pd.Series:
    """Share of moves that agree with every strategy, the highest first."""
    departures = mismatches(table)
    names = list(strategies) or [str(name) for name in departures if name not in ("length", "cluster")]
    return (1 - departures[names].sum() / departures["length"].sum()).sort_values(ascending=False)
