"""A comparison as its reader sees it: forest, runs side by side, provenance, the conversations that changed most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.report import style
from analysis.report.show.figures import figure
from analysis.report.show.html import Shown
from analysis.report.show.tables import table
from analysis.study.changed import changed, conversations

if TYPE_CHECKING:
    from analysis.study.comparison import Comparison
    from analysis.study.side import Side

APART = ("model", "fingerprint", "seed", "version", "parameters", "commit", "code", "packages", "python", "platform",
         "model_info")  # fmt: skip
MEASURED = ("check", "sharing", "cache_peak")
LONGEST = 120
"""Characters of a value in the provenance table."""


def comparison(found: Comparison) -> list[tuple[str, Shown]]:
    """(heading, what stands under it), in the order of the page. The claims themselves come before all of it."""
    from analysis.study.comparison import labels

    names, first = labels(found.sides), found.sides[0]
    origin = provenance(found.sides, names)
    parts = [("Not paired by unit", _unpaired(found.unpaired))] if found.unpaired else []
    parts += [("Differences, with their margins", _forest(found)),
             ("Claims side by side", table(found.beside, "Every claim of every run, as published")),
             ("What differs in provenance", table(origin, "Only what is not the same in all"))]  # fmt: skip
    for other, name in zip(found.sides[1:], names[1:], strict=True):
        units = changed(first, other)
        heading = f"Units that changed most: {names[0]} and {name}"
        shown = table(units, "Values are means over the rows of a unit; score in standard deviations between units")
        parts.append((heading, shown + conversations(first, other, units, (names[0], name))))
    return parts


def _unpaired(reasons: dict[str, list[str]]) -> Shown:
    lines = pd.DataFrame([(", ".join(ids), reason) for reason, ids in reasons.items()], columns=["claims", "why"])
    return table(lines, "Their published intervals are combined as if the runs were independent, which is wider")


def _forest(found: Comparison) -> Shown:
    lines = forest(found)
    return figure(draw(lines), lines, alt="Difference of every claim in units of its margin, with intervals")


def forest(found: Comparison) -> pd.DataFrame:
    """One row per difference: claim, outcome, and value, low, high in multiples of its margin.

    Claims of different units share an axis only on this scale; a failed gate leaves the row without a value.
    """
    from analysis.study.comparison import outcome

    rows = []
    for claim in found.claims:
        scale = 0.0 if any(gate.passed is False for gate in claim.gates) else claim.margin or 0.0
        told = claim.estimate.record()
        limits = {
            key: told[key] / scale if scale and told[key] is not None else None for key in ("value", "low", "high")
        }
        rows.append({"claim": claim.id, "outcome": outcome(claim), **limits})
    return pd.DataFrame(rows, columns=["claim", "outcome", "value", "low", "high"])


@style.styled
def draw(lines: pd.DataFrame, ax: Any = None) -> Any:
    """Intervals of the differences, one row per claim; the band is the margin."""
    import matplotlib.pyplot as plt

    ax = ax or plt.subplots(figsize=(7.2, 1.0 + 0.3 * max(len(lines), 2)))[1]
    ax.axvspan(-1, 1, color=style.SOFT, alpha=0.15, linewidth=0)
    style.intervals(ax, lines, "claim")
    style.null(ax, 0.0, "no difference", axis="x")
    ax.set_xlabel("difference in multiples of the margin; band: within the margin")
    return ax


def provenance(sides: tuple[Side, ...], names: list[str]) -> pd.DataFrame:
    """One row per field that is not the same in all runs: probe (or several), field, a column per run.

    What a model's own checks measured is no origin and left out.
    """
    rows: dict[tuple[str, ...], list[str]] = {}
    for probe in dict.fromkeys(name for side in sides for name in side.manifests):
        told = [_flat({key: side.manifests.get(probe, {}).get(key) for key in APART}) for side in sides]
        for key in dict.fromkeys(key for one in told for key in one):
            values = [one.get(key, "absent") for one in told]
            if len(set(values)) > 1 and not any(word in key for word in MEASURED):
                rows.setdefault((key, *values), []).append(probe)
    lines = [(", ".join(where), *told) for told, where in rows.items()]
    return pd.DataFrame(lines, columns=["probe", "field", *names])


def _flat(content: Any, path: str = "") -> dict[str, str]:
    """Nested mappings as dotted names with short texts."""
    if isinstance(content, dict):
        return {name: text for key, value in content.items()
                for name, text in _flat(value, f"{path}.{key}" if path else str(key)).items()}  # fmt: skip
    return {path: str(content)[:LONGEST]}
