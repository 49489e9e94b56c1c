"""The claims of the report `inside`: answers, linear probes, transfer, steering, and their controls."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.inside.tables import pushing
from analysis.inside.tables.activations import layer
from analysis.inside.tables.decode import Scan
from analysis.report.claims import INTERPRETATION, Claim, Gate, at_most, identifier, option_mass
from analysis.stats import estimate, frame, target
from analysis.stats.by_unit import by_unit
from analysis.stats.fits import power

NATS = "nats"
CHANCE = 0.05
"""How far from one half linear probes of shuffled labels may land, over all layers."""
HARM = 0.05
"""Accuracy on easy items within five points is no side effect of practical size."""


DIRECTIONS = {
    "true": "Does steering along the truth direction move the answer?",
    "says yes": 'Does steering along the direction of "yes" move the answer?',
}


def claims(table: pd.DataFrame, near: Scan, far: Scan, doses: pd.DataFrame, carried: pd.DataFrame, persona: str,
           patched: pd.DataFrame) -> list[Claim]:  # fmt: skip
    """All claims of the notebook, the answers to its title first.

    Means over words or items name the value of each, so that two models are paired by them (`compare`).
    """
    steered = doses[doses["probe"] != "completion"], doses[doses["probe"] == "completion"]
    return [
        *reading(table, near, far),
        *(_pushed(steered[0], name, question) for name, question in DIRECTIONS.items()),
        *carrying(carried, persona.replace("_", " "), patched),
        *(_harm(steered[1], name) for name in DIRECTIONS),
    ]


def reading(table: pd.DataFrame, near: Scan, far: Scan) -> list[Claim]:
    """Accuracy of the answers, of linear probes, their difference, and transfer to held-out categories.

    table : of `membership`.  near, far : scans of `true` with words and with families held out.
    """
    site, decoded = near.chosen()
    answers = frame.rows(table, "hit")
    held = answers[answers["cluster"].isin(near.units[1::2])]
    at = near.sites.index(site)
    words = np.array(near.units[1::2], dtype=object)
    gap = estimate.difference(near.right[1::2, at], held["value"], words, held["cluster"].to_numpy())
    read, said = by_unit(near.right[1::2, at], words), by_unit(held["value"], held["cluster"].to_numpy())
    where = f"at layer {layer(site)}, chosen on the other half of the words"
    common: dict[str, Any] = {"unit": "share", "null": 0.5, "units_name": "words"}
    return [
        Claim("Does decoding beat answering?", gap, "percentage points", 0.0, (_control(near),),
              subject=f"Accuracy of a linear probe ({where}) minus accuracy of the answers",
              null_name="no difference", units_name="words", id="inside.decoding_gain",
              topic="linear-probe minus answer accuracy", by_unit=_minus(read, said)),
        Claim("Does the model answer correctly?", estimate.proportion(answers["value"], answers["cluster"].to_numpy()),
              gates=(option_mass(frame.option_mass(table)),), **common, id="inside.answers", topic="answer accuracy",
              by_unit=by_unit(answers["value"], answers["cluster"].to_numpy()),
              subject=f"Accuracy of the answers ({_unbiased(table)} after removing its yes-no bias)"),
        Claim("Can truth be decoded on held-out words?", decoded, gates=(_control(near),), id="inside.decoding",
              subject=f"Accuracy of a linear probe {where}{_scanned(near, at)}",
              topic="linear-probe accuracy on held-out words", detectable=_seen(decoded.units), by_unit=read, **common),
        Claim("Does the linear probe transfer to held-out categories?", _elsewhere(far, site, table),
              gates=(_control(far),), subject=f"Accuracy at layer {layer(site)} of linear probes trained without the "
              f"category{_scanned(far, far.sites.index(site))}", id="inside.transfer", part_of="inside.decoding",
              topic="linear-probe accuracy on held-out categories", target=target.KINDS,
              **common | {"units_name": "pairs of categories"}),
    ]  # fmt: skip


def carrying(lines: pd.DataFrame, who: str, patched: pd.DataFrame) -> list[Claim]:
    """Does the persona shift the answer, and how much of it does the state at the last position carry?

    lines : of `carrying.carried`, made of `patched`. The layer is the one two thirds up, declared before the numbers
    are seen.
    """
    last = lines[lines["positions"] == "last"]
    if not len(last):
        return []
    depth = last["site"].map(layer)
    line = last.iloc[int((depth - 2 / 3 * depth.max()).abs().argmin())]
    gap, words = _from(line, "gap", "gap_low", "gap_high"), patched["cluster"].to_numpy()
    here = (patched["positions"] == "last") & (patched["site"] == line["site"])
    moved = Gate("shift to carry", gap.value, _off_zero(gap), "the persona must move the answer at all", INTERPRETATION)
    return [
        Claim(f"Does the persona {who} shift the answer?", gap, NATS, 0.0, subject=f"Log-odds of yes as {who}, minus "
              "with length-matched filler", null_name="no shift", units_name="words", id="inside.persona_shift",
              topic=f"shift by the persona {who}", by_unit=by_unit(patched["source"] - patched["base"], words)),
        Claim(f"Does the last position, at two thirds of the depth, carry the shift of {who}?",
              _from(line, "value", "low", "high"), NATS, 0.0, (moved,), units_name="words", null_name="no change",
              id="inside.persona_patch", part_of="inside.persona_shift", topic="shift carried by the last position",
              by_unit=by_unit((patched["patched"] - patched["base"])[here], words[here]),
              subject=f"Change of log-odds when only the last position at layer {layer(line['site'])} is patched from "
              f"the run as {who} (whole shift {gap.value:+.3g}{_p(line['p'])})"),
    ]  # fmt: skip


def _minus(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    """By word; nothing where the two were read of other words, since a difference of means is then no mean."""
    return {name: one[name] - other[name] for name in one} if set(one) == set(other) else {}


def _unbiased(table: pd.DataFrame) -> str:
    """Share right where an answer counts as yes above the median log-odds."""
    rows = frame.rows(table, "log_odds_yes").dropna(subset=["value"])
    yes = rows["value"] > rows["value"].median()
    return f"{100 * float((yes == rows['true'].astype(bool)).mean()):.0f} %"


def _control(scan: Scan) -> Gate:
    """Over all layers, because one layer's few shuffles spread more than its interval over units says."""
    return at_most(
        "accuracy on shuffled labels minus one half",
        float(np.nanmean(scan.control)) - 0.5,
        CHANCE,
        INTERPRETATION,
        unit="percentage points",
    )


def _seen(units: int) -> float | None:
    """Smallest accuracy above chance that so many words detect."""
    return power.one_proportion(units, 0.5).estimate


def _scanned(scan: Scan, at: int) -> str:
    """Selectivity with its p."""
    line = scan.table.iloc[at]
    gap, p = (estimate.known(line[name]) for name in ("selectivity", "p"))
    parts = [] if gap is None else [f"{100 * gap:+.0f} points over shuffled labels"]
    parts += [] if p is None else [f"p = {p:.2g} over all layers"]
    return f" ({'; '.join(parts)})"


def _elsewhere(far: Scan, site: str, table: pd.DataFrame) -> estimate.Estimate:
    """On the words by which the site was not chosen, over the families that a linear probe never saw."""
    family, words = table.drop_duplicates("cluster").set_index("cluster")["family"], far.units[1::2]
    return target.proportion(target.KINDS, far.right[1::2, far.sites.index(site)], words, family[list(words)])


def _pushed(doses: pd.DataFrame, name: str, question: str) -> Claim:
    slope, smallest = pushing.push(doses, "log_odds_yes", name)
    subject = (
        f"Change of log-odds of yes per norm of the direction {name!r}, with the interval from steering by the same "
        "amount along random directions"
    )
    return Claim(question, slope, NATS, 0.0, subject=subject, null_name="placebo directions", detectable=smallest,
                 units_name="placebo directions", id=identifier("inside", "steering", name),
                 topic=f"steering along {name!r}")  # fmt: skip


def _harm(doses: pd.DataFrame, name: str) -> Claim:
    """Easy items at the strongest steering along a direction, against none."""
    moved = pushing.changes(doses, "hit")
    mine = moved[moved["direction"] == name]
    strongest = mine[mine["strength"].abs() == mine["strength"].abs().max()]
    units = strongest.groupby("cluster")["value"].mean()
    change = estimate.mean(units.to_numpy(), units.index.to_numpy())
    sd = float(units.std(ddof=1))
    seen = power.paired(len(units), sd).estimate if sd > 0 else None
    size = float(strongest["strength"].abs().max())
    return Claim(f"Does steering along {name!r} harm easy completions?", change, "percentage points", 0.0, margin=HARM,
                 subject=f"Accuracy on easy completions at strengths {size:g} and -{size:g} minus without steering",
                 null_name="no change", units_name="items", id=identifier("inside", "harm", name), detectable=seen,
                 part_of=identifier("inside", "steering", name),
                 by_unit=by_unit(units.to_numpy(), units.index.to_numpy()),
                 topic=f"side effects of steering along {name!r}")  # fmt: skip


def _from(line: Any, value: str, low: str, high: str) -> estimate.Estimate:
    numbers = [estimate.known(line[name]) for name in (value, low, high)]
    units = int(line["units"])
    return estimate.Estimate(numbers[0], numbers[1], numbers[2], 0.95, units, units, units, units, "cluster t")


def _off_zero(effect: estimate.Estimate) -> bool | None:
    if effect.low is None or effect.high is None:
        return None
    return not effect.low <= 0 <= effect.high


def _p(value: Any) -> str:
    p = estimate.known(value)
    return "" if p is None else f"; p = {p:.2g} over all layers and positions"
