"""Every kind of confidence in the same answers, as small reliability diagrams that can be compared at a glance."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.calibration import score
from analysis.calibration.plots import reliability as diagram
from analysis.calibration.tables.bands import reliability
from analysis.report import style

ACROSS = 4


def prepare(pairs: pd.DataFrame, by: str = "kind", bins: int = 10, seed: int = 0) -> pd.DataFrame:
    """Bins of every kind, with its AUROC, ECE, upper end of the calibrated model's ECE, and scored of asked."""
    rng, parts = np.random.default_rng(seed), []
    for name, part in pairs.groupby(by, sort=False, observed=True):
        card = score(part, metrics=("auroc", "ece"), rng=rng, draws=200).set_index("metric")
        facts = {"kind": name, "auroc": card.value["auroc"], "ece": card.value["ece"],
                 "ece_null": card.null_high["ece"],
                 "scored": card.scored["ece"], "asked": card.asked["ece"]}  # fmt: skip
        filled = reliability(part, rng, bins)
        parts.append((filled if len(filled) else filled.reindex([0])).assign(**facts))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["kind"])


@style.styled
def draw(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A grid of diagrams inside one axes; the title says how well the kind ranks and how far off it is."""
    kinds = list(pd.unique(table["kind"]))
    down = max(1, math.ceil(len(kinds) / ACROSS))
    ax = ax or plt.subplots(figsize=(8.6, 2.75 * down), layout="none")[1]
    ax.set_axis_off()
    ax.set_position((0.02, 0.01, 0.97, 0.98))
    for place, kind in enumerate(kinds):
        row, column = divmod(place, ACROSS)
        width, height = 1 / ACROSS, 1 / down
        inset = ax.inset_axes(
            (column * width + 0.03, 1 - (row + 1) * height + 0.09 / down, width * 0.78, height * 0.62)
        )
        part = table[table["kind"] == kind]
        diagram.draw(part.dropna(subset=["confidence"]), inset, small=True)
        inset.set_title(_title(part.iloc[0]), fontsize="x-small", fontweight="normal")
        inset.tick_params(labelsize="x-small")
    if not kinds:
        ax.annotate("nothing could be scored", (0.5, 0.5), xycoords="axes fraction", ha="center", color=style.SOFT)
    return ax


def _title(line: pd.Series) -> str:
    name, read = str(line["kind"]).replace("_", " "), f"{line['scored']:.0f} of {line['asked']:.0f} read"
    if np.isnan(line["ece"]):
        return f"$\\bf{{{name.replace(' ', '~')}}}$\n{read}\nnot estimable"
    ranks = "AUROC n/a" if np.isnan(line["auroc"]) else f"AUROC {line['auroc']:.2f}"
    off = f"ECE {line['ece']:.2f} (calibrated < {line['ece_null']:.2f})"
    return f"$\\bf{{{name.replace(' ', '~')}}}$ {read}\n{ranks}\n{off}"
