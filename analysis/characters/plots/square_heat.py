"""One square: nats of every line under every profile, tastes for lines and for profiles taken out."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.characters.tables import squares
from analysis.report import style
from analysis.stats.squares import centred


def prepare(table: pd.DataFrame, part: str = "facts", form: str = "entailed") -> pd.DataFrame:
    """The mean square of a part and form, centred by rows and columns: columns profile, line, value."""
    columns = ["profile", "line", "value"]
    chosen = table[(table["part"] == part) & (table["line_form"] == form)] if len(table) else table
    if chosen.empty:
        return pd.DataFrame(columns=columns)
    mean = centred(squares(chosen)[0]).mean(axis=0)
    rows = [(i, j, float(mean[i, j])) for i in range(len(mean)) for j in range(len(mean))]
    return pd.DataFrame(rows, columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A heat map with the own lines on the diagonal."""
    ax = ax or plt.subplots(figsize=(5.2, 4.6))[1]
    ax.grid(visible=False)
    ax.set_xlabel("line")
    ax.set_ylabel("profile")
    if lines.empty:
        return ax
    values = lines.pivot(index="profile", columns="line", values="value").to_numpy(dtype=float)
    largest = max(float(np.abs(values).max()), 1e-9)
    image = ax.imshow(values, cmap="RdBu_r", vmin=-largest, vmax=largest)
    ax.figure.colorbar(image, ax=ax, label="nats over what line and profile get anyway")
    ax.set_xticks(range(len(values)))
    ax.set_yticks(range(len(values)))
    return ax
