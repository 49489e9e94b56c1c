"""The tables of the report, short enough to read: one row per persona-task pair, one cell a shift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.minds.tables.words import p_value
from analysis.report.show.html import Shown, text

SHADES = (0.02, 0.05, 0.1, 0.2)
"""Size of a shift from which a cell gets the next darker shade."""

_FIXED = "\N{NO-BREAK SPACE}"
"""Keeps an interval on one line."""


def brief(lines: pd.DataFrame) -> pd.DataFrame:
    """`verdicts` for readers: shifts in points with their intervals, yardstick, detectable shift, form, verdict."""
    if lines.empty:
        return lines
    form = {name: label for name, label in (("mass", "option mass"), ("position_bias", "listed first"),
                                            ("refused", "refused"), ("unread", "unread")) if name in lines}  # fmt: skip
    names = pd.DataFrame({name: lines[name].str.replace("_", " ") for name in ("persona", "task", "placement")})
    if names["placement"].nunique() == 1:
        names = names.drop(columns="placement")
    rows = lines.to_dict("records")
    ends = "versus_reverse" in lines and lines["versus_reverse"].notna().any()
    return pd.concat([names, pd.DataFrame(
        {
            "shift": [_interval(row) for row in rows],
            "against no persona": [_points(row["versus_none"]) for row in rows],
            **({"against reversed trait": [_points(row["versus_reverse"]) for row in rows]} if ends else {}),
            "wording noise": [_points(row["yardstick"], sign=False) for row in rows],
            "smallest found": [_points(row["mde"], sign=False) for row in rows],
            "Holm p": [p_value(row["adjusted"]) for row in rows],
            **{label: [_points(row[name]) for row in rows] for name, label in form.items()},
            "verdict": lines["verdict"].to_list(),
        },
        index=lines.index,
    )], axis=1)  # fmt: skip


def grid(lines: pd.DataFrame) -> Shown:
    """Personas by tasks: the darker, the larger the shift; point at a cell, or open it from the keyboard, for its
    interval, units and Holm p. `lines` as of `shifts`, one a persona and task."""
    tasks, personas = (list(dict.fromkeys(lines[name])) if len(lines) else [] for name in ("task", "persona"))
    cells = {(line["persona"], line["task"]): line for line in lines.to_dict("records")}
    head = "".join(f'<th scope="col">{text(str(task).replace("_", " "))}</th>' for task in tasks)
    body = "".join(
        f'<tr><th scope="row">{text(str(name).replace("_", " "))}</th>'
        + "".join(f"<td>{_cell(cells.get((name, task)))}</td>" for task in tasks)
        + "</tr>"
        for name in personas
    )
    title = "<caption>Shift in points of accuracy; each cell opens to its interval</caption>"
    table = f'<table class="plain">{title}<thead><tr><th scope="col">persona</th>{head}</tr></thead>{body}</table>'
    return Shown(f'<div class="wide" tabindex="0">{table}</div>', f"[grid] {len(cells)} cells")


def _cell(line: Mapping[Any, Any] | None) -> str:
    if line is None or line["value"] is None or line["value"] != line["value"]:
        return text("" if line is None else f"not estimable: {line['reason']}")
    shade = sum(abs(float(line["value"])) >= size for size in SHADES)
    label = f"{_interval(line)}; {int(line['units'])} scenes; Holm p {p_value(line['adjusted'])}"
    mark = " *" if line["rejected"] else ""
    return (f'<details><summary title="{text(label)}"><span class="il-p{shade}">{_points(line["value"])}{mark}</span>'
            f"</summary>{text(label)}</details>")  # fmt: skip


def _interval(line: Mapping[Any, Any]) -> str:
    if line["low"] is None or line["low"] != line["low"]:
        return _points(line["value"])
    return f"{_points(line['value'])} ({_points(line['low'])} to {_points(line['high'])})".replace(" ", _FIXED)


def _points(value: Any, sign: bool = True) -> str:
    """Points with one decimal; what is not known says so."""
    if value is None or value != value:
        return "not known"
    number = f"{100 * float(value):{'+' if sign else ''}.1f}"
    return "0.0" if number in ("+0.0", "-0.0") else number
