"""A model's signature: how far it lies from the null on every axis, in standard deviations between units."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from analysis.report import style

WIDEST = 4.0
"""SD shown; what lies farther is drawn at the rim and says so."""


def prepare(profile: pd.DataFrame, persona: str = "none") -> pd.DataFrame:
    """The lines of one persona of `analysis.atlas.tables.profile`: axis, question, model, d, d_low, d_high, gate."""
    kept = profile[profile["persona"] == persona]
    return kept.reindex(columns=["axis", "question", "model", "d", "d_low", "d_high", "gate"]).reset_index(drop=True)


@style.styled
def draw(lines: pd.DataFrame, ax: Any = None) -> Any:
    """A panel a model, axes down; a grey cross where a gate failed. Returns the array of axes."""
    models, axes = list(dict.fromkeys(lines["model"])), list(dict.fromkeys(lines["question"]))
    if ax is None:
        size = (2.6 + 2.6 * max(len(models), 1), 0.42 * max(len(axes), 2) + 1.3)
        ax = plt.subplots(1, max(len(models), 1), figsize=size, sharey=True, sharex=True, squeeze=False)[1][0]
    panels = np.atleast_1d(ax)
    for panel, model in zip(panels, models, strict=False):
        for line in lines[lines["model"] == model].to_dict("records"):
            _mark(panel, axes.index(line["question"]), line)
        panel.set_title(model)
    for panel in panels:
        panel.axvline(0, color=style.SOFT, linestyle=(0, (4, 3)), linewidth=1.1, zorder=1)
        panel.set(xlim=(-WIDEST - 0.3, WIDEST + 0.3), ylim=(len(axes) - 0.4, -0.6), xlabel="SD from the null (dashed)")
        panel.grid(visible=False, axis="y")
    panels[0].set_yticks(range(len(axes)), axes)
    return ax


def _mark(panel: Any, place: int, line: dict[Any, Any]) -> None:
    closed, d = bool(line["gate"]), line["d"]
    if d != d:
        panel.text(0.1, place, "not estimable", size="x-small", color=style.SOFT, va="center")
        return
    colour = style.SOFT if closed else style.PALETTE[0]
    low, high = np.clip([line["d_low"], line["d_high"]], -WIDEST, WIDEST)
    panel.plot([low, high], [place, place], color=colour, linewidth=2.2 if not closed else 1.2, solid_capstyle="butt")
    inside = abs(d) <= WIDEST
    marker = "x" if closed else "o" if inside else "<" if d < 0 else ">"
    if not inside:
        panel.annotate(f"{d:.1f}", (np.sign(d) * WIDEST, place), (-8 * np.sign(d), 0), textcoords="offset points",
                       va="center", ha="right" if d > 0 else "left", size="x-small", color=colour)  # fmt: skip
    panel.plot(float(np.clip(d, -WIDEST, WIDEST)), place, marker=marker, color=colour, linestyle="",
               markerfacecolor=style.PAPER if closed else colour)  # fmt: skip
