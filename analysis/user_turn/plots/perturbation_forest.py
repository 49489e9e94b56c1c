"""What each change to the answer does to the follow-up rate: paired differences with intervals, one line each."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis import user_turn
from analysis.report import style


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """Contrasts with intervals and Holm-adjusted p values: see `analysis.user_turn.tables.contrasts`."""
    lines = user_turn.contrasts(table)
    return lines.dropna(subset=["value"]) if len(lines) else lines


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """One row per perturbation and decoding, in percentage points; nothing is computed here."""
    drawn = lines.assign(name=[_name(line) for line in lines.to_dict("records")])
    for limit in ("value", "low", "high"):
        drawn[limit] = 100 * drawn[limit].astype(float) if len(drawn) else []
    xlabel = "follow-up rate minus the untouched answer's, percentage points"
    return style.forest(drawn, "name", (0.0, "no change"), xlabel, ax)


def _name(line: dict[Any, Any]) -> str:
    kind = {"perturbation": "", "answer_source": "answer ", "depth": "exchange "}[line["factor"]]
    return f"{kind}{line['condition'].replace('_', ' ')} ({line['decoding']})"
