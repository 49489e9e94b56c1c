"""How directions lie to one another: cosines of all pairs, those beyond chance in bold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.inside.tables import directions
from analysis.report import style

_DARK = 0.6
"""Size of the cosine from which figures are written in white."""


def prepare(vectors: Mapping[str, Any], null: float | None = None) -> pd.DataFrame:
    """Cosines of all pairs (`analysis.directions.atlas`)."""
    return directions.atlas(vectors, null)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Blue is the same way, red the opposite; bold is beyond chance."""
    names = list(dict.fromkeys(lines["first"]))
    size = max(len(names), 2)
    ax = ax or plt.subplots(figsize=(2.2 + 0.85 * size, 0.9 + 0.6 * size))[1]
    if names:
        grid = lines.pivot(index="first", columns="second", values="cosine").loc[names, names]
        ax.imshow(grid.to_numpy(dtype=float), cmap="RdBu", vmin=-1, vmax=1, aspect="auto")
    for line in lines.to_dict("records"):
        white = abs(line["cosine"]) > _DARK
        ax.text(names.index(line["second"]), names.index(line["first"]), f"{line['cosine']:+.2f}", ha="center",
                va="center", fontsize="small", color="white" if white else "black",
                fontweight="bold" if line["beyond"] else "normal")  # fmt: skip
    ax.set_xticks(range(len(names)), [str(name).replace(" ", "\n") for name in names], fontsize="small")
    ax.set_yticks(range(len(names)), names, fontsize="small")
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    note = f"bold: beyond chance (|cosine| > {lines['null'].iloc[0]:.2f})" if len(lines) else "no direction"
    ax.set_xlabel(note, fontsize="small")
    return ax
