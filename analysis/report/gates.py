"""Gates: conditions without which a number means nothing. A failed gate overrules the interval."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.stats.fits._units import Estimate

INSTRUMENT = "instrument not valid for this model"
INTERPRETATION = "not interpretable"


@dataclass(frozen=True)
class Gate:
    """A condition without which the number means nothing. `passed` None: it could not be checked.

    `why` states the bound ("needs at least 0.5"), so that a reader sees value and bound side by side. `verdict` is what
    a failure means for the claim: INSTRUMENT (option mass, parse rate, position bias, positive control) or
    INTERPRETATION (negative control, convergence). `finding`: what a failure means, as a clause of the report's answer
    ("it answers by position").
    """

    name: str
    value: float | None
    passed: bool | None
    why: str
    verdict: str = INSTRUMENT
    finding: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", None if self.value is None else float(self.value))
        object.__setattr__(self, "passed", None if self.passed is None else bool(self.passed))  # NumPy's is no JSON


def at_least(name: str, value: float | None, floor: float, verdict: str = INSTRUMENT, finding: str = "") -> Gate:
    """Passed when value >= floor; not checked when there is no value."""
    return Gate(name, value, None if value is None else value >= floor, f"needs at least {floor:g}", verdict, finding)


def at_most(name: str, value: float | None, ceiling: float, verdict: str = INSTRUMENT, finding: str = "") -> Gate:
    """Passed when |value| <= ceiling; not checked when there is no value."""
    passed = None if value is None else abs(value) <= ceiling
    return Gate(name, value, passed, f"may be at most {ceiling:g}", verdict, finding)


def option_mass(value: float | None, floor: float = 0.5) -> Gate:
    """Median probability of all options together (`frame.option_mass`)."""
    return at_least("option mass", value, floor, finding="it does not answer with the options offered")


def parse_rate(value: float | None, floor: float = 0.8) -> Gate:
    """Share of replies that could be read (`scored` of `frame.asked`)."""
    return at_least("parse rate", value, floor, finding="too few of its replies can be read")


def position_bias(value: float | None, ceiling: float = 0.9) -> Gate:
    """Change of the measure when an option is listed first; 0.9 is a first-listed rate of 95 % (Akata et al. 2025)."""
    return at_most("position bias", value, ceiling, finding="it answers by position")


def positive_control(estimate: Estimate, floor: float, name: str = "positive control") -> Gate:
    """A condition, of other rows than the claim's, in which an effect of at least `floor` must appear.

    Decided by size: passed where the whole interval reaches the floor, failed where none of it does, otherwise (or
    without an interval) not checked.
    """
    low, high = estimate.low, estimate.high
    passed = None if low is None or high is None else True if low >= floor else False if high < floor else None
    return Gate(name, estimate.value, passed, f"its interval must reach {floor:g}")


def negative_control(estimate: Estimate, size: float, null: float = 0.0) -> Gate:
    """A condition in which the effect must not appear: its interval must lie within `size` of `null`.

    Decided by size, not by significance, which few units would never reach. Failed where the estimate itself is as far
    off; not checked where it is not, and its interval cannot rule it out.
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        passed = None
    elif abs(estimate.value - null) >= size:
        passed = False
    else:
        passed = True if max(null - estimate.low, estimate.high - null) < size else None
    why = f"its interval must lie within {size:g} of {null:g}"
    return Gate("negative control", estimate.value, passed, why, INTERPRETATION)


def convergence(converged: bool, why: str = "") -> Gate:
    """Whether the fit behind the number converged."""
    return Gate("convergence", float(converged), converged, why or "the fit must converge", INTERPRETATION)
