"""Does the simulated user follow the profile, or copy it? Manner against copied words, by channel and form."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.characters.tables.dialogues import cells
from analysis.report import style

NAMES = {"open": "open user turn", "played": "assistant plays"}
FORMS = {"none": "no profile", "list": "list", "prose": "prose"}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`simulated_user`: columns label, copied, copied_low, copied_high, style, style_low, style_high, in shares."""
    sides = ("copied", "style")
    columns = ["label", *(f"{side}{end}" for side in sides for end in ("", "_low", "_high"))]
    if table.empty:
        return pd.DataFrame(columns=columns)
    across, up = (
        cells(table, side).rename(columns={"value": side, "low": f"{side}_low", "high": f"{side}_high"})
        for side in sides
    )
    lines = across.merge(up, on=["channel", "profile"])
    labels = [f"{NAMES.get(channel, channel)}, {FORMS.get(form, form)}"
              for channel, form in zip(lines["channel"], lines["profile"], strict=True)]  # fmt: skip
    return lines.assign(label=labels).reindex(columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A cross for each channel and form; up is follows, right is copies."""
    ax = ax or plt.subplots(figsize=(6.4, 4.4))[1]
    colours = style.colours(lines["label"])
    numbers = lines.drop(columns="label").astype(float).to_numpy()
    for label, (x, left, right, y, bottom, top) in zip(lines["label"], numbers, strict=True):
        ax.plot([left, right], [y, y], color=colours[label])
        ax.plot([x, x], [bottom, top], color=colours[label])
        ax.plot([x], [y], "o", color=colours[label], label=label)
    style.null(ax, 0.0, "as under other profiles")
    style.null(ax, 0.0, "as under other profiles", axis="x")
    style.percent(ax)
    style.percent(ax, "x")
    ax.set(
        xlabel="copied from the profile, minus under other profiles",
        ylabel="in the profile's manner, minus under other profiles",
    )
    if len(lines):
        ax.legend()
    return ax
