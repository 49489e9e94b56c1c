"""What a person gives on the command line: parameters from a file and from words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runner.yaml_text import mapping


def collect(pairs: list[str], file: Path | None) -> tuple[dict[str, Any], list[str]]:
    """(what -f and -p give, -p winning, as text; what is wrong with them)."""
    given: dict[str, Any] = {}
    problems = []
    if file:
        try:
            given = mapping(file.expanduser().read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            problems.append(f"{file}: {error}")
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            problems.append(f"-p {pair}: expected name=value")
        given[name] = value
    return given, problems
