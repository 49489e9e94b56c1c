"""Runs beside each other: every claim of both, its difference paired by unit, and whether it changed.

analysis.compare("reports/user_turn-a", "reports/user_turn-b")
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.report.claims import Cards, Claim, Gate, screened
from analysis.report.sentences import difference_unit, is_share
from analysis.report.verdicts import ABOVE, BELOW, NEGLIGIBLE, RULED_OUT
from analysis.stats.fits._units import Estimate
from analysis.study.pairing import APART, difference, groups, independent, problems, replicates
from analysis.study.replay import NotReplayable
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

    def record(self) -> dict[str, Any]:
        """JSON form: outcome, runs, and every difference with its outcome."""
        runs = [{"run": side.name, "model": side.model} for side in self.sides]
        told = [claim.record() | {"outcome": outcome(claim)} for claim in self.claims]
        return {"outcome": self.outcome, "runs": runs, "claims": told}

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
        Where runs cannot be paired: other stimuli, probe version or engine, or no claim in common.
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
             for claim in _differences(sides[0], other, named[0], label, many=len(sides) > 2)]  # fmt: skip
    claims = Cards(screened(found))
    return Comparison(sides, claims, _beside(sides, named, claims))


def labels(sides: Sequence[Side]) -> list[str]:
    """What to call the runs: their models where these differ, else the runs themselves."""
    models = [side.model for side in sides]
    return models if len(set(models)) == len(models) else [side.name for side in sides]


def _differences(first: Side, other: Side, one: str, two: str, many: bool) -> list[Claim]:
    shared = [name for name in first.manifests if name in other.manifests]
    alone, parts = groups(first, other, shared)
    try:
        both = replicates(first, alone, parts), replicates(other, alone, parts)
    except NotReplayable as error:
        apart = {name: _unpaired(claim, other.published[name], str(error)) for name, claim in first.published.items()
                 if name in other.published}  # fmt: skip
        return [_claim(name, first, other, one, two, many, found) for name, found in apart.items()]
    same = all(_alike(first.table(name), other.table(name)) for name in shared)
    units = {name: str(claim["unit"]) for side in (other, first) for name, claim in side.published.items()}
    names = [name for name in dict.fromkeys([*both[0][0], *both[1][0]]) if name in units]
    found = {name: difference([made.get(name) for made in both[0]], [made.get(name) for made in both[1]],
                              identical=same,
                              share=is_share(units[name])) for name in names}  # fmt: skip
    return [_claim(name, first, other, one, two, many, estimate) for name, estimate in found.items()]


def _alike(a: pd.DataFrame, b: pd.DataFrame) -> bool:
    columns = ["cluster", "row", "measure", "value", "status"]
    return len(a) == len(b) and a[columns].reset_index(drop=True).equals(b[columns].reset_index(drop=True))


def _unpaired(first: dict[str, Any], other: dict[str, Any], reason: str) -> Estimate:
    """The difference of two published claims that cannot be made again without units, and why."""
    one, two = (Estimate(**{name: claim[name] for name in Estimate.__dataclass_fields__}) for claim in (first, other))
    return independent(one, two, f"not paired: {reason}")


def _claim(name: str, first: Side, other: Side, one: str, two: str, many: bool, found: Estimate) -> Claim:
    told = [side.published[name] for side in (first, other) if name in side.published]
    margins = [claim["margin"] for claim in told if claim["margin"]]
    gates = tuple(gate for side, label in ((first, one), (other, two)) for gate in _not_passed(side, name, label))
    topic, apart = str(told[0]["topic"]), ", not paired by unit" * found.method.startswith(APART)
    ending = "." + re.sub(r"[^a-z0-9]+", "_", other.name.lower()).strip("_") if many else ""
    return Claim(f"{told[0]['question'].rstrip('?')}: does {two} differ from {one}?", found,
                 difference_unit(str(told[0]["unit"])), 0.0, gates, None, f"{topic}, {two} minus {one}{apart}",
                 "no difference", min(margins) if margins else None, str(told[0]["units_name"]), f"{name}{ending}",
                 family="compare", topic=f"{topic} ({two} against {one})" if many else topic)  # fmt: skip


def _not_passed(side: Side, name: str, label: str) -> list[Gate]:
    """Gates of a claim that failed or could not be checked, under the name of the run."""
    gates = side.published.get(name, {}).get("gates", ())
    return [Gate(f"{gate['name']} of {label}", gate["value"], gate["passed"], gate["why"], gate["verdict"])
            for gate in gates if gate["passed"] is not True]  # fmt: skip


def _beside(sides: Sequence[Side], named: Sequence[str], claims: Cards) -> pd.DataFrame:
    lines = []
    for name in dict.fromkeys(name for side in sides for name in side.published):
        for side, label in zip(sides, named, strict=True):
            told = side.published.get(name)
            if told:
                keys = ("topic", "value", "low", "high", "unit", "verdict")
                lines.append({"claim": name, "run": label, **{key: told[key] for key in keys}})
    return pd.DataFrame(lines)
