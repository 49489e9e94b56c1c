"""Differences between two runs as claims: each claim of the notebook, made again on the units that both have."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from analysis.report.claims import Claim, Gate
from analysis.report.numbers import difference_unit, is_share
from analysis.stats.fits._units import Estimate
from analysis.study.pairing import APART, UNPAIRED, by_items, difference, groups, identical, independent, replicates
from analysis.study.replay import NotReplayable
from analysis.study.side import Side


def differences(first: Side, other: Side, one: str, two: str, many: bool) -> list[Claim]:
    """Every claim that both runs can make, other minus first, as `one` and `two`; `many`: of several runs."""
    shared = [name for name in first.manifests if name in other.manifests]
    alone, parts = groups(first, other, shared)
    same = all(_alike(first.table(name), other.table(name)) for name in shared)
    try:
        both = replicates(first, alone, parts), replicates(other, alone, parts)
    except NotReplayable as error:
        apart = {name: _published(claim, other.published[name], str(error), same)
                 for name, claim in first.published.items() if name in other.published}  # fmt: skip
        return [_claim(name, first, other, one, two, many, found) for name, found in apart.items()]
    units = {name: claim["unit"] for side in (other, first) for name, claim in side.published.items()}
    names = [name for name in dict.fromkeys([*both[0][0], *both[1][0]]) if name in units]
    found = {name: difference([made.get(name) for made in both[0]], [made.get(name) for made in both[1]],
                              same, is_share(units[name])) for name in names}  # fmt: skip
    return [_claim(name, first, other, one, two, many, estimate) for name, estimate in found.items()]


def _alike(a: pd.DataFrame, b: pd.DataFrame) -> bool:
    columns = ["cluster", "row", "measure", "value", "status"]
    return len(a) == len(b) and a[columns].reset_index(drop=True).equals(b[columns].reset_index(drop=True))


def _published(first: dict[str, Any], other: dict[str, Any], reason: str, same: bool) -> Estimate:
    """The difference of two published claims that cannot be made again without units: by the values of units that both
    published, else as if independent, and why."""
    one, two = (Estimate(**{name: claim[name] for name in Estimate.__dataclass_fields__}) for claim in (first, other))
    if same and one.value is not None and one.value == two.value:
        return identical(one, two)
    share, items = is_share(first["unit"]), [claim.get("by_unit") or {} for claim in (first, other)]
    paired = by_items(one, two, items[0], items[1], share)
    return paired or independent(one, two, f"{UNPAIRED}{reason}")


def _claim(name: str, first: Side, other: Side, one: str, two: str, many: bool, found: Estimate) -> Claim:
    told = [side.published[name] for side in (first, other) if name in side.published]
    margins = [claim["margin"] for claim in told if claim["margin"]]
    gates = tuple(gate for side, label in ((first, one), (other, two)) for gate in _not_passed(side, name, label))
    topic, apart = told[0]["topic"], ", not paired by unit" * found.method.startswith(APART)
    ending = "." + re.sub(r"[^a-z0-9]+", "_", other.name.lower()).strip("_") if many else ""
    return Claim(f"{told[0]['question'].rstrip('?')}: does {two} differ from {one}?", found,
                 difference_unit(told[0]["unit"]), 0.0, gates, None, f"{topic}, {two} minus {one}{apart}",
                 "no difference", min(margins) if margins else None, told[0]["units_name"], f"{name}{ending}",
                 family="compare", topic=f"{topic} ({two} against {one})" if many else topic)  # fmt: skip


def _not_passed(side: Side, name: str, label: str) -> list[Gate]:
    """Gates of a claim that failed or could not be checked, under the name of the run."""
    gates = side.published.get(name, {}).get("gates", ())
    return [Gate(f"{gate['name']} of {label}", gate["value"], gate["passed"], gate["why"], gate["verdict"])
            for gate in gates if gate["passed"] is not True]  # fmt: skip
