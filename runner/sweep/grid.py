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

from probes.schema.given.yaml_text import mapping
from runner.folder import run_id
from runner.loading import LOAD, with_load
from runner.notebook import READS, Notebook, find, read
from runner.parameters import Refused, resolve
from runner.plan import ROOT
from runner.sweep.form import blocks, form_problems

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


def cells(path: Path, root: Path = ROOT, load: Mapping[str, str] | None = None) -> list[Cell]:
    """The cells of a sweep file, each once, in order. Refused lists every problem of the file and of every cell.

    `load`: how models are loaded in all cells, whatever the file says.
    """
    try:
        content = mapping(path.expanduser().read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise Refused([f"{path}: {error}"]) from error
    problems = form_problems(content)
    if problems:
        raise Refused(problems)
    drafts = list(itertools.islice(_drafts(content), MOST + 1))
    if len(drafts) > MOST:
        raise Refused([f"{path} has more than {MOST} cells"])
    return _checked(drafts, root, load or {})


def _drafts(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Cells before checking: dictionaries with the key `notebook`."""
    for block in blocks(content):
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
                    if not any(_matches(draft, rule) for rule in content.get("exclude") or []):
                        yield _overridden(draft, content)
    yield from (_overridden({**(content.get("set") or {}), **entry}, content) for entry in content.get("include") or [])


def _matches(draft: Mapping[str, Any], rule: Mapping[str, Any]) -> bool:
    return bool(rule) and all(draft.get(name) == value for name, value in rule.items())


def _overridden(draft: dict[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    for rule in content.get("overrides") or []:
        if _matches(draft, rule["when"]):
            draft = {**draft, **rule["set"]}
    return draft


@lru_cache(maxsize=256)
def _notebook(name: str) -> Notebook:
    return read(find(name))


def _checked(drafts: list[dict[str, Any]], root: Path, load: Mapping[str, str]) -> list[Cell]:
    """Every cell with its typed parameters and run id; the same run asked for twice is one cell."""
    checked: dict[str, Cell] = {}
    problems: dict[str, None] = {}
    for draft in drafts:
        given = {name: value for name, value in draft.items() if name != "notebook"}
        try:
            notebook = _notebook(str(draft.get("notebook", "")))
            given = with_load(given, load) if LOAD in notebook.parameters else given
            resolved = resolve(notebook.parameters, given)
        except Refused as refused:
            problems |= dict.fromkeys(
                f"{draft.get('notebook', '(no notebook)')}: {problem}" for problem in refused.problems
            )
            continue
        run = run_id(notebook.path, resolved, root)
        typed = {name: resolved[name] for name in given}
        about = str(resolved.get("model", "")), READS in notebook.parameters
        checked.setdefault(run, Cell(run, str(notebook.path), typed, *about))
    if problems:
        raise Refused(list(problems))
    return list(checked.values())
