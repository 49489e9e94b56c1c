"""Tables: escaped, sortable and searchable in the report, with a CSV that no spreadsheet executes."""

from __future__ import annotations

import base64
import math
import re
from typing import Any

import pandas as pd

from analysis.report.formulas import guarded
from analysis.report.show.html import Shown, text, visible

MOST = 1000
"""Rows shown; the CSV has all of them, up to LARGEST."""
LARGEST = 400_000
"""Characters of an embedded CSV; a larger one is left out and said to be."""
LONG = 28
"""Characters from which a cell is widened and may break; shorter ones stay on one line."""
ROUNDING = 1e-12
"""Below it a number is zero but for rounding; the CSV keeps it."""


def csv_text(frame: pd.DataFrame) -> str:
    """The frame as CSV in which no cell starts a formula.

    Parameters
    ----------
    frame : DataFrame

    Returns
    -------
    str
        Without the index; text that a spreadsheet would run gets a leading apostrophe.

    Examples
    --------
    >>> csv_text(pd.DataFrame({"text": ["=1+1"], "value": [-1.5]})).splitlines()
    ['text,value', "'=1+1,-1.5"]
    """
    safe = frame.copy()
    safe.columns = pd.Index([_safe(name) for name in safe.columns])
    for position in range(safe.shape[1]):
        if not pd.api.types.is_numeric_dtype(safe.dtypes.iloc[position]):
            safe.isetitem(position, [_safe(value) for value in safe.iloc[:, position]])
    return str(safe.to_csv(index=False, lineterminator="\n"))


def _safe(value: Any) -> Any:
    return guarded(visible(value, 100_000)) if isinstance(value, str) else value


def download(frame: pd.DataFrame, name: str) -> str:
    """A link that carries the frame as CSV, or a sentence why there is none."""
    said = csv_text(frame)
    if len(said) > LARGEST:
        return f'<span class="il-facts">The data ({len(frame)} rows) are too large to embed; see the records.</span>'
    coded = base64.b64encode(said.encode("utf-8", "backslashreplace")).decode()
    file = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "data"
    return f'<a download="{file}.csv" href="data:text/csv;charset=utf-8;base64,{coded}">Data (CSV)</a>'


def table(frame: pd.DataFrame, caption: str = "", digits: int = 3, name: str = "") -> Shown:
    """A frame as a table that sorts and searches in the report, with its CSV; all text is escaped.

    Parameters
    ----------
    frame : DataFrame
        The first MOST rows are shown; the CSV has all of them, up to LARGEST characters.
    caption : str
    digits : int
        Significant digits; what is missing stays empty.
    name : str
        Of the CSV file; the caption by default.

    Returns
    -------
    Shown

    Examples
    --------
    >>> table(pd.DataFrame({"value": [0.12345]}), "Rates").html.count("<td")
    1
    """
    shown = frame.reset_index() if frame.index.names != [None] else frame
    numeric = [pd.api.types.is_numeric_dtype(kind) for kind in shown.dtypes]
    classes = [' class="number"' if number else "" for number in numeric]
    head = "".join(
        f'<th scope="col"{kind}>{text(column)}</th>' for column, kind in zip(shown.columns, classes, strict=True)
    )
    rows = (
        "".join(_td(_cell(value, digits), kind) for value, kind in zip(row, classes, strict=True))
        for row in shown.head(MOST).itertuples(index=False, name=None)
    )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    more = f" (first {MOST} of {len(shown)} rows)" if len(shown) > MOST else ""
    title = f"<caption>{text(caption + more)}</caption>" if caption or more else ""
    html = f'<table class="il-table">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return Shown(
        f'<div class="wide" tabindex="0">{html}</div>' + f'<p class="il-facts">{download(shown, name or caption)}</p>',
        str(shown),
    )


def _td(said: str, kind: str) -> str:
    """A cell; one with much to say gets a width to say it in."""
    wide = ' class="long"' if len(said) > LONG and not kind else kind
    return f"<td{wide}>{text(said, 2000)}</td>"


def _cell(value: Any, digits: int) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{0.0 if abs(value) < ROUNDING else value:.{digits}g}"
    return "" if value is None or value is pd.NA else str(value)
