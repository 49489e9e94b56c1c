"""What an interval allows to be said: the verdict of a claim, its margin, and the sample that would decide it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from analysis.report.gates import INSTRUMENT, Gate
from analysis.stats.fits._units import Estimate

ABOVE, BELOW, NEGLIGIBLE, RULED_OUT = "above", "below", "negligible", "ruled out"
INCONCLUSIVE, NOT_TESTABLE, UNCHECKED, DESCRIBED = "inconclusive", "not testable", "not verified", "described"
CORRECTION, SIZE, SAMPLE = "correction", "size", "sample"
"""What a verdict may leave open: the interval excludes the null, but not after correction for all findings of the
report; the effect lies on one side of the null, perhaps within the margin; nothing is decided, and the minimum
detectable effect is larger than the one that the question needs."""
MARGINS = {
    "probability": 0.05,
    "proportion": 0.05,
    "share": 0.05,
    "rate": 0.05,
    "percentage points": 0.05,
    "difference of probabilities": 0.05,
    "AUROC": 0.1,
    "rank correlation": 0.1,
    "SD of the statements": 0.2,
    "points of squared error": 0.02,
    "nats": 0.1,
    "nats per token": 0.02,
    "scale points": 0.1,
    "coins": 0.25,
}
"""Smallest effects of interest by unit, for claims that declare none of their own."""


def margin_of(unit: str) -> float | None:
    """Default margin of a unit, found by the whole unit or by its first word; None where there is no convention."""
    return MARGINS.get(unit, MARGINS.get(unit.split(" ")[0]))


def verdict(estimate: Estimate, null: float | None, margin: float | None, gates: Iterable[Gate],
            fixed: bool = False) -> str:  # fmt: skip
    """The verdict on one estimate.

    A failed gate gives its own verdict. Without a value, or without an interval where there is a null, the claim is
    NOT_TESTABLE; without a null, or where its levels are `fixed` and no sample, it is DESCRIBED. A gate that could not
    be checked turns every conclusion into UNCHECKED.
    """
    checks = list(gates)
    failed = [gate.verdict for gate in checks if gate.passed is False]
    if failed:
        return INSTRUMENT if INSTRUMENT in failed else failed[0]
    if estimate.value is None:
        return NOT_TESTABLE
    if null is None or fixed:
        return DESCRIBED
    if estimate.low is None or estimate.high is None:
        return NOT_TESTABLE
    decided = compared(estimate.low, estimate.high, null, margin)
    unchecked = any(gate.passed is None for gate in checks)
    return UNCHECKED if unchecked and decided != INCONCLUSIVE else decided


def compared(low: float, high: float, null: float, margin: float | None) -> str:
    """Where an interval lies, relative to the null and the band of `margin` around it (the limits excluded).

    >>> compared(0.51, 0.53, 0.5, 0.05), compared(0.48, 0.53, 0.5, 0.05), compared(0.4, 0.6, 0.5, 0.05)
    ('negligible', 'ruled out', 'inconclusive')
    """
    excluded = low > null or high < null
    if margin and null - margin < low and high < null + margin:
        return NEGLIGIBLE if excluded else RULED_OUT
    if excluded:
        return ABOVE if low > null else BELOW
    return INCONCLUSIVE


def left_open(verdict: str, found: Estimate, null: float | None, margin: float | None, seen: float | None,
              wanted: float | None, outnumbered: bool) -> str:  # fmt: skip
    """CORRECTION, SIZE, SAMPLE or nothing: what a verdict does not settle.

    outnumbered : the number of findings took the verdict back.  seen, wanted : minimum detectable effects, as it is and
    as the question needs it.
    """
    if outnumbered:
        return CORRECTION
    if verdict == INCONCLUSIVE:
        return SAMPLE if seen and wanted and seen > wanted else ""
    if verdict not in (ABOVE, BELOW) or not margin or null is None:
        return ""
    nearest = min(abs((limit or 0.0) - null) for limit in (found.low, found.high))
    return SIZE if nearest < margin else ""


def units_needed(units: int, detectable: float | None, margin: float | None) -> int | None:
    """Independent units that would detect an effect of the margin with 80 % power; None where these already would.

    Minimum detectable effects shrink with the square root of the number of units.

    >>> units_needed(40, 0.1, 0.05)
    160
    """
    if not detectable or not margin or detectable <= margin:
        return None
    return math.ceil(round(units * (detectable / margin) ** 2, 6))
