"""Lists notebooks, probes, personas, games and data sets, as found in their folders."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.markup import escape as markup

from runner.notebook import default_notebooks, find, read
from runner.parameters import RESERVED, Refused
from runner.terminal import printable, refuse, show

SHELVES = ("personas", "datasets", "games")
SERIES = 5
"""Names that differ only in a number are shown as a range from this many on."""


def everything() -> None:
    """Print notebooks, probes and all that they can be run with."""
    console = Console(highlight=False, soft_wrap=True)
    _notebooks(console)
    _probes(console)
    for shelf in SHELVES:
        _names(console, shelf)


def parameters(name: str) -> int:
    """Print what a notebook takes: name, type, default and meaning of every parameter; the exit code."""
    try:
        notebook = read(find(name))
    except Refused as refused:
        return refuse(refused.problems)
    show(f"Parameters of {notebook.name} ({notebook.title}), given as -p NAME=VALUE:")
    for parameter in notebook.parameters.values():
        if parameter.name not in RESERVED:
            show(f"  {parameter.name}: {parameter.type} = {parameter.default!r}\n      {parameter.help}")
    return 0


def grouped(names: Iterable[str]) -> list[str]:
    """Names in order, a numbered series as its first and last.

    Examples
    --------
    >>> grouped(["stag_hunt", *(f"ordinal_{number:03}" for number in range(1, 145))])
    ['ordinal_001 to ordinal_144', 'stag_hunt']
    """
    names_or_ranges = []
    for _, series in groupby(sorted(map(str, names)), key=lambda name: re.sub(r"\d+$", "#", name)):
        members = list(series)
        names_or_ranges += [f"{members[0]} to {members[-1]}"] if len(members) >= SERIES else members
    return names_or_ranges


def _text(text: object) -> str:
    """Literal text for rich: without markup and without control characters."""
    return markup(printable(text))


def _heading(console: Console, text: str, many: int) -> None:
    console.print(f"\n[bold]{text}[/] ({many})")


def _notebooks(console: Console) -> None:
    paths = default_notebooks()
    _heading(console, "notebooks", len(paths))
    for path in paths:
        try:
            notebook = read(path)
        except Refused as refused:
            console.print(f"  {path.stem}  [red]{_text(refused.problems[0])}[/]")
            continue
        names = ", ".join(
            f"{name}={parameter.default!r}" for name, parameter in notebook.parameters.items() if name != "out"
        )
        console.print(f"  [cyan]{path.stem}[/]  {_text(notebook.title)}\n      {_text(names)}")


def _probes(console: Console) -> None:
    import probes

    suite = probes.suite
    _heading(console, "probes", len(suite))
    for name in sorted(suite):
        try:
            probe: Any = suite[name]
        except (Exception, SystemExit) as error:  # one broken file must not hide the others
            console.print(f"  {name}  [red]{_text(f'{type(error).__name__}: {error}')}[/]")
            continue
        question = (inspect.getdoc(probe) or "").split("\n")[0]
        console.print(f"  [cyan]{name}[/]  {_text(question)}")
        console.print(f"      source: {_text(probe.source or 'none named')}")
        console.print(f"      {_text(', '.join(_field(spec) for spec in dataclasses.fields(probe)))}")


def _field(spec: dataclasses.Field[Any]) -> str:
    if spec.default is not dataclasses.MISSING:
        text = repr(spec.default)
    else:
        text = "..." if spec.default_factory is not dataclasses.MISSING else "(required)"
    return f"{spec.name}={text if len(text) <= 60 else text[:57] + '...'}"


def _names(console: Console, shelf: str) -> None:
    import probes

    registry = getattr(probes, shelf, None)
    if registry is None:
        return
    _heading(console, shelf, len(registry))
    console.print(f"  {_text(', '.join(grouped(registry)))}")
