"""Intervals in figures: error bars and bands from the columns `value`, `low` and `high`; nothing is computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def lengths(value: Any, low: Any, high: Any) -> np.ndarray:
    """Lengths [2, points] of the bars below and above; a limit that is missing has length zero."""
    middle, lower, upper = (np.atleast_1d(np.asarray(side, dtype=float)) for side in (value, low, high))
    return np.nan_to_num([middle - lower, upper - middle]).clip(min=0)


def bars(ax: Axes, at: Any, table: pd.DataFrame, axis: str = "y", **look: Any) -> None:
    """Marks at `at` with their intervals along `axis`; `look` goes to matplotlib's `errorbar`."""
    value = table["value"].astype(float)
    x, y = (at, value) if axis == "y" else (value, at)
    errors: dict[str, Any] = {f"{axis}err": lengths(value, table["low"], table["high"]), "capsize": 3}
    ax.errorbar(x, y, **(errors | look))


def band(ax: Axes, x: Any, table: pd.DataFrame, **look: Any) -> None:
    """The space between the limits; it is as thin as the line where a limit is missing."""
    value, low, high = (table[side].astype(float) for side in ("value", "low", "high"))
    plain: dict[str, Any] = {"alpha": 0.15, "linewidth": 0}
    ax.fill_between(x, low.fillna(value), high.fillna(value), **(plain | look))
