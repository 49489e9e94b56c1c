"""Where something can be read: share of right readings by layer, beside shuffled labels and random features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.report import limits, style

if TYPE_CHECKING:
    from analysis.inside.tables.decode import Scan

COLUMNS = ["read", "layer", "value", "low", "high", "p"]
CONTROLS = ("labels shuffled", "random features")


def prepare(scans: Mapping[str, Scan]) -> pd.DataFrame:
    """One row per scan and layer, then the two controls of the first scan. Columns read, layer, value, low, high, p."""
    parts = [scan.table.assign(read=name) for name, scan in scans.items()]
    for name, control in list(scans.items())[:1]:
        table = control.table
        limits = {"value": table["control"], "low": table["control_low"], "high": table["control_high"], "p": None}
        parts.append(table.assign(read=f"{CONTROLS[0]} ({name})", **limits))
        parts.append(table.assign(read=f"{CONTROLS[1]} ({name})", value=table["random"], low=None, high=None, p=None))
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    lines = pd.concat([part.astype({name: float for name in ("value", "low", "high", "p")}) for part in parts])
    return lines.assign(layer=lines["site"].str.split(".").str[1].astype(int))[COLUMNS].reset_index(drop=True)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Curves with bands over layers; a filled mark is beyond the shuffled labels after max-T over layers."""
    ax = ax or plt.subplots(figsize=(7.2, 3.8))[1]
    for place, name in enumerate(dict.fromkeys(lines["read"])):
        part = lines[lines["read"] == name].sort_values("layer")
        control = str(name).startswith(CONTROLS)
        colour = style.SOFT if control else style.PALETTE[place % 6]
        dashes = (0, (1, 1.5)) if str(name).startswith(CONTROLS[1]) else "-"
        ax.plot(part["layer"], part["value"], color=colour, ls=dashes, marker=".", ms=3,
                lw=1.2 if control else 1.8, label=str(name))  # fmt: skip
        limits.band(ax, part["layer"], part, color=colour)
        beyond = part[(part["p"] < 0.05) & (part["value"] > 0.5)]
        ax.plot(beyond["layer"], beyond["value"], ls="none", marker=style.MARKERS[place % 6], color=colour, ms=4.5)
    style.null(ax, 0.5, "chance")
    ax.set(xlabel="after block", ylabel="share read rightly", ylim=(0.2, 1.03))
    style.percent(ax)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if len(lines):
        ax.legend(fontsize="small", loc="lower right")
    return ax
