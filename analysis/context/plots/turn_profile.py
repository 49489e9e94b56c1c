"""Which user turn moved the last reply: the effect of overwriting each, by its distance from the reply."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.report import limits, style
from analysis.stats import estimate

LINEAR = 0.01
"""Nats per token: the newest turn moves a reply a hundred times as much as an old one, and both should be seen."""


def prepare(profile: pd.DataFrame) -> pd.DataFrame:
    """Means with intervals by distance, and every conversation's own line.

    profile: `analysis.contrast.profile`. Columns series (`mean` or the conversation), back (0 is the newest user turn),
    value [nats per token], low, high, units.
    """
    own = profile.rename(columns={"cluster": "series"})[["series", "back", "value"]]
    means = []
    for back, part in profile.groupby("back"):
        average = estimate.mean(part["value"], part["cluster"].to_numpy())
        line = {"series": "mean", "back": back, "value": average.value, "low": average.low, "high": average.high}
        means.append({**line, "units": average.units})
    frame = pd.concat([own, pd.DataFrame(means)], ignore_index=True) if means else own
    return frame.reindex(columns=["series", "back", "value", "low", "high", "units"])


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Grey lines for conversations, the mean with its interval on top; linear up to LINEAR, logarithmic above."""
    ax = ax or plt.subplots(figsize=(6.4, 3.6))[1]
    ax.set_yscale("symlog", linthresh=LINEAR, linscale=0.6)
    for _, part in lines[lines["series"] != "mean"].groupby("series"):
        ax.plot(-part["back"], part["value"], color=style.SOFT, lw=0.7, alpha=0.45, zorder=1)
    mean = lines[lines["series"] == "mean"].sort_values("back")
    limits.bars(ax, -mean["back"], mean, color=style.PALETTE[0], marker="o", zorder=3)
    backs = sorted(mean["back"].astype(int))
    ax.set_xticks([-back for back in backs], ["newest" if not back else f"{back} before" for back in backs])
    ax.set(xlabel="user turn overwritten", ylabel="divergence of the last reply,\nnats per token")
    ax.yaxis.set_major_formatter(lambda value, place: f"{value:g}")
    ax.axhline(0, color=style.SOFT, lw=0.8)
    ax.set_ylim(bottom=min(-LINEAR / 2, float(lines["value"].min()) if len(lines) else 0.0))
    ax.margins(x=0.06)
    return ax
