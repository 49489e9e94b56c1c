"""What earlier replies are worth to the next one, a line each for what that next one needs, by reduced context."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.context import gains
from analysis.report import limits, style

NEEDS = {"assistant": "needs an earlier reply", "user": "needs an earlier user turn", "nothing": "stands alone"}
CONTEXTS = {
    "user_joined": "user messages joined",
    "user_only": "replies behind placeholders",
    "last_exchange": "last exchange only",
    "last_turn": "newest message only",
}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """Mean gain with interval by `context` and by what the message `needs` (or its type, where needs are unknown).

    Planted errors are left out. Columns context, label, value, low, high, units.
    """
    sound = table[~table["planted"].astype(bool)]
    known = bool(len(sound)) and sound["needs"].astype(str).isin(list(NEEDS)).all()
    by = "needs" if known else "type"
    cells = gains(sound, ["context", by]) if len(sound) else pd.DataFrame(columns=["context", by])
    label = cells[by].map(lambda name: NEEDS.get(name, str(name).replace("_", " ")))
    return cells.assign(label=label).reindex(columns=["context", "label", "value", "low", "high", "units"])


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Points with intervals, one row per label, contexts side by side; nothing is computed here."""
    labels = list(dict.fromkeys(lines["label"]))
    ax = ax or plt.subplots(figsize=(6.8, 0.7 * max(len(labels), 2) + 1.2))[1]
    contexts = list(dict.fromkeys(lines["context"]))
    for place, name in enumerate(contexts):
        part = lines[lines["context"] == name]
        shift = 0.18 * (place - (len(contexts) - 1) / 2)
        y = [labels.index(label) + shift for label in part["label"]]
        limits.bars(ax, y, part, "x", ls="none", marker=style.MARKERS[place % 6], color=style.PALETTE[place % 6],
                    label=CONTEXTS.get(name, str(name)))  # fmt: skip
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(max(len(labels), 1) - 0.4, -0.6)
    ax.set_xlabel("gain of the full context, nats per token")
    style.null(ax, 0.0, "no effect", axis="x")
    if contexts:
        ax.legend(fontsize=9, frameon=False, loc="lower right")
    return ax
