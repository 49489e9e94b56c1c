"""Score by family of games, a mark a player with its interval; games are the units."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.games.tables import scores
from analysis.report import limits, style

COLUMNS = ["model", "family", "value", "low", "high", "units"]


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """Columns model, family (`all` last), value, low, high, units."""
    if not (table["measure"] == "score").any():
        return pd.DataFrame(columns=COLUMNS)
    return scores.by_family(table)[COLUMNS]


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Families down, score across, players side by side; nothing is computed here."""
    families, players = (list(dict.fromkeys(lines[name])) for name in ("family", "model"))
    ax = ax or plt.subplots(figsize=(7.2, 0.5 * max(len(families), 3) + 1.4))[1]
    for place, player in enumerate(players):
        part = lines[lines["model"] == player]
        shift = 0.13 * (place - (len(players) - 1) / 2)
        y = [families.index(name) + shift for name in part["family"]]
        limits.bars(ax, y, part, "x", ls="none", elinewidth=1.4, capsize=0, marker=style.MARKERS[place % 6], ms=5,
                    color=style.PALETTE[place % 6], label=player)  # fmt: skip
    ax.set_yticks(range(len(families)), families)
    ax.set_ylim(max(len(families), 1) - 0.4, -0.6)
    ax.set_xlabel("score, share of the highest pay-off")
    if len(players) > 1:
        ax.legend(fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax
