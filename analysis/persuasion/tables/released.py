"""The released debates of Salvi et al. 2025 (data set frasalvi/debategpt, CC-BY-SA-4.0), read by path, never bundled.

Each row is a person who debated: agreement with the side of their opponent before and after, from 1 to 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

FILE = "debategpt.csv"
TREATMENTS: Mapping[str, str] = {
    "Human-Human": "human", "Human-AI": "ai",
    "Human-Human, personalized": "human_personal", "Human-AI, personalized": "ai_personal",
}  # fmt: skip
"""Treatment -> name of its figure; the first is the one that the others are compared with."""
POINTS = ("agreementPreTreatment", "agreementPostTreatment", "sideAgreementPreTreatment", "sideAgreementPostTreatment")
SIDES = ("PRO", "CON")
LEAST = 3
"""Debates of a treatment, at least: fewer have no spread that could be told."""
BEFORE, AFTER = POINTS[2:]
COLUMNS = ("debateID", "treatmentType", "topic", "side", *POINTS)
"""What is read; the file has more, which stays unread."""


def load(path: str | Path) -> pd.DataFrame:
    """The rows of the four treatments, with `change` in points and `strength`, the third of topics (1 low, 3 high).

    Parameters
    ----------
    path : str or Path
        The CSV file, or the folder it lies in.

    Raises
    ------
    FileNotFoundError
        Where there is none; says where the data set is.
    ValueError
        Names the column that is missing, or the row and column of a value that is no agreement.
    """
    file = Path(path) / FILE if Path(path).is_dir() else Path(path)
    if not str(path) or not file.is_file():
        where = f"{FILE} of the data set frasalvi/debategpt"
        raise FileNotFoundError(f"no file {str(file)!r}: download {where}, and name the file or its folder as `data`")
    try:
        rows = pd.read_csv(file)
    except ValueError as error:  # of pandas: nothing in it, or no table
        raise ValueError(f"{file.name} is no table with commas: {' '.join(str(error).split())[:200]}") from error
    if missing := [name for name in COLUMNS if name not in rows]:
        raise ValueError(f"{file.name}: no column {missing[0]!r}; the released file has {', '.join(COLUMNS)} and more")
    _checked(rows, file.name)
    rows = rows.assign(change=rows[AFTER] - rows[BEFORE], strength=rows["topic"].map(_strength(rows)))
    return rows[rows["treatmentType"].isin(TREATMENTS)].reset_index(drop=True)


def _checked(rows: pd.DataFrame, name: str) -> None:
    for column in POINTS:
        if (bad := ~rows[column].isin(range(1, 6))).any():
            at = int(np.flatnonzero(bad)[0])
            raise ValueError(
                f"{name}, row {at + 1}: {column} is {rows[column].iloc[at]}, not a whole number from 1 to 5"
            )
    for column in ("debateID", "topic"):
        if (bad := rows[column].isna()).any():
            raise ValueError(f"{name}, row {int(np.flatnonzero(bad)[0]) + 1}: {column} is empty")
    if (bad := ~rows["side"].isin(SIDES)).any():
        at = int(np.flatnonzero(bad)[0])
        raise ValueError(f"{name}, row {at + 1}: side is {rows['side'].iloc[at]!r}, neither of {', '.join(SIDES)}")
    if absent := [kind for kind in TREATMENTS if rows.loc[rows["treatmentType"] == kind, "debateID"].nunique() < LEAST]:
        raise ValueError(f"{name}: fewer than {LEAST} debates have the treatmentType {absent[0]!r}; the released file "
                         f"has {'; '.join(TREATMENTS)}")  # fmt: skip


def _strength(rows: pd.DataFrame) -> pd.Series:
    """Topic -> third by the mean distance of agreement before from the middle; ties in alphabetical order."""
    mean = (rows["agreementPreTreatment"] - 3).abs().groupby(rows["topic"]).mean()
    ranks = mean.rank(method="first")
    return pd.Series(np.ceil(3 * ranks.to_numpy() / len(ranks)).astype(int), index=ranks.index)


def overview(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows, debates, mean change and share without any, by treatment; and rows whose two codings disagree."""
    against = np.where(rows["side"].eq("PRO"), 6 - rows["agreementPostTreatment"], rows["agreementPostTreatment"])
    marked = rows.assign(same=rows["change"] == 0, miscoded=against != rows[AFTER])
    by = marked.groupby("treatmentType")
    counts = by.agg(rows=("debateID", "size"), debates=("debateID", "nunique"), change=("change", "mean"),
                    unchanged=("same", "mean"), miscoded=("miscoded", "sum"))  # fmt: skip
    return counts.reindex([kind for kind in TREATMENTS if kind in counts.index]).reset_index()
