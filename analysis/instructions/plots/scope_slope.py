"""What a rule adds to the text that obeys it, by how many keys of its domain differ from the request's."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.instructions.tables import gains
from analysis.report import limits, style

NAMES = {"context": "rule in the request", "system": "rule in the system turn", "earlier": "rule a turn before",
         "mention": "somebody else's rule"}  # fmt: skip


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`rule_scope`: columns delivery, distance, value, low, high, units."""
    columns = ["delivery", "distance", "value", "low", "high", "units"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    return gains(table).sort_values(["delivery", "distance"]).reindex(columns=columns).reset_index(drop=True)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """One line per delivery over distance, with intervals."""
    ax = ax or plt.subplots(figsize=(6.4, 4.0))[1]
    for place, (delivery, part) in enumerate(lines.groupby("delivery", sort=False)):
        x = part["distance"].astype(float) + 0.03 * place
        limits.bars(ax, x, part, marker=style.MARKERS[place % 6], color=style.PALETTE[place % 6],
                    label=NAMES.get(str(delivery), str(delivery)))  # fmt: skip
    ax.set_xticks([0, 1, 2], ["in its domain", "one key away", "both keys away"])
    ax.set_xlim(-0.3, 2.3)
    style.null(ax, 0.0, "no rule")
    ax.set_ylabel("gain of the text that obeys, nats")
    if len(lines):
        ax.legend(fontsize=9)
    return ax
