"""The commands around a run, for `runner.cli`. What costs time to import is imported by the command that needs it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[Path, typer.Option("--out", help="Folder of all runs.")]
Run = Annotated[str, typer.Argument(metavar="RUN", help="Run id or folder.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (compare,):
        app.command()(command)


def compare(
    runs: Annotated[list[str], typer.Argument(metavar="RUN RUN [...]", help="Runs; the first is the reference.")],
    gate: Annotated[bool, typer.Option("--gate", help="Exit 0 same, 1 changed, 2 undecided, 3 refused.")] = False,
    to: Annotated[Path | None, typer.Option(help="Folder of comparison.json and summary.md.")] = None,
    out: Out = Path("reports"),
) -> None:
    """Compare runs claim by claim, paired by unit; writes a page with the conversations that changed most."""
    from runner.study.compare import compare_runs

    raise typer.Exit(compare_runs(runs, out.expanduser(), gate, to))
