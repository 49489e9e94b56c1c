"""Logs and profiles of KnowU-Bench, read from a local copy (Apache-2.0): acts by time and place, noise and habits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

from probes.schema.given.json_text import LONGEST, whole

LABELS = ("signal", "noise")


@dataclass(frozen=True)
class Line:
    """One line of a behaviour log."""

    time: str
    location: str
    action: str
    label: str
    category: str


def load(path: str | Path) -> list[Line]:
    """The lines of `src/knowu_bench/user_logs/NAME.json`, in the file's order.

    Raises
    ------
    ValueError
        Where the file is no JSON list, or a line lacks one of its five texts or has an unknown label; it is named.
    """
    file = Path(path)
    lines = []
    for number, entry in enumerate(whole(file, list), start=1):
        where = f"{file.name}, entry {number}"
        fields = entry if isinstance(entry, dict) else {}
        for name in Line.__dataclass_fields__:
            if not isinstance(fields.get(name), str):
                raise ValueError(f"{where}: field {name!r} must be a text, found {type(fields.get(name)).__name__}")
        line = Line(**{name: fields[name] for name in Line.__dataclass_fields__})
        if line.label not in LABELS:
            raise ValueError(f"{where}: label {line.label!r} is not one of {', '.join(LABELS)}")
        lines.append(line)
    return lines


def evidence(lines: list[Line]) -> Counter[str]:
    """How many signal lines each category has: the evidence for a habit."""
    return Counter(line.category for line in lines if line.label == "signal")


def habits(path: str | Path) -> dict[str, str]:
    """Name and description of each habit in `src/knowu_bench/user_profile/NAME.yaml`: which acts of a log are no noise.

    Raises
    ------
    ValueError
        Where the file is too long or no YAML, or `user_profile: habits:` or a description is missing; it is named.
    """
    file = Path(path)
    if file.stat().st_size > LONGEST:
        raise ValueError(f"{file.name}: more than {LONGEST // 10**6} MB, too long for a profile")
    try:
        value = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{file.name}: not YAML ({error})") from None
    for part in ("user_profile", "habits"):
        value = value.get(part) if isinstance(value, dict) else None
    if not isinstance(value, dict) or not value:
        raise ValueError(f"{file.name}: it must hold user_profile: habits: with at least one habit")
    for name, habit in value.items():
        if not isinstance(habit, dict) or not isinstance(habit.get("description"), str):
            raise ValueError(f"{file.name}, habit {name!r}: field 'description' must be a text")
    return {str(name): habit["description"] for name, habit in value.items()}
