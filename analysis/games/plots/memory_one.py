"""The memory-one fingerprint beside the classics: P(C) after each outcome of the round before."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.games.tables import memory
from analysis.games.tables.strategies import MEMORY_ONE, STATES
from analysis.report import limits, style

SHOWN = ("tit-for-tat", "grim trigger", "win-stay lose-shift")
AFTER = {"CC": "both\ncooperated", "CD": "partner\ndefected", "DC": "own\ndefection", "DD": "both\ndefected"}


def prepare(table: pd.DataFrame, by: str = "model", measure: str = "p_cooperate") -> pd.DataFrame:
    """Columns who, state, value, low, high, units; the classics stand below as `classic` True, without interval."""
    columns = ["who", "state", "value", "low", "high", "units", "classic"]
    known = table[table["state"].isin(STATES)]
    if not (known["measure"] == measure).any():
        return pd.DataFrame(columns=columns)
    fingerprints = memory.fingerprint(table, [by], measure).rename(columns={by: "who"}).assign(classic=False)
    classics = [(who, state, p, True) for who in SHOWN for state, p in zip(STATES, MEMORY_ONE[who], strict=True)]
    beside = pd.DataFrame(classics, columns=["who", "state", "value", "classic"])
    return pd.concat([fingerprints, beside], ignore_index=True).reindex(columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Players as points with intervals, classics as hollow marks; nothing is computed here."""
    ax = ax or plt.subplots(figsize=(7.2, 3.8))[1]
    classic = lines["classic"].astype(bool)
    players, classics = (list(dict.fromkeys(lines.loc[mask, "who"])) for mask in (~classic, classic))
    everybody = [*players, *classics]
    for place, who in enumerate(everybody):
        part = lines[lines["who"] == who]
        x = [STATES.index(state) + 0.13 * (place - (len(everybody) - 1) / 2) for state in part["state"]]
        known = who in players
        colour = style.PALETTE[place % 6] if known else style.SOFT
        limits.bars(ax, x, part, ls="none", color=colour, capsize=0, marker=style.MARKERS[place % 6],
                    mfc=colour if known else style.PAPER, ms=7, label=who)  # fmt: skip
    ax.set_xticks(range(4), [AFTER[state] for state in STATES])
    ax.set(xlim=(-0.5, 3.5), ylim=(-0.06, 1.06), ylabel="probability of cooperation")
    style.null(ax, 0.5, "")
    if everybody:
        ax.legend(fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax
