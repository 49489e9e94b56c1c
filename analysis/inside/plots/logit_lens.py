"""The answer as it would be after each block: the logit lens of a forced choice."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.report import limits, style
from analysis.stats import estimate

COLUMNS = ["group", "layer", "value", "low", "high", "units"]


def prepare(read: pd.DataFrame, by: str) -> pd.DataFrame:
    """Mean log-odds by layer and by the fact `by`, with limits over units."""
    lines = []
    for (group, site), part in read.groupby([by, "site"], sort=False) if len(read) else ():
        average = estimate.mean(part["log_odds"], part["cluster"].to_numpy())
        limits = {"value": average.value, "low": average.low, "high": average.high, "units": average.units}
        lines.append({"group": _called(by, group), "layer": int(str(site).split(".")[1]), **limits})
    return pd.DataFrame(lines, columns=COLUMNS).sort_values(["group", "layer"], ignore_index=True)


def _called(by: str, group: object) -> str:
    if isinstance(group, bool | np.bool_):
        return by if group else f"not {by}"
    return f"{by}: {group}"


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None, unit: str = "log-odds, nats") -> Axes:
    """One curve a group with its band over layers."""
    ax = ax or plt.subplots(figsize=(7.2, 3.4))[1]
    for place, name in enumerate(dict.fromkeys(lines["group"])):
        part = lines[lines["group"] == name]
        colour, marker = style.PALETTE[place % 6], style.MARKERS[place % 6]
        ax.plot(part["layer"], part["value"].astype(float), color=colour, marker=marker, ms=4, label=str(name))
        limits.band(ax, part["layer"], part, color=colour)
    style.null(ax, 0.0, "even")
    ax.set(xlabel="after block", ylabel=unit)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if len(lines):
        ax.legend(fontsize="small")
    return ax
