"""Claims in words: numbers as people write them, and one sentence that says no more than interval and gates allow."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from analysis.report.verdicts import CORRECTION, SAMPLE, SIZE

if TYPE_CHECKING:
    from analysis.report.claims import Claim

COUNTS = re.compile(r"differences|of \d")
"""Units of whole numbers: so many differences, or so many of 8 pairs."""
SHARES = ("probability", "proportion", "share", "rate")
POINTS = "percentage points"


def typeset(text: str) -> str:
    """With a real minus, and no line break between a number and its per-cent sign.

    >>> typeset("-3.0 to 5.0 %") == "\N{MINUS SIGN}3.0 to 5.0\N{NO-BREAK SPACE}%"
    True
    """
    return re.sub(r"(?<=\d) (?=%)", "\N{NO-BREAK SPACE}", re.sub(r"(?<![\w.-])-(?=\d)", "\N{MINUS SIGN}", text))


def is_share(unit: str) -> bool:
    """Whether the unit is a share, with ends at 0 and 1."""
    return unit.split(" ")[0] in SHARES


def difference_unit(unit: str) -> str:
    """Unit of a difference of two such values."""
    return POINTS if is_share(unit) else unit


def numeral(value: float | None, unit: str = "", bare: bool = False) -> str:
    """A number as people write it: shares in per cent, others to three significant digits with their unit.

    >>> numeral(0.5, "probability"), numeral(6.25, "points of the game"), numeral(None)
    ('50.0 %', '6.25 points of the game', 'not available')
    >>> numeral(3.0, "of 8 pairs"), numeral(0.995, "of a random choice's regret")
    ('3 of 8 pairs', "0.995 of a random choice's regret")
    """
    if value is None:
        return "not available"
    if is_share(unit) or unit == POINTS:
        text = _fixed(100 * value)
        return text if bare else f"{text} {POINTS if unit == POINTS else '%'}"
    if COUNTS.match(unit):
        return f"{value:.0f}" if bare else f"{value:.0f} {unit}"
    digits = 0 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{min(digits, 6)}f}" if abs(value) < 1e6 else f"{value:.3g}"
    return text if bare or not unit else f"{text} {unit}"


def brief(value: float | None, unit: str) -> str:
    """A number where there is little room: of counts with their unit but without its list, of others without a unit.

    >>> brief(2.0, "of 8 pairs: fact, memory; 1 not testable"), brief(1.5, "nats"), brief(0.5, "probability")
    ('2 of 8 pairs', '1.50', '50.0 %')
    """
    counts = bool(COUNTS.match(unit))
    return re.split("[:;]", numeral(value, unit, bare=not (counts or is_share(unit))))[0]


def _fixed(value: float) -> str:
    """With one decimal; what would then read as zero gets up to three."""
    for digits in (1, 2, 3):
        text = f"{value:.{digits}f}"
        if float(text):
            return text
    return "0.0"


def limits(low: float, high: float, unit: str) -> str:
    """The two ends of an interval, with their unit."""
    return f"{numeral(low, unit, bare=True)} to {numeral(high, unit)}"


def ends(low: float, high: float, unit: str) -> str:
    """The same where the value stands before it: a unit is not said twice, but per cent is."""
    return limits(low, high, unit) if is_share(unit) else f"{numeral(low, unit, True)} to {numeral(high, unit, True)}"


def gate_text(gate: dict[str, Any]) -> str:
    """Name, value and bound of a gate."""
    value = "not checked" if gate.get("value") is None else numeral(gate["value"])
    value = "below 0.001" if gate.get("value") and abs(gate["value"]) < 0.001 else value
    return f"{gate.get('name')} {value} ({str(gate.get('why')).rstrip(' .;')})"


def null_text(name: str, value: float | None, unit: str) -> str:
    """The null as it is named, with its value unless that is zero.

    >>> null_text("chance", 0.5, "probability"), null_text("no change", 0.0, "nats")
    ('chance (50.0 %)', 'no change')
    """
    return f"{name} ({numeral(value, unit)})" if value != 0 else name


def label(claim: dict[str, Any]) -> str:
    """The verdict of a claim's record in a few words; anything unknown, such as a failed gate, stays as it is."""
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
        "ruled out": f"ruled out beyond the margin: {within}",
        "described": f"estimate only, {'levels are fixed' if fixed else 'no verdict'}",
        "not verified": "not verified: a gate could not be checked",
    }
    return texts.get(verdict, verdict)


def _undecided(claim: dict[str, Any]) -> str:
    if claim.get("leaves_open") == CORRECTION:
        return f" after correction for {claim['findings']:.0f} findings"
    return f", this run is too small: {too_small(claim)}" if claim.get("leaves_open") == SAMPLE else ""


def too_small(claim: dict[str, Any]) -> str:
    """The minimum detectable effect of a claim's record beside the one that its question needs."""
    gap = difference_unit(str(claim["unit"]))
    return (f"smallest detectable effect {numeral(claim['detectable'], gap)}, "
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
        return f"{claim.verdict.capitalize()}: {failed}. For checking only: {measured}{tail}"
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
        "not verified": "Nothing is concluded while a gate is unchecked.",
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
