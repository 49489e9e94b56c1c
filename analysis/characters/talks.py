"""From records of `simulated_user` to estimates; users (profiles) are the independent units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate

CELL = ["square", "channel", "profile", "turn"]
"""What users share whose turns are compared: the same talk but for the profile."""
COLUMNS = {"style": "held", "facts": "named"}
"""Measure -> the column that has it for the profile of every user of the square."""


def turns(table: pd.DataFrame, measure: str, origin: str = "model") -> pd.DataFrame:
    """The rows of one measure of turns that the model wrote under a profile, or of messages of another origin."""
    rows = frame.rows(table, measure)
    return rows[(rows["origin"] == origin) & (rows["profile"] != "none")]


def over_strangers(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    """`value`: what a turn has of its profile (`style`, `facts`) minus what the turns of the others have of the same.

    The others were shown other profiles, so that what a model likes to write under any of them cancels within the
    square. NaN for a turn that was not written, and where no other one was.
    """
    lines = rows.assign(value=np.nan)
    for _, cell in rows[rows["status"] == "ok"].groupby(CELL):
        held = np.array([[float(value) for value in text.split()] for text in cell[COLUMNS[measure]]])
        place, others = cell["place"].astype(int).to_numpy(), len(cell) - 1
        own = held[np.arange(len(cell)), place]
        if others:
            lines.loc[cell.index, "value"] = own - (held.sum(axis=0)[place] - own) / others
    return lines


def net(table: pd.DataFrame, measure: str, origin: str = "model") -> Estimate:
    """`style` or `facts` minus what users with other profiles have of the same; 0 where profiles are ignored."""
    lines = over_strangers(turns(table, measure, origin), measure)
    return estimate.mean(lines["value"], lines["cluster"].to_numpy())


def mean(table: pd.DataFrame, measure: str) -> Estimate:
    """Mean of a measure over all turns of the model under a profile."""
    rows = turns(table, measure)
    return estimate.mean(rows["value"], rows["cluster"].to_numpy())


def share(table: pd.DataFrame, measure: str) -> Estimate:
    """Share of the turns of the model under a profile."""
    rows = turns(table, measure)
    return estimate.proportion(rows["value"], rows["cluster"].to_numpy())


def told_apart(table: pd.DataFrame, origin: str = "model") -> Estimate:
    """Share of talks (or of messages of another origin) that the own profile of four makes likeliest; .25 is chance."""
    rows = turns(table, "hit", origin)
    rows = rows[rows["turn"] == rows["turn"].max()]
    return estimate.proportion(rows["value"], rows["cluster"].to_numpy())


def drift(table: pd.DataFrame, measure: str) -> Estimate:
    """Change of a measure a turn: mean over users of the slope; of `style` and `facts`, minus others' as in `net`."""
    rows = turns(table, measure)
    lines = over_strangers(rows, measure) if measure in COLUMNS else rows
    lines = lines.dropna(subset="value")
    slopes = {str(user): _slope(part) for user, part in lines.groupby("cluster") if part["turn"].nunique() > 1}
    return estimate.mean(list(slopes.values()), list(slopes))


def _slope(rows: pd.DataFrame) -> float:
    """Least squares on the mean of each turn."""
    means = rows.groupby("turn")["value"].mean()
    return float(np.polyfit(means.index.astype(float), means, 1)[0])


def read(table: pd.DataFrame) -> float:
    """Share of turns in which something was written."""
    return float((turns(table, "style")["status"] == "ok").mean()) if len(table) else 0.0


def cells(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """A measure by channel and form of the profile (`none` included), each with its interval over users."""
    rows = frame.rows(table, measure)
    rows = rows[rows["origin"] == "model"]
    if measure in COLUMNS:
        rows = over_strangers(rows, measure)
        rows = rows.assign(status=np.where(rows["value"].isna(), "unscored", "ok"))
    return estimate.by(rows, measure, ["channel", "profile"], kind="mean")


def overview(table: pd.DataFrame) -> pd.DataFrame:
    """All measures by channel and form of the profile, style and facts minus what users with other profiles have."""
    names = {"style": "style over others", "facts": "facts over others", "copied": "copied", "pairing": "pairing, nats",
             "hit": "told apart", "assistantlike": "as the assistant", "loop": "loops"}  # fmt: skip
    parts = [cells(table, measure).assign(measure=name) for measure, name in names.items()]
    return pd.concat(parts, ignore_index=True)[
        ["measure", "channel", "profile", "value", "low", "high", "units", "rows"]
    ]


def course(table: pd.DataFrame) -> pd.DataFrame:
    """Turns that read as the assistant's, and loops, by channel and turn."""
    parts = [
        estimate.by(turns(table, measure), measure, ["channel", "turn"]).assign(measure=name)
        for measure, name in (("assistantlike", "as the assistant"), ("loop", "loops"))
    ]
    return pd.concat(parts, ignore_index=True)[["measure", "channel", "turn", "value", "low", "high", "units", "rows"]]
