"""From records of `simulated_user` to estimates; users (profiles) are the independent units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate

CELL = ["square", "channel", "profile", "turn"]
"""What users share whose turns are compared: the same talk but for the profile."""
COLUMNS = {"style": "held", "facts": "named", "copied": "overlaps"}
"""Measure -> the column that has it for the profile of every user of the square."""


def turns(table: pd.DataFrame, measure: str, origin: str = "model") -> pd.DataFrame:
    """The rows of one measure of turns that the model wrote under a profile, or of messages of another origin."""
    rows = frame.rows(table, measure)
    return rows[(rows["origin"] == origin) & (rows["profile"] != "none")]


def sides(rows: pd.DataFrame, measure: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What turns have of their profile (`style`, `facts`, `copied`), and what the others' turns have of the same.

    The others were shown other profiles, so that what a model likes to write under any of them is on both sides. NaN
    for a turn that was not written, and where no other one was.
    """
    own, others = rows.assign(value=np.nan), rows.assign(value=np.nan)
    for _, cell in rows[rows["status"] == "ok"].groupby(CELL):
        had = np.array([[float(value) for value in text.split()] for text in cell[COLUMNS[measure]]])
        place = cell["place"].astype(int).to_numpy()
        mine = had[np.arange(len(cell)), place]
        if len(cell) > 1:
            own.loc[cell.index, "value"] = mine
            others.loc[cell.index, "value"] = (had.sum(axis=0)[place] - mine) / (len(cell) - 1)
    return own, others


def net(table: pd.DataFrame, measure: str, origin: str = "model") -> Estimate:
    """A measure minus what users with other profiles have of the same, paired by user; 0 where profiles are ignored."""
    return over(turns(table, measure, origin), measure)


def over(rows: pd.DataFrame, measure: str) -> Estimate:
    """`net` of some rows: of yes and no, or where nobody has anything, limits of two shares; else t on the gaps."""
    own, others = sides(rows, measure)
    gaps = estimate.mean(own["value"] - others["value"], rows["cluster"].to_numpy())
    shares = measure == "style" or gaps.low is None
    return estimate.between(own, others, kind="proportion") if shares else gaps


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
    """Change of a measure a turn: mean over users of the slope; where others' is on the other side, over that."""
    lines = turns(table, measure)
    if measure in COLUMNS:
        own, others = sides(lines, measure)
        lines = own.assign(value=own["value"] - others["value"])
    lines = lines.dropna(subset="value")
    slopes = {str(user): _slope(part) for user, part in lines.groupby("cluster") if part["turn"].nunique() > 1}
    return estimate.mean(list(slopes.values()), list(slopes))


def _slope(rows: pd.DataFrame) -> float:
    """Least squares on the mean of each turn."""
    means = rows.groupby("turn")["value"].mean()
    return float(np.polyfit(means.index.astype(float), means, 1)[0])


def read(table: pd.DataFrame) -> float | None:
    """Share of turns in which something was written; None where none was asked for under a profile."""
    rows = turns(table, "loop")
    return float((rows["status"] == "ok").mean()) if len(rows) else None


def cells(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """A measure by channel and form of the profile (`none` included), over others as in `net`; interval over users."""
    rows = frame.rows(table, measure)
    lines = []
    for (channel, form), part in rows[rows["origin"] == "model"].groupby(["channel", "profile"], sort=False):
        plain = estimate.mean if measure == "pairing" else estimate.proportion
        units = part["cluster"].to_numpy()
        measured = over(part, measure) if measure in COLUMNS else plain(part["value"], units)
        lines.append({"channel": channel, "profile": form, **measured.record()})
    return pd.DataFrame(lines)


def overview(table: pd.DataFrame) -> pd.DataFrame:
    """All measures by channel and form of the profile; style, facts and copies minus what users with others have."""
    names = {"style": "style over others", "facts": "facts over others", "copied": "copied over others",
             "pairing": "pairing, nats", "hit": "told apart", "assistantlike": "as the assistant",
             "loop": "loops"}  # fmt: skip
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
