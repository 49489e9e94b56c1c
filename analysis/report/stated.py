"""A claim in the order in which one is stated: its id, the question, the number, and what it is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from analysis.report.claims import Claim, Gate, Paper
from analysis.stats.estimate import Estimate


def claim(
    id: str,
    question: str,
    estimate: Estimate,
    unit: str,
    subject: str,
    null: float,
    null_name: str,
    gates: Iterable[Gate] = (),
    paper: Paper | None = None,
    units_name: str = "users",
    topics: Mapping[str, str] = MappingProxyType({}),
    part_of: str = "",
    margin: float | None = None,
) -> Claim:
    """A `Claim` with a null, and its topic by the last part of its id; `part_of` is the claim that it details."""
    topic = topics.get(id.rpartition(".")[2], "")
    return Claim(question, estimate, unit, null, tuple(gates), paper, subject, null_name, margin, units_name, id,
                 topic=topic, part_of=part_of)  # fmt: skip
