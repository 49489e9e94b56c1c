"""A claim that says what its sample could have shown."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.report.claims import Claim, Gate, Paper
from analysis.report.sentences import numeral
from analysis.stats.estimate import Estimate
from analysis.stats.fits.power import detectable


def claim(question: str, found: Estimate, unit: str, subject: str, null: float, null_name: str,
          gates: Iterable[Gate] = (), paper: Paper | None = None, units_name: str = "users") -> Claim:  # fmt: skip
    """A claim whose subject names the smallest true difference that 80 % of such samples would find."""
    return Claim(question, found, unit, null, tuple(gates), paper, subject + smallest(found, unit), null_name,
                 units_name=units_name)  # fmt: skip


def smallest(found: Estimate, unit: str) -> str:
    """The smallest such difference as a clause in brackets; empty where there is no interval.

    Examples
    --------
    >>> smallest(Estimate(0.5, 0.0, 1.0, 0.95, 16, 16, 16, 16, "cluster t"), "nats")
    ' (80 % of such samples would find 0.703 nats)'
    """
    size = detectable(found.low, found.high, found.units - 1, found.level)
    return "" if size is None else f" (80 % of such samples would find {numeral(size, unit)})"
