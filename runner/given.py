"""What a person gives on the command line: parameters from a file and from words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from probes.schema.given.yaml_text import mapping
from runner.loading import with_load


def collect(pairs: list[str], file: Path | None, load: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """(what -f, -p and the options of loading a model give, later ones winning, as text; what is wrong with them)."""
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
    try:
        return with_load(given, load), problems
    except ValueError as error:
        return given, [*problems, f"load: {error}"]
