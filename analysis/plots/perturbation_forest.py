"""What each change to the answer does to the follow-up rate: paired differences with intervals, one line each."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis import user_turn
from analysis.plots import style

COLOURS = {"greedy": style.PALETTE[0], "sampled": style.PALETTE[1]}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """Contrasts with intervals and Holm-adjusted p values: see `analysis.user_turn.contrasts`."""
    lines = user_turn.contrasts(table)
    return lines.dropna(subset=["value"]) if len(lines) else lines


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """One row a perturbation and decoding; nothing is computed here."""
    ax = ax or plt.subplots(figsize=(6, 0.4 * max(len(lines), 3) + 1))[1]
    for place, line in enumerate(lines.to_dict("records")):
        low = line["value"] if line["low"] is None else line["low"]
        high = line["value"] if line["high"] is None else line["high"]
        bars = [[max(line["value"] - low, 0)], [max(high - line["value"], 0)]]
        ax.errorbar(line["value"], place, xerr=bars, fmt="o", capsize=3, color=COLOURS[line["decoding"]])
    names = [_name(line) for line in lines.to_dict("records")]
    ax.axvline(0, color=style.SOFT, lw=1)
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.set(xlabel="follow-up rate minus the untouched answer's", xlim=(-1.02, 1.02))
    return ax


def _name(line: dict[Any, Any]) -> str:
    kind = {"perturbation": "", "answer_source": "answer ", "depth": "exchange "}[line["factor"]]
    return f"{kind}{line['condition'].replace('_', ' ')} ({line['decoding']})"
