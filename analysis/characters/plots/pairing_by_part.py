"""How strongly lines go with the profiles they follow from, by part of the profile and form of the line."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.characters.tables import cells
from analysis.report import style

NAMES = {
    "none": "no profile",
    "name": "name only",
    "facts": "facts",
    "style": "manner of writing",
    "all": "facts and manner",
}
FORMS = {"entailed": "no word shared", "literal": "words repeated", "manner": ""}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`in_character`: columns label, value, low, high, units; one row per part and form."""
    columns = ["label", "value", "low", "high", "units"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    lines = cells(table)
    labels = [f"{NAMES.get(part, part)}{', ' * bool(FORMS.get(form, form))}{FORMS.get(form, form)}"
              for part, form in zip(lines["part"], lines["line_form"], strict=True)]  # fmt: skip
    return lines.assign(label=labels).reindex(columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A point with interval a part and form."""
    xlabel = "own line over others under its profile, nats"
    return style.forest(lines, "label", (0.0, "profile ignored"), xlabel, ax)
