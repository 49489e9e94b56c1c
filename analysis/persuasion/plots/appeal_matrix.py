"""Nats of every argument for every listener, tastes for arguments and listeners taken out."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.persuasion.tables import centred
from analysis.report import style


def prepare(table: pd.DataFrame, profile: str = "shown") -> pd.DataFrame:
    """`appeals`: columns listener, argument, value; the mean over topics of squares centred by rows and columns."""
    columns = ["listener", "argument", "value"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    names, mean = centred(table, profile)
    rows = [(one, two, float(mean[i, j])) for i, one in enumerate(names) for j, two in enumerate(names)]
    return pd.DataFrame(rows, columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A heat map; what fits lies on the diagonal."""
    ax = ax or plt.subplots(figsize=(5.0, 4.2))[1]
    ax.grid(visible=False)
    ax.set_xlabel("the argument speaks to")
    ax.set_ylabel("the listener cares for")
    if lines.empty:
        return ax
    names = list(dict.fromkeys(lines["listener"]))
    values = lines.pivot(index="listener", columns="argument", values="value").loc[names, names].to_numpy(dtype=float)
    largest = max(float(np.nanmax(np.abs(values))), 1e-9)
    image = ax.imshow(values, cmap="RdBu_r", vmin=-largest, vmax=largest)
    ax.figure.colorbar(image, ax=ax, label="nats over what argument and listener get anyway")
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    return ax
