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

from runner.folder import place_of, run_id
from runner.given import read_mapping
from runner.loading import LOAD, with_load
from runner.notebook import READS, Notebook, find, read
from runner.parameters import Refused, resolve
from runner.plan import ROOT
from runner.sweep.form import blocks, form_problems, size

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
        content = read_mapping(path)
    except ValueError as error:
        raise Refused([str(error)]) from error
    if problems := form_problems(content):
        raise Refused(problems)
    if size(content) > MOST:
        raise Refused([f"{path} has {size(content):,} cells before any is excluded; at most {MOST:,} are allowed"])
    rules = Rules(content)
    drafts = list(_drafts(content, rules))
    if unused := rules.unused():
        raise Refused(unused)
    if not drafts:
        raise Refused([f"{path}: every cell is excluded"])
    return _checked(drafts, root, load or {})


class Rules:
    """`exclude` and `overrides` of a sweep file, and which of them have matched a cell."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._exclude: list[dict[str, Any]] = content.get("exclude") or []
        self._override: list[dict[str, Any]] = content.get("overrides") or []
        self._names: set[str] = set()
        self._matched: set[int] = set()

    def left_out(self, draft: Mapping[str, Any]) -> bool:
        """Whether a rule excludes a cell."""
        return any([self._matches(draft, rule, rule) for rule in self._exclude])  # all of them are to be seen to match

    def overridden(self, draft: dict[str, Any]) -> dict[str, Any]:
        """The cell with what the rules that match it set."""
        for rule in self._override:
            if self._matches(draft, rule["when"], rule):
                draft = {**draft, **rule["set"]}
        return draft

    def unused(self) -> list[str]:
        """What is wrong with the rules that have matched nothing: a name that no cell has, or a value."""
        named = [("exclude", rule, rule) for rule in self._exclude]
        named += [("overrides", rule["when"], rule) for rule in self._override]
        return [f"{key}: {when!r}"[:150] + f" matches no cell; cells have {', '.join(sorted(self._names))}"
                for key, when, rule in named if id(rule) not in self._matched]  # fmt: skip

    def _matches(self, draft: Mapping[str, Any], when: Mapping[str, Any], rule: Mapping[str, Any]) -> bool:
        self._names |= draft.keys()
        matched = all(draft.get(name) == value for name, value in when.items())
        if matched:
            self._matched.add(id(rule))
        return matched


def _drafts(content: Mapping[str, Any], rules: Rules) -> Iterator[dict[str, Any]]:
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
                    if not rules.left_out(draft):
                        yield rules.overridden(draft)
    for entry in content.get("include") or []:
        yield rules.overridden({**(content.get("set") or {}), **entry})


@lru_cache(maxsize=256)
def _notebook(name: str) -> Notebook:
    return read(find(name))


def _checked(drafts: list[dict[str, Any]], root: Path, load: Mapping[str, str]) -> list[Cell]:
    """Every cell with its typed parameters and run id; the same run asked for twice is one cell."""
    checked: dict[str, Cell] = {}
    problems: dict[str, None] = {}
    places: dict[Path, str] = {}
    for draft in drafts:
        given = {name: value for name, value in draft.items() if name != "notebook"}
        try:
            notebook = _notebook(str(draft["notebook"]))
            given = with_load(given, load) if LOAD in notebook.parameters else given
            resolved = resolve(notebook.parameters, given)
        except (Refused, ValueError) as error:
            wrong = error.problems if isinstance(error, Refused) else [f"{LOAD}: {error}"]
            problems |= dict.fromkeys(f"{draft['notebook']}: {problem}" for problem in wrong)
            continue
        if notebook.path not in places:
            places[notebook.path] = place_of(notebook.path, root)
        run = run_id(notebook.path, resolved, root, places[notebook.path])
        typed = {name: resolved[name] for name in given}
        about = str(resolved.get("model", "")), READS in notebook.parameters
        checked.setdefault(run, Cell(run, str(notebook.path), typed, *about))
    if problems:
        raise Refused(list(problems))
    return list(checked.values())
