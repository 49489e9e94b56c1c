"""Behaviour logs of KnowU-Bench, read from a local copy (Apache-2.0): acts by time and place, and what is noise."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from probes.shared.datasets._json import whole

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
