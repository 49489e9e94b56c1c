"""From records of `in_character` and `relation` to estimates; scenes and events are the independent units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate
from analysis.stats.fits._fit import Fit
from analysis.stats.fits.permuted_columns import permuted_columns
from analysis.stats.metrics.pairing import hit
from analysis.stats.squares import matrix


def cells(table: pd.DataFrame, measure: str = "pairing") -> pd.DataFrame:
    """A measure by part of the profile and form of the line: one line per cell, interval over scenes."""
    return estimate.by(table, measure, ["part", "line_form"], kind="mean")


def pairing(table: pd.DataFrame, part: str, form: str, measure: str = "pairing") -> Estimate:
    """A measure of one cell; not estimable where the cell was not asked."""
    lines = cell(table, part, form, measure)
    return estimate.mean(lines["value"], lines["cluster"].to_numpy())


def cell(table: pd.DataFrame, part: str, form: str, measure: str = "pairing") -> pd.DataFrame:
    """The rows of one measure, part and form."""
    lines = frame.rows(table, measure)
    return lines[(lines["part"] == part) & (lines["line_form"] == form)]


def repeated(table: pd.DataFrame, part: str = "facts") -> Estimate:
    """What repeated words add: pairing of literal lines minus that of entailed ones, paired by scene."""
    return estimate.between(cell(table, part, "literal"), cell(table, part, "entailed"))


def squares(table: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    """Matrices of nats [squares, k, k] behind the rows of one cell, and their scenes; line i belongs to profile i."""
    lines = table[(table["measure"] == "pairing") & (table["status"] == "ok")]
    matrices, scenes = [], []
    for (scene, _), part in lines.groupby(["cluster", "key"], sort=False):
        matrices.append(matrix(part))
        scenes.append(str(scene))
    return np.array(matrices) if matrices else np.zeros((0, 2, 2)), scenes


def ranked(table: pd.DataFrame, part: str, form: str) -> Estimate:
    """How often the own line of ten is on top once every line's mean over profiles is taken out; .1 is chance."""
    nats, scenes = squares(table[(table["part"] == part) & (table["line_form"] == form)])
    return estimate.mean([hit(square, centred=True) for square in nats], scenes)


def permuted(table: pd.DataFrame, part: str, form: str, rng: np.random.Generator) -> Fit:
    """Permutation test of one cell: is it these lines that belong to these profiles?"""
    chosen = table[(table["part"] == part) & (table["line_form"] == form)]
    return permuted_columns(squares(chosen)[0], rng)


def gain(table: pd.DataFrame, part: str, form: str) -> Estimate:
    """What a profile adds to its own line, in nats over no profile; needs the part `none` in the same form.

    Scenes have the same people and lines under every part but `style` and `all`, whose lines are written otherwise.
    """
    own = {}
    for name in (part, "none"):
        lines = cell(table, name, form)
        nats = [float(text.split()[state]) for text, state in zip(lines["nats"], lines["state"], strict=True)]
        own[name] = lines.assign(value=nats)
    return estimate.between(own[part], own["none"])


def relation(table: pd.DataFrame) -> Estimate:
    """`relation`: nats for the line that fits the sign of the relation over the one that fits the other sign."""
    lines = frame.rows(table, "pairing")
    return estimate.mean(lines["value"], lines["cluster"].to_numpy())
