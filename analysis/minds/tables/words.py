"""Lines of a table in words: who, in which task and place, by how much."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd


def dicts(lines: pd.DataFrame) -> list[dict[str, Any]]:
    """Every line as a dictionary."""
    return [{str(name): value for name, value in line.items()} for line in lines.to_dict("records")]


def size(line: dict[str, Any]) -> float:
    """Size of a shift, to find the largest; what has no value comes last."""
    return -1.0 if line["value"] is None or line["value"] != line["value"] else abs(float(line["value"]))


FEW = 3
"""Up to so many personas are named where there are several places; of more it is told how many: tables name them."""


def by_task(moved: pd.DataFrame, lines: pd.DataFrame, directed: bool = True) -> list[str]:
    """One entry a task and direction: the personas in it, or how many of those in `lines`, and in which places."""
    personas: dict[str, dict[str, list[str]]] = {}
    for line in dicts(moved):
        way = f"{line['task']}{(' up' if line['value'] > 0 else ' down') if directed else ''}".replace("_", " ")
        personas.setdefault(way, {}).setdefault(line["placement"], []).append(str(line["persona"]).replace("_", " "))
    everybody, places = lines["persona"].nunique(), lines["placement"].nunique() > 1
    return [f"{way}: {_where(at, everybody, places)}" for way, at in personas.items()]


def _where(at: dict[str, list[str]], everybody: int, places: bool) -> str:
    """Personas by place, places with the same ones together."""
    same: dict[str, list[str]] = {}
    for place, who in at.items():
        same.setdefault(_people(who, everybody, FEW if places else everybody), []).append(place)
    return ", ".join(f"{who} ({', '.join(here)})" if places else who for who, here in same.items())


def _people(who: list[str], everybody: int, most: int) -> str:
    if len(who) == everybody >= FEW:
        return f"all {everybody} personas"
    return ", ".join(who) if len(who) <= most else f"{len(who)} of {everybody} personas"


def pairs(lines: pd.DataFrame, listed: list[str], done: str) -> str:
    """Of how many pairs, and which."""
    return f"of {len(lines)} persona-task pairs{': ' + '; '.join(listed) if listed else ' ' + done}"


def listed(names: pd.Series[str]) -> str:
    """Names, each once."""
    return ", ".join(str(name).replace("_", " ") for name in dict.fromkeys(names))


def titled(persona: Any) -> str:
    """A persona's name before its noun.

    >>> titled("agreeableness_high"), titled("emergency_physician")
    ('high-agreeableness', 'emergency physician')
    """
    return re.sub(r"^(.+) (high|low)$", r"\2-\1", str(persona).replace("_", " "))


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
