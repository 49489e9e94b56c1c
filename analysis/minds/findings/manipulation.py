"""The manipulation check: do the personas move the trait that they name?"""

from __future__ import annotations

from typing import Any

from analysis.minds.tables.words import titled
from analysis.report.claims import Claim, identifier
from analysis.stats import estimate


def took(line: dict[str, Any]) -> Claim:
    """Whether a persona moves its own trait."""
    name, axis = titled(line["persona"]), line["axis"]
    subject = (
        f"Change of {axis} in the direction of {name.replace('-', ' ')}, placed in {line['placement']} (acquiescence"
        f" changed by {line['acquiescence']:+.2f})"
    )
    value = restored(line | {"scored": line["units"], "asked": line["units"], "rows": line["units"]})
    return Claim(f"Manipulation check: does the {name} persona change its trait?", value, "SD of the statements", 0.0,
                 subject=subject, null_name="no change", units_name="statements",
                 topic=f"manipulation check of the {name} persona (change of its own trait)",
                 id=identifier("minds", "manipulation", line["persona"], line["placement"], str(axis)))  # fmt: skip


def restored(line: Any) -> estimate.Estimate:
    """A line of a table as an Estimate again."""
    value, low, high = (estimate.known(line[name]) for name in ("value", "low", "high"))
    counts = {name: int(line[name]) for name in ("units", "rows", "scored", "asked")}
    method = line.get("method", "cluster t")
    return estimate.Estimate(value, low, high, 0.95, method=method, reason=line["reason"], **counts)
