"""Links that carry a file: data as CSV, a table as LaTeX, a figure as PDF."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.report.formulas import guarded
from analysis.report.show.html import visible

LARGEST = 400_000
"""Bytes of an embedded file; a larger one is left out and said to be."""
ROUNDING = 1e-12
"""Below it a number is zero but for rounding; the CSV keeps it."""
_SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "−": "$-$"}
_SPECIAL |= {sign: f"\\{sign}" for sign in "&%$#_{}"}


def link(content: bytes, media: str, file: str, label: str) -> str:
    """A link that saves `content` as `file`; its name is reduced to harmless characters."""
    stem, _, ending = file.rpartition(".")
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-") or "data"
    coded = base64.b64encode(content).decode()
    return f'<a download="{safe}.{ending}" href="data:{media};base64,{coded}">{label}</a>'


def data(frame: pd.DataFrame, name: str) -> str:
    """The frame as CSV, or a sentence why there is none."""
    content = csv_text(frame).encode("utf-8", "backslashreplace")
    if len(content) > LARGEST:
        return f'<span class="il-facts">The data ({len(frame)} rows) are too large to embed; see the records.</span>'
    return link(content, "text/csv;charset=utf-8", f"{name}.csv", "Data (CSV)")


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


def tabular(heads: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], caption: str = "") -> str:
    """A table of cells as LaTeX with booktabs rules; numbers stand right, all text is escaped.

    >>> print(tabular(["kind", "share"], [["a_b", "50%"]], [False, True]))
    \\begin{tabular}{lr}
    \\toprule
    kind & share \\\\
    \\midrule
    a\\_b & 50\\% \\\\
    \\bottomrule
    \\end{tabular}
    """
    lines = [" & ".join(map(escaped, row)) + r" \\" for row in (heads, *rows)]
    columns = "".join("r" if number else "l" for number in numeric)
    body = [f"\\begin{{tabular}}{{{columns}}}", r"\toprule", lines[0], r"\midrule", *lines[1:], r"\bottomrule"]
    body.append(r"\end{tabular}")
    if not caption:
        return "\n".join(body)
    return "\n".join([r"\begin{table}", r"\centering", f"\\caption{{{escaped(caption)}}}", *body, r"\end{table}"])


def escaped(said: str) -> str:
    """Text in which no character is a command of LaTeX.

    >>> escaped("50 % of a_b")
    '50 \\\\% of a\\\\_b'
    """
    return "".join(_SPECIAL.get(character, character) for character in visible(said, 2000).replace("\n", " "))


def rounded(value: Any, digits: int) -> str:
    """A cell as it is shown: numbers with significant digits, what is missing as nothing."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{0.0 if abs(value) < ROUNDING else value:.{digits}g}"
    return "" if value is None or value is pd.NA else str(value)
