"""What a run folder recorded, for showing: its trials, and the exchange behind a row of its table.

An exchange is found by trial, row and question, never by its text: replies repeat, above all labels of forced choices.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.report import records
from probes import schema

_OLD = "the table has no column 'question': read it again with analysis.records.rows"
_CHANGED = "trial {} was asked again since this table was made: read it again with analysis.records.rows"


def stored(out: str | Path, probe: str = "") -> tuple[list[dict[str, Any]], str]:
    """Trials of a probe, or of all that are finished; and which are left out because they are not, in words."""
    if probe:
        return records.trials(out, probe), ""
    open_ = {str(about.get("probe")) for about in schema.manifests(out) if not about.get("finished")}
    names = [name for name in schema.probes(out) if name not in open_]
    left = f"; not finished and left out: {', '.join(sorted(open_))}" if open_ else ""
    return [trial for name in names for trial in records.trials(out, name)], left


def behind(rows: pd.DataFrame, out: str | Path = "") -> list[tuple[dict[str, Any], str]]:
    """Of every row the exchange that it was made from, as recorded, and a note where there is no single one.

    Parameters
    ----------
    rows : DataFrame
        Lines of a records table, with `probe`, `key`, `question`, `text` and `stop`.
    out : path, optional
        The run folder. Without it only the reply is known.

    Raises
    ------
    ValueError
        Where a trial's record is missing, altered, or no longer the one that the row was made from.
    """
    if not str(out):
        return [({"text": row["text"], "stop": row["stop"], "turns": []}, "") for _, row in rows.iterrows()]
    if "question" not in rows.columns:
        raise ValueError(_OLD)
    kept: dict[str, dict[str, Any]] = {}
    for probe, part in rows.groupby("probe", sort=False):
        kept |= schema.trials(out, str(probe), part["key"])
    return [_behind(row, kept[row["key"]]["asked"]) for _, row in rows.iterrows()]


def _behind(row: pd.Series[Any], asked: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    if pd.isna(row["question"]):
        if len(asked) == 1:
            return asked[0], ""
        return {}, f"made from none or several of the {len(asked)} questions of its trial"
    at = int(row["question"])
    text = "" if pd.isna(row["text"]) else row["text"]
    if not 0 <= at < len(asked) or schema.storable(replied(asked[at])) != text:
        raise schema.Unreadable(_CHANGED.format(str(row["key"])[:16]))
    return asked[at], ""


def several(rows: pd.DataFrame, out: str | Path = "") -> dict[str, list[dict[str, Any]]]:
    """Trial -> all that it asked, as recorded, where a row was made from several of its questions."""
    made = rows[rows["question"].isna()] if str(out) else rows.iloc[:0]
    kept: dict[str, dict[str, Any]] = {}
    for probe, part in made.groupby("probe", sort=False) if len(made) else ():
        kept |= schema.trials(out, str(probe), part["key"])
    return {key: record["asked"] for key, record in kept.items() if len(record["asked"]) > 1}


def replied(exchange: Mapping[str, Any]) -> str:
    """The text of a recorded reply; of a forced choice the likeliest label, the first of equals."""
    if exchange.get("kind") != "Choice":
        return str(exchange.get("text", ""))
    likely = exchange["logprobs"]
    return str(max(likely, key=lambda label: likely[label]))
