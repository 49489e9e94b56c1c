"""A sweep file to its cells, all of them checked before the first one starts.

    notebooks: [user_turn, calibration]
    product: {model: [tiny, smollm2-135m], seed: [0, 1]}      every combination
    zip: {persona: [none, pirate], wording: [a, b]}           walked together, crossed with the product
    set: {profile: small}                                     the same in every cell
    include: [{notebook: user_turn, model: tiny, seed: 9}]    further cells
    exclude: [{model: tiny, seed: 1}]                         cells that match all of this are left out
    overrides: [{when: {model: tiny}, set: {samples: 1}}]     later ones win

`grids: [...]` holds several blocks of notebooks, product, zip and set where they do not share parameters.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from runner.folder import run_id
from runner.notebook import READS, Notebook, find, read
from runner.parameters import Refused, resolve
from runner.plan import ROOT
from runner.yaml_text import mapping

BLOCK = {"notebooks": list, "product": dict, "zip": dict, "set": dict}
KEYS = {**BLOCK, "grids": list, "include": list, "exclude": list, "overrides": list}
MOST = 100_000
"""Cells a sweep may have; more are a typing error."""


@dataclass(frozen=True)
class Cell:
    """One run of the sweep."""

    run: str
    notebook: str
    given: dict[str, Any]
    model: str = ""
    reads_runs: bool = False


def cells(path: Path, root: Path = ROOT) -> list[Cell]:
    """The cells of a sweep file, each once, in order. Refused lists every problem of the file and of every cell."""
    try:
        said = mapping(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refused([f"{path}: {error}"]) from error
    problems = _form(said)
    if problems:
        raise Refused(problems)
    drafts = list(itertools.islice(_drafts(said), MOST + 1))
    if len(drafts) > MOST:
        raise Refused([f"{path} has more than {MOST} cells"])
    return _checked(drafts, root)


def _form(said: Mapping[str, Any]) -> list[str]:
    problems = [f"{key}: unknown; a sweep file has {', '.join(KEYS)}" for key in said if key not in KEYS]
    problems += _shapes(said, KEYS)
    if problems:
        return problems
    for name in ("grids", "include", "exclude", "overrides"):
        entries = said.get(name) or []
        problems += [f"{name}: every entry must be a mapping" for entry in entries if not isinstance(entry, dict)]
    if problems:
        return problems
    for block in said.get("grids") or []:
        problems += [f"grids: {key}: unknown; a grid has {', '.join(BLOCK)}" for key in block if key not in BLOCK]
        problems += _shapes(block, BLOCK)
    for rule in said.get("overrides") or []:
        if set(rule) != {"when", "set"} or not all(isinstance(part, dict) for part in rule.values()):
            problems.append(f"overrides: expected `{{when: {{...}}, set: {{...}}}}`, got {rule!r}"[:200])
    if not problems and not any(block.get("notebooks") for block in _blocks(said)) and not said.get("include"):
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


def _axes(key: str, axes: dict[str, Any]) -> list[str]:
    wrong = [name for name, values in axes.items() if not isinstance(values, list) or not values]
    problems = [f"{key}.{name}: expected a list of values" for name in wrong]
    lengths = {len(values) for values in axes.values() if isinstance(values, list)}
    return problems + (["zip: the lists have different lengths"] if key == "zip" and len(lengths) > 1 else [])


def _blocks(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    own = [{key: said[key] for key in BLOCK if key in said}] if said.get("notebooks") else []
    return own + [{**{"set": said.get("set")}, **block} for block in said.get("grids") or []]


def _drafts(said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Cells before checking: dictionaries with the key `notebook`."""
    for block in _blocks(said):
        product, walked = block.get("product") or {}, block.get("zip") or {}
        together = [dict(zip(walked, values, strict=True)) for values in zip(*walked.values(), strict=True)] or [{}]
        for notebook in block.get("notebooks") or []:
            for values in itertools.product(*product.values()):
                for pair in together:
                    draft = {
                        "notebook": notebook,
                        **(block.get("set") or {}),
                        **dict(zip(product, values, strict=True)),
                        **pair,
                    }
                    if not any(_matches(draft, rule) for rule in said.get("exclude") or []):
                        yield _overridden(draft, said)
    yield from (_overridden({**(said.get("set") or {}), **entry}, said) for entry in said.get("include") or [])


def _matches(draft: Mapping[str, Any], rule: Mapping[str, Any]) -> bool:
    return bool(rule) and all(draft.get(name) == value for name, value in rule.items())


def _overridden(draft: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    for rule in said.get("overrides") or []:
        if _matches(draft, rule["when"]):
            draft = {**draft, **rule["set"]}
    return draft


@lru_cache(maxsize=256)
def _notebook(name: str) -> Notebook:
    return read(find(name))


def _checked(drafts: list[dict[str, Any]], root: Path) -> list[Cell]:
    """Every cell with its typed parameters and run id; the same run asked for twice is one cell."""
    found: dict[str, Cell] = {}
    problems: dict[str, None] = {}
    for draft in drafts:
        given = {name: value for name, value in draft.items() if name != "notebook"}
        try:
            notebook = _notebook(str(draft.get("notebook", "")))
            resolved = resolve(notebook.parameters, given)
        except Refused as refused:
            problems |= dict.fromkeys(f"{draft.get('notebook', '(no notebook)')}: {said}" for said in refused.problems)
            continue
        run = run_id(notebook.path, resolved, root)
        typed = {name: resolved[name] for name in given}
        about = str(resolved.get("model", "")), READS in notebook.parameters
        found.setdefault(run, Cell(run, str(notebook.path), typed, *about))
    if problems:
        raise Refused(list(problems))
    return list(found.values())
