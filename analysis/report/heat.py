"""A square of nats as a heat map: what fits lies on the diagonal, and white is what tastes alone would give."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

WHOLE = 1e-9
"""Least range of colours, for a square in which nothing stands out."""


def square(
    lines: pd.DataFrame, rows: str, columns: str, named: Sequence[str], label: str, ax: Axes | None, size: float = 5.0
) -> Axes:
    """Draw `value` of `lines` by the columns `rows` and `columns`, in their order; `named` are the names of x and y.

    No lines leave the axes empty; `size` is the width in inches.
    """
    import matplotlib.pyplot as plt

    ax = ax or plt.subplots(figsize=(size, size - 0.8))[1]
    ax.grid(visible=False)
    ax.set_xlabel(named[0])
    ax.set_ylabel(named[1])
    if lines.empty:
        return ax
    names = list(dict.fromkeys(lines[rows]))
    values = lines.pivot(index=rows, columns=columns, values="value").loc[names, names].to_numpy(dtype=float)
    largest = max(float(np.nanmax(np.abs(values))), WHOLE)
    image = ax.imshow(values, cmap="RdBu_r", vmin=-largest, vmax=largest)
    ax.figure.colorbar(image, ax=ax, label=label)
    words = any(isinstance(name, str) for name in names)
    ax.set_xticks(range(len(names)), names, rotation=30 if words else 0)
    ax.set_yticks(range(len(names)), names)
    return ax
