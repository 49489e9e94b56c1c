"""Dose and response: how far an answer moves with the strength of a push, against pushes that mean nothing."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.inside.tables import pushing
from analysis.report import limits, style


def prepare(doses: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Change of a measure by direction and strength (`analysis.inside.tables.pushing.curve`)."""
    return pushing.curve(doses, measure) if len(doses) else pd.DataFrame(columns=pushing.COLUMNS)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None, unit: str = "change of log-odds, nats") -> Axes:
    """Named directions as curves with limits over stimuli; the grey band holds 95 % of single placebos."""
    ax = ax or plt.subplots(figsize=(7.2, 3.8))[1]
    names = [name for name in dict.fromkeys(lines["direction"]) if name != "placebos"]
    blank = lines[lines["direction"] == "placebos"].astype({"low": float, "high": float}).sort_values("strength")
    if len(blank):
        at = pd.concat([blank, pd.DataFrame({"strength": [0.0], "low": [0.0], "high": [0.0]})]).sort_values("strength")
        label = f"95 % of placebos of the same size ({int(blank['units'].max())} drawn)"
        ax.fill_between(at["strength"], at["low"], at["high"], color=style.SOFT, alpha=0.25, lw=0, label=label)
    for place, name in enumerate(names):
        part = lines[lines["direction"] == name].astype({side: float for side in ("value", "low", "high")})
        origin = pd.DataFrame({"strength": [0.0], "value": [0.0], "low": [0.0], "high": [0.0]})
        part = pd.concat([part[list(origin)], origin]).sort_values("strength")
        limits.bars(ax, part["strength"], part, color=style.PALETTE[place % 6], marker=style.MARKERS[place % 6],
                    label=str(name))  # fmt: skip
    style.null(ax, 0.0, "no push")
    ax.set(xlabel="strength, in lengths of the direction", ylabel=unit)
    if len(lines):
        ax.legend(fontsize="small")
    return ax
