"""Runs beside each other: every claim of both, its difference paired by unit, and whether it changed.

analysis.compare("reports/user_turn-a", "reports/user_turn-b")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.report.claims import Cards, Claim, screened
from analysis.report.verdicts import ABOVE, BELOW, NEGLIGIBLE, RULED_OUT
from analysis.study.differences import differences
from analysis.study.pairable import problems
from analysis.study.pairing import UNPAIRED
from analysis.study.side import Side, load

CHANGED, SAME, UNDECIDED = "changed", "same within margin", "undecided"
OUTCOMES = {ABOVE: CHANGED, BELOW: CHANGED, NEGLIGIBLE: SAME, RULED_OUT: SAME}


class NotComparable(ValueError):
    """Runs that cannot be paired: `problems` says why and what to run again."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class Comparison:
    """Several runs against the first.

    Parameters
    ----------
    sides : the runs, the reference first.
    claims : differences as claims (other minus reference), under one error rate.
    beside : one row per claim and run: id, run, model, value, low, high, verdict, what differs from the reference.
    """

    sides: tuple[Side, ...]
    claims: Cards
    beside: pd.DataFrame

    @property
    def outcome(self) -> str:
        """`changed` where any claim did; `same within margin` where all did not; else `undecided`."""
        outcomes = {outcome(claim) for claim in self.claims}
        return CHANGED if CHANGED in outcomes else SAME if outcomes == {SAME} else UNDECIDED

    @property
    def unpaired(self) -> dict[str, list[str]]:
        """Why claims are not paired by unit -> their ids."""
        reasons: dict[str, list[str]] = {}
        for claim in self.claims:
            _, unpaired, reason = claim.estimate.method.partition(UNPAIRED)
            if unpaired:
                reasons.setdefault(reason, []).append(claim.id)
        return reasons

    def record(self) -> dict[str, Any]:
        """JSON form: outcome, runs, why claims are not paired by unit, and every difference with its outcome."""
        runs = [{"run": side.name, "model": side.model} for side in self.sides]
        told = [claim.record() | {"outcome": outcome(claim)} for claim in self.claims]
        return {"outcome": self.outcome, "runs": runs, "unpaired": self.unpaired, "claims": told}

    def _repr_html_(self) -> str:
        from analysis.study.shown import comparison

        return "".join(part._repr_html_() for _, part in comparison(self))


def outcome(claim: Claim) -> str:
    """What became of a claim: changed, the same within its margin, or undecided."""
    return OUTCOMES.get(claim.verdict, UNDECIDED)


def compare(first: str | Path | Side, *others: str | Path | Side) -> Comparison:
    """Compare finished runs of one notebook with the first of them.

    Parameters
    ----------
    first, *others : run folders.

    Returns
    -------
    Comparison
        Displays itself in JupyterLab.

    Raises
    ------
    NotComparable
        Where runs cannot be paired: different stimuli, probe versions or engines, or no claim in common.
    ValueError
        For a folder that is no finished run.

    Examples
    --------
    >>> compare("reports/one", "reports/other")
    Traceback (most recent call last):
    ...
    ValueError: no run 'reports/one': give a run folder, such as reports/user_turn-17a710657b
    """
    sides = tuple(side if isinstance(side, Side) else load(side) for side in (first, *others))
    if len(sides) < 2:
        raise ValueError("give at least two runs to compare")
    if len({side.folder.resolve() for side in sides}) < len(sides):
        raise ValueError("the same run is given twice: give runs of two models, or of one before and after a change")
    if wrong := [why for other in sides[1:] for why in problems(sides[0], other)]:
        raise NotComparable(wrong)
    named = labels(sides)
    found = [claim for other, label in zip(sides[1:], named[1:], strict=True)
             for claim in differences(sides[0], other, named[0], label, many=len(sides) > 2)]  # fmt: skip
    claims = Cards(screened(found))
    return Comparison(sides, claims, _beside(sides, named, claims))


def labels(sides: Sequence[Side]) -> list[str]:
    """What to call the runs: their models where these differ, else the runs themselves."""
    models = [side.model for side in sides]
    return models if len(set(models)) == len(models) else [side.name for side in sides]


def _beside(sides: Sequence[Side], named: Sequence[str], claims: Cards) -> pd.DataFrame:
    lines = []
    for name in dict.fromkeys(name for side in sides for name in side.published):
        for side, label in zip(sides, named, strict=True):
            told = side.published.get(name)
            if told:
                keys = ("topic", "value", "low", "high", "unit", "verdict")
                lines.append({"claim": name, "run": label, **{key: told[key] for key in keys}})
    return pd.DataFrame(lines)
