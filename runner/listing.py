"""Lists notebooks, probes, personas, games and data sets, as found in their folders."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

from rich.console import Console
from rich.markup import escape

from runner.notebook import default_notebooks, read
from runner.parameters import Refused

SHELVES = ("personas", "games", "datasets")


def show() -> None:
    """Print all shelves."""
    console = Console(highlight=False, soft_wrap=True)
    _notebooks(console)
    _probes(console)
    for shelf in SHELVES:
        _names(console, shelf)


def _heading(console: Console, text: str, many: int) -> None:
    console.print(f"\n[bold]{text}[/] ({many})")


def _notebooks(console: Console) -> None:
    paths = default_notebooks()
    _heading(console, "notebooks", len(paths))
    for path in paths:
        try:
            notebook = read(path)
        except Refused as refused:
            console.print(f"  {path.stem}  [red]{escape(refused.problems[0])}[/]")
            continue
        names = ", ".join(
            f"{name}={parameter.default!r}" for name, parameter in notebook.parameters.items() if name != "out"
        )
        console.print(f"  [cyan]{path.stem}[/]  {escape(notebook.title)}\n      {escape(names)}")


def _probes(console: Console) -> None:
    import probes

    suite = probes.suite
    _heading(console, "probes", len(suite))
    for name in sorted(suite):
        try:
            probe: Any = suite[name]
        except Exception as error:  # one broken file must not hide the others
            console.print(f"  {name}  [red]{escape(f'{type(error).__name__}: {error}')}[/]")
            continue
        question = (inspect.getdoc(probe) or "").split("\n")[0]
        console.print(f"  [cyan]{name}[/]  {escape(question)}")
        console.print(f"      source: {escape(probe.source or 'none named')}")
        console.print(f"      {escape(', '.join(_field(spec) for spec in dataclasses.fields(probe)))}")


def _field(spec: dataclasses.Field[Any]) -> str:
    if spec.default is not dataclasses.MISSING:
        text = repr(spec.default)
    else:
        text = "..." if spec.default_factory is not dataclasses.MISSING else "(required)"
    return f"{spec.name}={text if len(text) <= 60 else text[:57] + '...'}"


def _names(console: Console, shelf: str) -> None:
    import probes

    found = getattr(probes, shelf, None)
    if found is None:
        return
    _heading(console, shelf, len(found))
    console.print(f"  {escape(', '.join(sorted(map(str, found))))}")
