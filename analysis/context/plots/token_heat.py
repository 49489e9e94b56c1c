"""A scored text, token by token: how much a context made each token likelier (blue) or less likely (orange)."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize

from analysis.report import style

WIDTH = 92
"""Characters to a line."""
_MIDDLE, _DARK = "#fdfdfd", "#1c2028"
"""Of the boxes and their text: not the style's own ground and ink, which a report exchanges for the dark setting."""
_COLOURS = LinearSegmentedColormap.from_list("advantage", [style.PALETTE[1], _MIDDLE, style.PALETTE[0]])
_CONTROL = {code: f"\\x{code:02x}" for code in range(32)} | {10: "\\n", 9: "\\t"}


def prepare(tokens: pd.DataFrame, contexts: Sequence[str] = (), limit: float = 3.0) -> pd.DataFrame:
    """Cells to draw from `probes.contrast.token_table` (columns context, position, token, ratio).

    `value` = -ratio, log p(token | context) - log p(token | base) in nats; `shade` is the same cut at +-`limit`; `text`
    is the token made visible; `x`, `y` its place in lines of at most WIDTH characters, contexts below one another
    (those named, or all).
    """
    tokens = tokens[tokens["context"].isin(list(contexts))] if contexts else tokens
    lines: list[dict[str, object]] = []
    y = 0
    for name, part in tokens.groupby("context", sort=False):
        x = WIDTH + 1
        for token, ratio in zip(part["token"], part["ratio"], strict=True):
            text = str(token).translate(_CONTROL) or "·"
            if x + len(text) > WIDTH:
                x, y = 0, y + 1
            shade = float(np.clip(-ratio, -limit, limit))
            lines.append({"context": name, "text": text, "x": x, "y": y, "value": -ratio, "shade": shade})
            x += len(text)
        y += 1
    columns = ["context", "text", "x", "y", "value", "shade"]
    return pd.DataFrame(lines, columns=columns)


@style.styled
def draw(cells: pd.DataFrame, ax: Axes | None = None, limit: float = 3.0) -> Axes:
    """Tokens as shaded boxes, one block a context, with a colour bar; nothing is computed here."""
    height = int(cells["y"].max()) + 1 if len(cells) else 1
    width = max(int((cells["x"] + cells["text"].str.len()).max()) if len(cells) else 0, 40)
    if ax is None:
        ax = plt.subplots(figsize=(0.095 * width + 1.2, 0.34 * height + 0.5))[1]
    norm = Normalize(-limit, limit)
    for cell in cells.to_dict("records"):
        box = (cell["x"], cell["y"] - 0.42)
        ax.add_patch(plt.Rectangle(box, len(cell["text"]), 0.84, color=_COLOURS(norm(cell["shade"])), lw=0))
        ax.text(cell["x"] + len(cell["text"]) / 2, cell["y"], cell["text"].strip() or " ", family="monospace",
                fontsize=8.5, ha="center", va="center", color=_DARK, parse_math=False)  # fmt: skip
    for name, first in (
        cells.groupby("context", sort=False)["y"].min() if len(cells) else pd.Series(dtype=int)
    ).items():
        ax.text(0, first - 0.95, str(name), fontsize=9.5, fontweight="bold", va="center", parse_math=False)
    ax.set(xlim=(0, width), ylim=(height - 0.3, -0.6))
    ax.axis("off")
    bar = ax.figure.colorbar(ScalarMappable(norm, _COLOURS), ax=ax, shrink=0.8, aspect=14, pad=0.02)
    bar.set_label("log-ratio, nats", fontsize=9)
    return ax
