"""Lines of a table in words: who, in which task and place, by how much."""

from __future__ import annotations

from typing import Any

import pandas as pd


def dicts(lines: pd.DataFrame) -> list[dict[str, Any]]:
    """Every line as a dictionary."""
    return [{str(name): value for name, value in line.items()} for line in lines.to_dict("records")]


def size(line: dict[str, Any]) -> float:
    """Size of a shift, to find the largest; what has no value comes last."""
    return -1.0 if line["value"] is None or line["value"] != line["value"] else abs(float(line["value"]))


def by_task(moved: pd.DataFrame, lines: pd.DataFrame, directed: bool = True) -> list[str]:
    """One entry a task and direction, with the personas in it, or that it is all of `lines`; places where several."""
    places = moved["placement"].nunique() > 1
    told: dict[str, dict[str, list[str]]] = {}
    for line in dicts(moved):
        way = f"{line['task']}{(' up' if line['value'] > 0 else ' down') if directed else ''}".replace("_", " ")
        told.setdefault(way, {}).setdefault(str(line["persona"]).replace("_", " "), []).append(line["placement"])
    named = {way: [f"{who} ({', '.join(at)})" if places else who for who, at in all_.items()]
             for way, all_ in told.items()}  # fmt: skip
    everybody = lines["persona"].nunique()
    return [f"{way}: {', '.join(who) if places or len(who) < max(everybody, 3) else f'all {everybody} personas'}"
            for way, who in named.items()]  # fmt: skip


def pairs(lines: pd.DataFrame, told: list[str], done: str) -> str:
    """Of how many pairs, and which."""
    return f"of {len(lines)} persona-task pairs{': ' + '; '.join(told) if told else ' ' + done}"


def listed(names: pd.Series[str]) -> str:
    """Names, each once."""
    return ", ".join(str(name).replace("_", " ") for name in dict.fromkeys(names))


def cell(line: Any) -> str:
    """Persona, task and place."""
    return f"{line['persona']} on {line['task']} ({line['placement']})".replace("_", " ")


def changes(line: dict[str, Any]) -> str:
    """How many scenes of a task changed under anybody."""
    task, changed = str(line["task"]).replace("_", " "), line["changed"]
    return (
        f"{task} {changed:.0f} of {line['units']}" if changed is not None and changed == changed else f"{task} unknown"
    )


def span(line: dict[str, Any]) -> str:
    """Shift and interval."""
    ends = f" ({points(line['low'])} to {points(line['high'])})" if line["low"] is not None else ""
    return f"{points(line['value'])}{ends}"


def points(value: Any) -> str:
    """Percentage points, or that they are not known."""
    return "not known" if value is None or value != value else f"{100 * float(value):.1f} points"


def p_value(value: Any) -> str:
    """Two digits, or that it is not known."""
    return "not known" if value is None or value != value else f"{float(value):.2g}"
