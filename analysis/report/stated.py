"""A claim in the order in which one is stated: its id, the question, the number, and what it is compared with."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.report.claims import Claim, Gate, Paper
from analysis.stats.estimate import Estimate


def claim(id: str, question: str, found: Estimate, unit: str, subject: str, null: float, null_name: str,
          gates: Iterable[Gate] = (), paper: Paper | None = None, units_name: str = "users") -> Claim:  # fmt: skip
    """A `Claim` with a null; its minimum detectable effect follows from the interval."""
    return Claim(question, found, unit, null, tuple(gates), paper, subject, null_name, units_name=units_name, id=id)
