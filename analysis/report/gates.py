"""Gates: conditions without which a number means nothing. A failed gate overrules the interval."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.report.numbers import POINTS, bound

INSTRUMENT = "instrument not valid for this model"
INTERPRETATION = "not interpretable"


@dataclass(frozen=True)
class Gate:
    """A condition without which the number means nothing.

    Parameters
    ----------
    name : str
        Of the check, as a reader sees it.
    value : float or None
        What was measured.
    passed : bool or None
        None: it could not be checked.
    why : str
        The bound ("needs at least 0.5"), so that a reader sees value and bound side by side.
    verdict : str
        What a failure means for the claim: INSTRUMENT (option mass, parse rate, position bias, positive control) or
        INTERPRETATION (negative control, convergence).
    finding : str
        What a failure means, as a clause of the report's answer ("it answers by position").
    unit : str
        Of the value; empty where the name says it.

    Examples
    --------
    >>> Gate("option mass", 0.3, False, "needs at least 0.5").passed
    False
    """

    name: str
    value: float | None
    passed: bool | None
    why: str
    verdict: str = INSTRUMENT
    finding: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", None if self.value is None else float(self.value))
        object.__setattr__(self, "passed", None if self.passed is None else bool(self.passed))  # NumPy's is no JSON


def at_least(name: str, value: float | None, floor: float, verdict: str = INSTRUMENT, finding: str = "",
             unit: str = "") -> Gate:  # fmt: skip
    """Passed when value >= floor.

    Parameters
    ----------
    name : str
    value : float or None
    floor : float
        Smallest value that passes.
    verdict, finding, unit : str
        As in `Gate`.

    Returns
    -------
    Gate

    Examples
    --------
    >>> at_least("parse rate", 0.7, 0.8).passed
    False
    """
    passed = None if value is None else value >= floor
    return Gate(name, value, passed, f"needs at least {bound(floor, unit)}", verdict, finding, unit)


def at_most(name: str, value: float | None, ceiling: float, verdict: str = INSTRUMENT, finding: str = "",
            unit: str = "") -> Gate:  # fmt: skip
    """Passed when |value| <= ceiling.

    Parameters
    ----------
    name : str
    value : float or None
    ceiling : float
        Largest size that passes.
    verdict, finding, unit : str
        As in `Gate`.

    Returns
    -------
    Gate

    Examples
    --------
    >>> at_most("drift", -0.1, 0.2).passed
    True
    """
    passed = None if value is None else abs(value) <= ceiling
    return Gate(name, value, passed, f"limit {bound(ceiling, unit)}", verdict, finding, unit)


def option_mass(value: float | None, floor: float = 0.5) -> Gate:
    """Median probability of all options together (`frame.option_mass`).

    Parameters
    ----------
    value : float or None
    floor : float
        Smallest mass that passes.

    Returns
    -------
    Gate

    Examples
    --------
    >>> option_mass(0.9).passed
    True
    """
    finding = "most of its probability lies outside the answers offered"
    return at_least("option mass", value, floor, finding=finding, unit="share")


def parse_rate(value: float | None, floor: float = 0.8) -> Gate:
    """Share of replies that could be read (`scored` of `frame.asked`).

    Parameters
    ----------
    value : float or None
    floor : float
        Smallest share that passes.

    Returns
    -------
    Gate

    Examples
    --------
    >>> parse_rate(0.5).passed
    False
    """
    return at_least("parse rate", value, floor, finding="too few of its replies can be read", unit="share")


def position_bias(value: float | None, ceiling: float = 0.9) -> Gate:
    """Change of the measure when an option is listed first (`frame.position_bias`).

    Parameters
    ----------
    value : float or None
    ceiling : float
        Largest change that passes; 0.9 is a first-listed rate of 95 % (Akata et al. 2025).

    Returns
    -------
    Gate

    Examples
    --------
    >>> position_bias(0.95).finding
    'it answers by position'
    """
    return at_most("position bias", value, ceiling, finding="it answers by position", unit=POINTS)


def convergence(converged: bool, why: str = "") -> Gate:
    """Whether the fit behind the number converged.

    Parameters
    ----------
    converged : bool
        What the fit says of itself.
    why : str
        The condition, if there is more to say about it.

    Returns
    -------
    Gate
        Its failure makes the claim not interpretable.

    Examples
    --------
    >>> convergence(False).verdict
    'not interpretable'
    """
    return Gate("convergence", float(converged), converged, why or "the fit must converge", INTERPRETATION)
