"""What a person gives on the command line: parameters from a file and from words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from probes.schema import small
from probes.schema.given.yaml_text import LARGEST, mapping
from runner.loading import with_load


def collect(pairs: Sequence[str], files: Sequence[Path], load: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """(what -f, -p and the options of loading a model give, later ones winning, as text; what is wrong with them)."""
    given: dict[str, Any] = {}
    problems = [f"-f is given {len(files)} times: put all parameters into one file"] if len(files) > 1 else []
    for file in files[:1]:
        try:
            given = read_mapping(file)
        except ValueError as error:
            problems.append(str(error))
    seen: set[str] = set()
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            problems.append(f"-p {pair}: expected name=value")
        if name in seen:
            problems.append(f"-p {name} is given twice: which value is meant?")
        seen.add(name)
        given[name] = value
    try:
        return with_load(given, load), problems
    except ValueError as error:
        return given, [*problems, f"load: {error}"]


def read_mapping(file: Path) -> dict[str, Any]:
    """The mapping in a YAML file. ValueError names the file."""
    text = small(file.expanduser(), LARGEST)
    try:
        return mapping(text)
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from error
