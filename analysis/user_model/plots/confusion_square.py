"""Nats of every response in every chat, tastes for chats and responses taken out."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.report import style
from analysis.user_model.chats import confusions


def prepare(table: pd.DataFrame, standing: str = "open") -> pd.DataFrame:
    """`group_chat`: columns cause, response (named by the cause that it fits), value; the mean over squares."""
    columns = ["cause", "response", "value"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    names, nats = confusions(table, standing)
    rows = [(one, two, float(nats[i, j])) for i, one in enumerate(names) for j, two in enumerate(names)]
    return pd.DataFrame(rows, columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A heat map; the fitting responses lie on the diagonal."""
    ax = ax or plt.subplots(figsize=(5.6, 4.6))[1]
    ax.grid(visible=False)
    ax.set_xlabel("response to")
    ax.set_ylabel("cause in the chat")
    if lines.empty:
        return ax
    names = list(dict.fromkeys(lines["cause"]))
    values = lines.pivot(index="cause", columns="response", values="value").loc[names, names].to_numpy(dtype=float)
    largest = max(float(np.abs(values).max()), 1e-9)
    image = ax.imshow(values, cmap="RdBu_r", vmin=-largest, vmax=largest)
    ax.figure.colorbar(image, ax=ax, label="nats over what chat and response get anyway")
    ax.set_xticks(range(len(names)), names, rotation=30)
    ax.set_yticks(range(len(names)), names)
    return ax
