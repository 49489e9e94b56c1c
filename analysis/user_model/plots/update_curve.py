"""Belief against the exact log-odds: a mean a level and kind of question, with the Bayesian line."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.report import limits, style
from analysis.stats import estimate
from analysis.user_model.tables import BELIEFS, beliefs

NAMES = {"completion": "sentence completed", "true_or_false": "true or false", "number": "a digit"}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`user_log`: belief by kind and exact log-odds. Columns kind, logit, value, low, high, units."""
    columns = ["kind", "logit", "value", "low", "high", "units"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    lines = beliefs(table)
    lines = lines[lines["kind"].isin(BELIEFS)].assign(logit=lambda part: part["logit"].round(6))
    cells = []
    for (kind, logit), part in lines.groupby(["kind", "logit"], sort=True):
        average = estimate.mean(part["towards"], part["cluster"].to_numpy())
        cells.append({"kind": kind, "logit": logit, **average.record()})
    return pd.DataFrame(cells).reindex(columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """One line per kind of question with intervals; the dashed line is Bayes."""
    ax = ax or plt.subplots(figsize=(6.8, 4.2))[1]
    for place, (kind, part) in enumerate(lines.groupby("kind", sort=False)):
        limits.bars(ax, part["logit"], part, marker=style.MARKERS[place % 6], color=style.PALETTE[place % 6],
                    label=NAMES.get(str(kind), str(kind)))  # fmt: skip
    ends = [float(lines["logit"].min()), float(lines["logit"].max())] if len(lines) else [-1.5, 1.5]
    ax.plot(ends, ends, color=style.SOFT, linestyle=(0, (4, 3)), linewidth=1.1, label="Bayes")
    style.null(ax, 0.0, "no belief")
    ax.set_xlabel("exact log-odds of the act, nats")
    ax.set_ylabel("belief in the act, nats")
    ax.legend(fontsize=9)
    return ax
