"""What a person at a terminal sees of a run: refusals, live progress, the verdict, and the exit code."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from runner.files import read_json
from runner.folder import Busy
from runner.notebook import default_notebooks
from runner.parameters import Refused
from runner.progress import watching
from runner.run import Plan, Verdict, carry_out, plan

OK, FAILED, REFUSED, BUSY, INTERRUPTED = 0, 1, 2, 3, 130


def _console() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)


def refuse(problems: list[str]) -> int:
    """Say every problem; nothing was executed."""
    for problem in problems:
        _console().print(f"[red]refused:[/] {escape(problem)}")
    return REFUSED


def run_one(name: str, given: Mapping[str, Any], root: Path, force: bool = False, timeout: float | None = None) -> int:
    """Check, run, report; the exit code says how it went."""
    try:
        chosen = plan(name, given, root)
        verdict = _watched(chosen, force, timeout)
    except Refused as refused:
        return refuse(refused.problems)
    except Busy as busy:
        _console().print(f"[red]busy:[/] {escape(str(busy))}")
        return BUSY
    return _told(verdict)


def _watched(chosen: Plan, force: bool, timeout: float | None, index: bool = True) -> Verdict:
    with watching(chosen.folder, chosen.notebook.name):
        return carry_out(chosen, timeout, force, index)


def _told(verdict: Verdict) -> int:
    colour = {"finished": "green", "interrupted": "yellow"}.get(verdict.state, "red")
    note = " (unchanged since it finished; --force runs it again)" if verdict.skipped else ""
    reason = f": {verdict.reason}" if verdict.reason else ""
    _console().print(f"[{colour}]{verdict.state}[/]{escape(reason)}{note}")
    print(verdict.folder / "report.html")
    return {"finished": OK, "interrupted": INTERRUPTED}.get(verdict.state, FAILED)


def run_all(root: Path, force: bool = False, timeout: float | None = None) -> int:
    """Every default notebook with its defaults; one failure never stops the others. Writes the index at the end."""
    from runner.index import write_index

    begun, failed = time.monotonic(), 0
    notebooks = default_notebooks()
    for path in notebooks:
        code = _one_of_all(path, root, force, timeout)
        if code == INTERRUPTED:
            return code
        failed += code != OK
    print(write_index(root))
    _console().print(f"{len(notebooks) - failed} of {len(notebooks)} finished in {time.monotonic() - begun:.0f} s")
    return FAILED if failed or not notebooks else OK


def _one_of_all(path: Path, root: Path, force: bool, timeout: float | None) -> int:
    _console().print(f"[bold]{escape(path.stem)}[/]")
    try:
        return _told(_watched(plan(str(path), {}, root), force, timeout, index=False))
    except Refused as refused:
        return refuse(refused.problems)
    except Busy as busy:
        _console().print(f"[red]busy:[/] {escape(str(busy))}")
        return BUSY


def resume_one(run: str, root: Path, force: bool = False, timeout: float | None = None) -> int:
    """The command of a run folder once more."""
    folder = next((path for path in (Path(run), root / run) if (path / "parameters.json").is_file()), None)
    said = read_json(folder / "parameters.json", {}) if folder else {}
    if not folder or "notebook" not in said:
        return refuse([f"no run {run!r} in {root}/ with its parameters.json"])
    return run_one(str(said["notebook"]), said.get("given", {}), folder.parent, force, timeout)
