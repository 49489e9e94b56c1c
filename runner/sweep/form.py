"""The form of a sweep file: which keys it may have and what they hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

BLOCK = {"notebooks": list, "product": dict, "zip": dict, "set": dict}
KEYS = {**BLOCK, "grids": list, "include": list, "exclude": list, "overrides": list}


def form_problems(said: Mapping[str, Any]) -> list[str]:
    """What is wrong with the form of a sweep file, before any cell is made of it."""
    problems = [f"{key}: unknown; a sweep file has {', '.join(KEYS)}" for key in said if key not in KEYS]
    problems += _shapes(said, KEYS)
    if problems:
        return problems
    for name in ("grids", "include", "exclude", "overrides"):
        entries = said.get(name) or []
        problems += [f"{name}: every entry must be a mapping" for entry in entries if not isinstance(entry, dict)]
    if problems:
        return problems
    problems += _doubled("", said)
    for entry in said.get("include") or []:
        if not isinstance(entry.get("notebook"), str):
            problems.append(f"include: {entry!r}"[:150] + " names no notebook: {notebook: NAME, ...}")
    problems += ["exclude: {} says no parameter" for rule in said.get("exclude") or [] if not rule]
    for block in said.get("grids") or []:
        problems += _doubled("grids: ", block)
        problems += [f"grids: {key}: unknown; a grid has {', '.join(BLOCK)}" for key in block if key not in BLOCK]
        problems += _shapes(block, BLOCK)
    for rule in said.get("overrides") or []:
        if set(rule) != {"when", "set"} or not all(part and isinstance(part, dict) for part in rule.values()):
            problems.append(f"overrides: expected `{{when: {{...}}, set: {{...}}}}`, got {rule!r}"[:200])
    if not problems and not any(block.get("notebooks") for block in blocks(said)) and not said.get("include"):
        problems.append("the file names no notebooks")
    return problems


def _shapes(block: Mapping[str, Any], kinds: Mapping[str, type]) -> list[str]:
    problems = []
    for key, kind in kinds.items():
        value = block.get(key)
        if value is not None and not isinstance(value, kind):
            problems.append(f"{key}: expected a {'list' if kind is list else 'mapping'}, got {value!r}"[:200])
        elif key in ("product", "zip"):
            problems += _axes(key, value if isinstance(value, dict) else {})
    return problems


def _doubled(place: str, block: Mapping[str, Any]) -> list[str]:
    """A parameter that two parts of a block give, of which one would vanish."""
    parts = {key: block.get(key) for key in ("set", "product", "zip")}
    names = [(name, key) for key, part in parts.items() if isinstance(part, dict) for name in part]
    given: dict[str, str] = {"notebook": "notebooks"}
    return [f"{place}{name}: stands in {given[name]} and in {key}; leave it in one of them"
            for name, key in names if given.setdefault(name, key) != key]  # fmt: skip


def size(said: Mapping[str, Any]) -> int:
    """Cells of a file before any is left out."""
    many = len(said.get("include") or [])
    for block in blocks(said):
        walked = next(iter((block.get("zip") or {}).values()), [None])
        axes = [block.get("notebooks") or [], *(block.get("product") or {}).values(), walked]
        many += math.prod(len(values) for values in axes)
    return many


def _axes(key: str, axes: dict[str, Any]) -> list[str]:
    wrong = [name for name, values in axes.items() if not isinstance(values, list) or not values]
    problems = [f"{key}.{name}: expected a list of values" for name in wrong]
    lengths = {len(values) for values in axes.values() if isinstance(values, list)}
    return problems + (["zip: the lists have different lengths"] if key == "zip" and len(lengths) > 1 else [])


def blocks(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The grids of a file: its own at the top, then those under `grids`, each with the `set` that they share."""
    own = [{key: said[key] for key in BLOCK if key in said}] if said.get("notebooks") else []
    return own + [{**{"set": said.get("set")}, **block} for block in said.get("grids") or []]
