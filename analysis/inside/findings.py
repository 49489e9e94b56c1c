"""The claims of the report `inside`: said, read, carried over, pushed, and what the controls say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.inside import pushing
from analysis.inside.activations import layer
from analysis.inside.decode import Scan
from analysis.report.claims import INTERPRETATION, Claim, Gate, at_most, option_mass
from analysis.stats import estimate, frame
from analysis.stats.fits import power

NATS = "nats"
CHANCE = 0.05
"""How far from one half readers of shuffled labels may land, over all layers."""
HARM = 0.05
"""Accuracy on easy items within five points is no side effect of practical size."""


DIRECTIONS = {
    "true": "Does pushing towards what is true move the answer?",
    "says yes": "Does pushing towards where it says yes move the answer?",
}


def claims(table: pd.DataFrame, near: Scan, far: Scan, doses: pd.DataFrame, carried: pd.DataFrame,
           persona: str) -> list[Claim]:  # fmt: skip
    """All claims of the notebook, the answers to its title first."""
    steered = doses[doses["probe"] != "completion"], doses[doses["probe"] == "completion"]
    return [
        *reading(table, near, far),
        *(_pushed(steered[0], name, question) for name, question in DIRECTIONS.items()),
        *carrying(carried, persona.replace("_", " ")),
        *(_harm(steered[1], name) for name in DIRECTIONS),
    ]


def reading(table: pd.DataFrame, near: Scan, far: Scan) -> list[Claim]:
    """What is said, what can be read, how much more that is, and whether it carries over to kinds never seen.

    table : of `membership`.  near, far : scans of `true` with words and with families held out.
    """
    site, found = near.chosen()
    said = frame.rows(table, "hit")
    held = said[said["cluster"].isin(near.units[1::2])]
    at = near.sites.index(site)
    gap = estimate.difference(near.right[1::2, at], held["value"], np.array(near.units[1::2], dtype=object),
                              held["cluster"].to_numpy())  # fmt: skip
    where = f"after block {layer(site)}, chosen on the other half of the words"
    common: dict[str, Any] = {"unit": "share", "null": 0.5, "units_name": "words"}
    return [
        Claim("Can more be read from the model than it says?", gap, "percentage points", 0.0, (_control(near),),
              subject=f"Share of statements whose truth a linear reader finds ({where}) minus share answered rightly",
              null_name="no more than it says", units_name="words"),
        Claim("Does the model say what is true?", estimate.proportion(said["value"], said["cluster"].to_numpy()),
              gates=(option_mass(frame.option_mass(table)),), **common,
              subject=f"Share of questions answered rightly ({_unbiased(table)} without its leaning to one word)"),
        Claim("Can it be read inside, on words never seen?", found, gates=(_control(near),),
              subject=f"Share of statements read rightly {where}{_scanned(near, at, found.units)}", **common),
        Claim("Does the reading carry over to kinds never seen?", _elsewhere(far, site),
              gates=(_control(far),), subject=f"Share read rightly after block {layer(site)} by readers that never met "
              f"these kinds{_scanned(far, far.sites.index(site), found.units)}", **common),
    ]  # fmt: skip


def carrying(lines: pd.DataFrame, who: str) -> list[Claim]:
    """Does the persona shift the answer, and how much of it does the state at the last position carry?

    lines : of `carrying.carried`. The layer is the one two thirds up, declared before the numbers are seen.
    """
    last = lines[lines["positions"] == "last"]
    if not len(last):
        return []
    depth = last["site"].map(layer)
    line = last.iloc[int((depth - 2 / 3 * depth.max()).abs().argmin())]
    gap = _from(line, "gap", "gap_low", "gap_high")
    moved = Gate("shift to carry", gap.value, _off_zero(gap), "the persona must move the answer at all", INTERPRETATION)
    return [
        Claim(f"Does the persona {who} shift the answer?", gap, NATS, 0.0, subject=f"Log-odds of yes as {who}, minus "
              "behind as many empty words", null_name="no shift", units_name="words"),
        Claim(f"Is the shift of {who} in the state from which the answer is read, two thirds up?",
              _from(line, "value", "low", "high"), NATS, 0.0, (moved,), units_name="words", null_name="nothing",
              subject=f"Change of log-odds when only the last position after block {layer(line['site'])} is taken from "
              f"the run as {who} (whole shift {gap.value:+.3g}{_p(line['p'])})"),
    ]  # fmt: skip


def _unbiased(table: pd.DataFrame) -> str:
    """Share right where an answer counts as yes above the median log-odds."""
    rows = frame.rows(table, "log_odds_yes").dropna(subset=["value"])
    yes = rows["value"] > rows["value"].median()
    return f"{100 * float((yes == rows['true'].astype(bool)).mean()):.0f} %"


def _control(scan: Scan) -> Gate:
    """Over all layers, because one layer's few shuffles spread more than its interval over units says."""
    return at_most("shuffled labels, minus one half", float(np.nanmean(scan.control)) - 0.5, CHANCE, INTERPRETATION)


def _scanned(scan: Scan, at: int, units: int) -> str:
    """Selectivity with its p, and what so many words would have told from chance."""
    line = scan.table.iloc[at]
    gap, p = (_number(line[name]) for name in ("selectivity", "p"))
    seen = power.one_proportion(units, 0.5).estimate
    parts = [] if gap is None else [f"{100 * gap:+.0f} points over shuffled labels"]
    parts += [] if p is None else [f"p = {p:.2g} over all layers"]
    parts += [] if seen is None else [f"smallest share these words would tell from chance: {100 * (0.5 + seen):.0f} %"]
    return f" ({'; '.join(parts)})"


def _elsewhere(far: Scan, site: str) -> estimate.Estimate:
    """On the words by which the site was not chosen."""
    return estimate.proportion(far.right[1::2, far.sites.index(site)])


def _pushed(doses: pd.DataFrame, name: str, question: str) -> Claim:
    found, smallest = pushing.push(doses, "log_odds_yes", name)
    seen = "not known" if smallest is None else f"{smallest:.2g} nats"
    subject = (
        f"Change of log-odds of yes per length of the direction {name!r}, the interval being what a push of the same "
        f"size in a meaningless direction makes of it (smallest slope these placebos would have let be seen: {seen})"
    )
    return Claim(question, found, NATS, 0.0, subject=subject, null_name="what a placebo does",
                 units_name="placebo directions")  # fmt: skip


def _harm(doses: pd.DataFrame, name: str) -> Claim:
    """Easy items at the strongest pushes along a direction, against no push."""
    moved = pushing.changes(doses, "hit")
    mine = moved[moved["direction"] == name]
    strongest = mine[mine["strength"].abs() == mine["strength"].abs().max()]
    units = strongest.groupby("cluster")["value"].mean()
    found = estimate.mean(units.to_numpy(), units.index.to_numpy())
    sd = float(units.std(ddof=1))
    seen = power.paired(len(units), sd).estimate if sd > 0 else None
    note = f" (smallest change these items would have let be seen: {100 * seen:.0f} points)" if seen else ""
    size = float(strongest["strength"].abs().max())
    return Claim(f"Does pushing along {name!r} break what is easy?", found, "percentage points", 0.0, margin=HARM,
                 subject=f"Accuracy on easy completions at strengths {size:g} and -{size:g} minus without a push{note}",
                 null_name="no change", units_name="items")  # fmt: skip


def _from(line: Any, value: str, low: str, high: str) -> estimate.Estimate:
    numbers = [_number(line[name]) for name in (value, low, high)]
    units = int(line["units"])
    return estimate.Estimate(numbers[0], numbers[1], numbers[2], 0.95, units, units, units, units, "cluster t")


def _off_zero(found: estimate.Estimate) -> bool | None:
    if found.low is None or found.high is None:
        return None
    return not found.low <= 0 <= found.high


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _p(value: Any) -> str:
    found = _number(value)
    return "" if found is None else f"; p = {found:.2g} over all layers and positions"
