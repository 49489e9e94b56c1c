"""Tables: escaped, sortable and searchable in the report, with a CSV that no spreadsheet executes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.report.show.downloads import csv_text, data, link, rounded, tabular
from analysis.report.show.html import Shown, about, text

__all__ = ["csv_text", "table"]
MOST = 1000
"""Rows shown; the CSV has all of them, up to `downloads.LARGEST`."""
PRINTED = 60
"""Rows up to which a table is offered as LaTeX; a longer one fits on no page."""
ESTIMATE = ("value", "low", "high")
LONG = 28
"""Characters from which a cell is widened and may break; shorter ones stay on one line."""

_NUMBER = ' class="number"'


def table(
    frame: pd.DataFrame, caption: str = "", digits: int = 3, name: str = "", claims: str | Sequence[str] = ()
) -> Shown:
    """A frame as a table that sorts and searches in the report, with its CSV; all text is escaped.

    Parameters
    ----------
    frame : DataFrame
        The first MOST rows are shown; the CSV has all of them, up to `downloads.LARGEST` bytes.
        An estimate and its limits (`value`, `low`, `high`) stand in one cell, columns without content are left out; the
        CSV has them as they are.
    caption : str
    digits : int
        Significant digits; what is missing stays empty.
    name : str
        Of the files; the caption by default. A table that fits on a page is saved as LaTeX, too.
    claims : str or sequence of str
        Ids of the claims that stand on it, or their common beginning; their cards in the report lead here.

    Returns
    -------
    Shown

    Examples
    --------
    >>> table(pd.DataFrame({"value": [0.12345]}), "Rates").html.count("<td")
    1
    """
    shown = frame.reset_index() if frame.index.names != [None] else frame
    heads, numeric, cells = readable(shown.head(MOST), digits)
    more = f" (first {MOST} of {len(shown)} rows)" if len(shown) > MOST else ""
    title = f"<caption>{text(caption + more)}</caption>" if caption or more else ""
    html = f'<table class="il-table">{title}{_head(heads, numeric)}{_body(cells, numeric)}</table>'
    file = name or caption
    links = [data(shown, file)]
    if len(shown) <= PRINTED:
        latex = tabular(heads, cells, numeric, caption)
        links.append(link(latex.encode("utf-8", "backslashreplace"), "application/x-tex", f"{file}.tex", "LaTeX"))
    below = f'<p class="il-facts">{" ".join(links)}</p>'
    return Shown(f'<div class="wide" tabindex="0"{about(claims)}>{html}</div>{below}', str(shown))


def readable(frame: pd.DataFrame, digits: int) -> tuple[list[str], list[bool], list[list[str]]]:
    """Headings, whether a column holds numbers, and the cells of its rows."""
    columns: dict[str, tuple[bool, list[str]]] = {}
    for at, name in enumerate(map(str, frame.columns)):
        cells = [rounded(value, digits) for value in frame.iloc[:, at]]
        if any(cells) or not cells:
            columns[name] = (pd.api.types.is_numeric_dtype(frame.dtypes.iloc[at]), cells)
    if all(columns.get(name, (False,))[0] for name in ESTIMATE):
        columns.pop("low"), columns.pop("high")
        value, low, high = (frame.iloc[:, [*map(str, frame.columns)].index(name)] for name in ESTIMATE)
        columns["value"] = (True, [_estimate(*line, digits) for line in zip(value, low, high, strict=True)])
        columns = {"value (interval)" if name == "value" else name: column for name, column in columns.items()}
    rows = [list(row) for row in zip(*(cells for _, cells in columns.values()), strict=True)]
    return [name.replace("_", " ") for name in columns], [number for number, _ in columns.values()], rows


def _estimate(value: Any, low: Any, high: Any, digits: int) -> str:
    """Value and limits in one cell, with the digits that tell the limits apart."""
    if pd.isna(low) or pd.isna(high):
        return rounded(value, digits)
    many = next((more for more in range(digits, 7) if rounded(low, more) != rounded(high, more)), digits)
    return f"{rounded(value, many)} ({rounded(low, many)} to {rounded(high, many)})"


def _head(heads: Sequence[str], numeric: Sequence[bool]) -> str:
    pairs = zip(heads, numeric, strict=True)
    cells = (f'<th scope="col"{_NUMBER if number else ""}>{text(head)}</th>' for head, number in pairs)
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def _body(cells: Sequence[Sequence[str]], numeric: Sequence[bool]) -> str:
    rows = ("".join(_td(cell, number) for cell, number in zip(row, numeric, strict=True)) for row in cells)
    return f"<tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody>"


def _td(cell: str, number: bool) -> str:
    """A cell; one with much to say gets a width to say it in."""
    kind = _NUMBER if number else ' class="long"' if len(cell) > LONG else ""
    return f"<td{kind}>{text(cell, 2000)}</td>"
