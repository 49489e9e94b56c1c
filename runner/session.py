"""What a person at a terminal sees of a run: refusals, live progress, the verdict, and the exit code."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from runner.files import read_json, trouble
from runner.folder import Busy
from runner.notebook import default_notebooks
from runner.parameters import Refused
from runner.plan import plan
from runner.progress import printable, watching
from runner.run import Verdict, carry_out

OK, FAILED, REFUSED, BUSY, INTERRUPTED = 0, 1, 2, 3, 130


def _console() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)


def refuse(problems: list[str]) -> int:
    """Say every problem; nothing was executed."""
    for problem in problems:
        _console().print(f"[red]refused:[/] {escape(printable(problem))}")
    return REFUSED


def run_one(
    name: str, given: Mapping[str, Any], root: Path, force: bool = False, timeout: float | None = None,
    index: bool = True, folder: Path | None = None,
) -> int:  # fmt: skip
    """Check, run, report; the exit code says how it went. `folder`: of a run that exists and is to go on there."""
    try:
        chosen = plan(name, given, root, folder)
        with watching(chosen.folder, chosen.notebook.name):
            verdict = carry_out(chosen, timeout, force, index)
    except Refused as refused:
        return refuse(refused.problems)
    except Busy as busy:
        return _failed("busy", str(busy), BUSY)
    except OSError as error:
        return _failed("failed", trouble(error, root), FAILED)
    except Exception as error:  # a broken package: where no verdict could be written
        return _failed("failed", f"{type(error).__name__}: {error}", FAILED)
    return _told(verdict)


def _failed(word: str, why: str, code: int) -> int:
    _console().print(f"[red]{word}:[/] {escape(printable(why))}")
    return code


def _told(verdict: Verdict) -> int:
    colour = {"finished": "green", "interrupted": "yellow"}.get(verdict.state, "red")
    note = " (unchanged since it finished; --force runs it again)" if verdict.skipped else ""
    reason = f": {verdict.reason}" if verdict.reason else ""
    _console().print(f"[{colour}]{verdict.state}[/]{escape(printable(reason))}{note}")
    print(verdict.folder / "report.html")
    return {"finished": OK, "interrupted": INTERRUPTED}.get(verdict.state, FAILED)


def run_all(root: Path, force: bool = False, timeout: float | None = None) -> int:
    """Every default notebook with its defaults; one failure never stops the others. Writes the index at the end."""
    from runner.index import write_index

    begun, failed = time.monotonic(), 0
    notebooks = default_notebooks()
    for path in notebooks:
        _console().print(f"[bold]{escape(path.stem)}[/]")
        code = run_one(str(path), {}, root, force, timeout, index=False)
        if code == INTERRUPTED:
            return code
        failed += code != OK
    print(write_index(root))
    _console().print(f"{len(notebooks) - failed} of {len(notebooks)} finished in {time.monotonic() - begun:.0f} s")
    return FAILED if failed or not notebooks else OK


def resume_one(run: str, root: Path, force: bool = False, timeout: float | None = None) -> int:
    """The command of a run folder once more, in this very folder: a copy goes on as a copy.

    The notebook is the one that lies to the folder of runs as it did then; where there is none, the one that was run.
    """
    folder = next((path for path in (Path(run), root / run) if (path / "parameters.json").is_file()), None)
    said = read_json(folder / "parameters.json", {}) if folder else {}
    if not folder or "notebook" not in said:
        return refuse([f"no run {run!r} in {root}/ with its parameters.json"])
    beside = folder.parent / said.get("place", "")
    notebook = beside if beside.is_file() else said["notebook"]
    return run_one(str(notebook), said.get("given", {}), folder.parent, force, timeout, folder=folder)
