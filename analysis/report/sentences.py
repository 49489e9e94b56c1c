"""Claims in words: a label, and one sentence that says no more than interval and gates allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.report.gates import INSTRUMENT, INTERPRETATION
from analysis.report.numbers import difference_unit, limits, null_text, numeral
from analysis.report.verdicts import CORRECTION, SAMPLE, SIZE

if TYPE_CHECKING:
    from analysis.report.claims import Claim

NO_RESULT = "no valid result"
"""Of a claim whose gate failed, on every page."""


def gate_text(gate: dict[str, Any]) -> str:
    """Name, value and bound of a gate."""
    value = "not checked" if gate.get("value") is None else numeral(gate["value"], gate.get("unit", ""))
    value = "below 0.001" if gate.get("value") and abs(gate["value"]) < 0.001 else value
    return f"{gate.get('name')} {value} ({str(gate.get('why')).rstrip(' .;')})"


def label(claim: dict[str, Any]) -> str:
    """The verdict of a claim's record in a few words; anything unknown stays as it is."""
    verdict, unit = str(claim.get("verdict", "described")), str(claim.get("unit", ""))
    null = null_text(str(claim.get("null_name", "chance")), claim.get("null"), unit)
    fixed = claim.get("target") == "these fixed levels"
    margin = numeral(claim.get("margin"), difference_unit(unit))
    within, by = f"within {margin} of {null}", f", perhaps by less than {margin}"
    size = by * (claim.get("leaves_open") == SIZE)
    texts = {
        "above": f"above {null}{size}",
        "below": f"below {null}{size}",
        "inconclusive": "inconclusive" + _undecided(claim),
        "negligible": f"detectable but negligible: {within}",
        "ruled out": f"no effect larger than {margin}" if not claim.get("null") else within,
        "described": f"estimate only, {'levels are fixed' if fixed else 'no verdict'}",
        "not verified": "not verified: a validity check could not be made",
    } | dict.fromkeys((INSTRUMENT, INTERPRETATION), NO_RESULT)
    return texts.get(verdict, verdict)


def _undecided(claim: dict[str, Any]) -> str:
    if claim.get("leaves_open") == CORRECTION:
        return f" after correction for {claim['findings']:.0f} findings"
    return f", this run is too small: {too_small(claim)}" if claim.get("leaves_open") == SAMPLE else ""


def too_small(claim: dict[str, Any]) -> str:
    """The minimum detectable effect of a claim's record beside the one that its question needs."""
    gap = difference_unit(str(claim["unit"]))
    return (f"minimum detectable effect {numeral(claim['detectable'], gap)}, "
            f"target {numeral(claim['wanted'], gap, True)}")  # fmt: skip


def speaks_for(claim: dict[str, Any]) -> str:
    """What the interval of a claim's record is about, and how wide it is for new kinds."""
    units = str(claim["units_name"])
    texts = {
        "these stimuli": "these stimuli only: the interval is over the model's own draws",
        "more of the same generator": f"more {units} of the same kinds",
        "new kinds": f"new {units}",
        "these fixed levels": "these levels only: they are fixed and crossed, so described, not sampled",
    }
    return texts[claim["target"]] + _new_kinds(claim["kinds"], str(claim["kinds_name"]), str(claim["unit"]))


def _new_kinds(kinds: dict[str, Any] | None, name: str, unit: str) -> str:
    if kinds is None:
        return ""
    if kinds["low"] is None or kinds["high"] is None:
        return f"; not for new {name} ({kinds['reason'] or 'no interval'})"
    return f"; for new {name} {limits(kinds['low'], kinds['high'], unit)} ({kinds['units']} {name})"


def sentence(claim: Claim) -> str:
    """Estimate, interval, denominators and what follows. After a failed gate the number is for checking only."""
    gates = [vars(gate) for gate in claim.gates]
    failed = "; ".join(gate_text(gate) for gate in gates if gate["passed"] is False)
    unchecked = ", ".join(gate["name"] for gate in gates if gate["passed"] is None)
    measured = _measured(claim)
    tail = f" Not checked: {unchecked}." if unchecked else ""
    if failed:
        return f"{NO_RESULT.capitalize()}, {claim.verdict}: {failed}. For checking only: {measured}{tail}"
    return " ".join(part for part in (measured, _conclusion(claim)) if part) + tail


def _measured(claim: Claim) -> str:
    subject, measured = claim.subject.strip(" ,;:.") or "The estimate", claim.estimate
    if measured.value is None:
        return f"{subject}: not testable ({measured.reason}; {measured.scored} of {measured.asked} scored)."
    counted = f"{measured.units} {claim.units_name}, {measured.scored} of {measured.asked} scored"
    if measured.low is None or measured.high is None:
        interval = measured.reason or "no interval"
    else:
        interval = f"{100 * measured.level:g} % interval {limits(measured.low, measured.high, claim.unit)}"
    return f"{subject}: {numeral(measured.value, claim.unit)} ({interval}; {counted})."


def _conclusion(claim: Claim) -> str:
    null = null_text(claim.null_name, claim.null, claim.unit)
    if claim.outnumbered:
        return (
            f"Inconclusive: its interval excludes {null}, but not after correction for the {claim.findings} findings "
            f"of this report (Holm p = {numeral(claim.adjusted)})."
        )
    margin = numeral(claim.margin or None, difference_unit(claim.unit))
    size = f" It may differ by less than {margin}." if claim.leaves_open == SIZE else ""
    constant = f"Not testable: {claim.estimate.reason or 'no interval'}." if claim.estimate.value is not None else ""
    return {
        "above": f"The whole interval lies above {null}.{size}",
        "below": f"The whole interval lies below {null}.{size}",
        "negligible": f"Detectable but negligible: the whole interval lies within {margin} of {null}.",
        "ruled out": f"Differences from {null} beyond {margin} are ruled out.",
        "inconclusive": _inconclusive(claim, null),
        "not testable": constant,
        "not verified": "Nothing is concluded, because a validity check could not be made.",
    }.get(claim.verdict, "") + _difference(claim)


def _difference(claim: Claim) -> str:
    """The estimated difference from a null that is an estimate itself: it decides."""
    over, unit = claim.over_null, difference_unit(claim.unit)
    if over is None or over.low is None or over.high is None:
        return ""
    return f" Difference by unit: {numeral(over.value, unit)} ({limits(over.low, over.high, unit)})."


def _inconclusive(claim: Claim, null: str) -> str:
    unit = difference_unit(claim.unit)
    said = f"Inconclusive: the interval includes {null}"
    said += f" and differences beyond {numeral(claim.margin, unit)}." if claim.margin else "."
    if claim.detectable is not None:
        said += f" Minimum detectable effect (80 % power): {numeral(claim.detectable, unit)}"
        said += f", above the target of {numeral(claim.wanted, unit)}" if claim.leaves_open == SAMPLE else ""
        more = claim.units_needed
        said += f"; an effect of the margin needs about {more} {claim.units_name}." if more else "."
    return said
