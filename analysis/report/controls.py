"""Gates of conditions with a known answer: decided by the interval of an effect seen there."""

from __future__ import annotations

from analysis.report.gates import INSTRUMENT, INTERPRETATION, Gate
from analysis.report.numbers import bound
from analysis.stats.fits._units import Estimate

ROUNDING = 1e-9
"""What sums of floating-point numbers may miss a floor by: so little more is no effect."""


def clears(name: str, control: Estimate, floor: float = 0.0, verdict: str = INSTRUMENT, finding: str = "",
           unit: str = "") -> Gate:  # fmt: skip
    """A condition in which there is something to be seen: passed where the whole interval lies above `floor`.

    Parameters
    ----------
    name : str
    control : Estimate
        The effect there. Where all units are alike, which leaves no interval, their value decides.
    floor : float
        What a model that sees nothing gives.
    verdict, finding, unit : str
        As in `Gate`.

    Returns
    -------
    Gate

    Examples
    --------
    >>> from analysis.stats import estimate
    >>> clears("reading control", estimate.mean([1.0, 1.2, 0.8])).passed
    True
    >>> clears("reading control", estimate.mean([0.0, 0.0, 0.0])).passed
    False
    >>> clears("reading control", estimate.mean([1e-17, 1e-17, 1e-17])).passed
    False
    """
    low, value = control.low, control.value
    end = value if low is None and control.units > 1 else low
    passed = None if end is None else end > floor + ROUNDING
    seen, why = value if low is None else low, f"must exceed {bound(floor, unit)}"
    return Gate(f"{name}, lower limit", seen, passed, why, verdict, finding, unit)


def positive_control(estimate: Estimate, floor: float, name: str = "positive control") -> Gate:
    """A condition, of other rows than the claim's, in which an effect of at least `floor` must appear.

    Parameters
    ----------
    estimate : Estimate
        The effect there. Passed where the whole interval reaches the floor, failed where none of it does, otherwise
        (or without an interval) not checked: it is decided by size.
    floor : float
        Smallest effect that passes.
    name : str

    Returns
    -------
    Gate

    Examples
    --------
    >>> from analysis.stats.estimate import Estimate
    >>> positive_control(Estimate(0.5, 0.3, 0.7, 0.95, 9, 9, 9, 9, "t"), 0.2).passed
    True
    """
    low, high = estimate.low, estimate.high
    passed = None if low is None or high is None else True if low >= floor else False if high < floor else None
    return Gate(name, estimate.value, passed, f"its interval must reach {floor:g}")


def negative_control(estimate: Estimate, size: float, null: float = 0.0) -> Gate:
    """A condition in which the effect must not appear: its interval must lie within `size` of `null`.

    Decided by size, not by significance, which few units would never reach.

    Parameters
    ----------
    estimate : Estimate
        The effect there.
    size : float
        What counts as an effect, in the unit of the estimate.
    null : float
        Where there is no effect.

    Returns
    -------
    Gate
        Failed where the estimate itself is as far off; not checked where it is not, and its interval cannot rule it
        out.

    Examples
    --------
    >>> from analysis.stats import estimate
    >>> negative_control(estimate.mean([0.0, 0.01, -0.01] * 20), size=0.1).passed
    True
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        passed = None
    elif abs(estimate.value - null) >= size:
        passed = False
    else:
        passed = True if max(null - estimate.low, estimate.high - null) < size else None
    why = f"its interval must lie within {size:g} of {null:g}"
    return Gate("negative control", estimate.value, passed, why, INTERPRETATION)


def agrees(name: str, one: Estimate, other: Estimate, null: float = 0.0) -> Gate:
    """A second reading of the same thing, such as what is written beside what is likely, does not contradict it.

    Parameters
    ----------
    name : str
        What the second reading is.
    one, other : Estimate
        The claim's, and the second reading.
    null : float
        Of both.

    Returns
    -------
    Gate
        Failed where both intervals lie off the null, on opposite sides. Where all units are alike, which leaves no
        interval, their value stands for it.

    Examples
    --------
    >>> from analysis.stats import estimate
    >>> up, down = estimate.mean([1.0, 1.2, 0.8]), estimate.mean([-1.0, -1.2, -0.8])
    >>> agrees("what it writes", up, down).passed, agrees("what it writes", up, up).passed
    (False, True)
    """
    sides = {_side(one, null), _side(other, null)}
    why = "must not lie on the other side of the null"
    return Gate(f"agreement with {name}", other.value, sides != {-1, 1}, why, INTERPRETATION,
                f"{name} points the other way")  # fmt: skip


def _side(estimate: Estimate, null: float) -> int:
    """Where the whole interval lies, or the value that all units share: above the null (1), below it (-1), or neither
    (0)."""
    low, high = estimate.low, estimate.high
    if low is None and estimate.units > 1:
        low = high = estimate.value
    return 0 if low is None or high is None else int(low > null) - int(high < null)
