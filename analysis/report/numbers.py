"""Numbers as people print them: shares in per cent, differences in percentage points, others to three digits."""

from __future__ import annotations

import math
import re

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


def bound(value: float, unit: str = "") -> str:
    """A bound as it was set, without digits that it does not have.

    >>> bound(0.5, "share"), bound(0.9, "percentage points"), bound(0.05)
    ('50 %', '90 percentage points', '0.05')
    """
    if is_share(unit) or unit == POINTS:
        return f"{100 * value:g} {POINTS if unit == POINTS else '%'}"
    return f"{value:g} {unit}".rstrip()


def short(value: float | None, unit: str) -> str:
    """A difference where there is little room: points for percentage points, of other units the first noun.

    >>> short(0.05, "percentage points"), short(0.1, "SD of the statements"), short(0.1, "nats per token")
    ('5.0 points', '0.100 SD', '0.100 nats per token')
    """
    return f"{numeral(value, unit, bare=True)} {'points' if unit == POINTS else re.split(' of |[:;]', unit)[0]}".strip()


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


def null_text(name: str, value: float | None, unit: str) -> str:
    """The value of the null, and what it is called.

    >>> null_text("chance", 0.5, "probability"), null_text("no change", 0.0, "nats")
    ('the 50.0 % of chance', 'zero (no change)')
    """
    return f"the {numeral(value, unit)} of {name}" if value else f"zero ({name})"
