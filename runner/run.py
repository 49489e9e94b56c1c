"""One run from parameters to report: resolve, hold the folder, execute, judge, write the report, list it."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from runner.files import read_json, write_json, write_text
from runner.folder import RunFolder, now, run_id, state
from runner.notebook import Notebook, find, read, source_digest
from runner.parameters import resolve

ROOT = Path("reports")
PROGRESS = "INTERLOCUTOR_PROGRESS"


@dataclass(frozen=True)
class Verdict:
    """How a run ended: state, reason where it did not finish, and whether it had been finished before."""

    folder: Path
    state: str
    reason: str = ""
    skipped: bool = False


@dataclass(frozen=True)
class Plan:
    """A checked run that has not started: nothing of the notebook has been executed yet."""

    notebook: Notebook
    given: dict[str, Any]
    resolved: dict[str, Any]
    root: Path

    @property
    def folder(self) -> Path:
        """Where it will write."""
        return self.root / run_id(self.notebook.name, self.resolved)

    def current(self) -> bool:
        """Whether this run is finished and nothing it came from has changed since."""
        said = read_json(self.folder / "status.json", {})
        unchanged = said.get("sources") == source_digest(self.notebook.path)
        return state(self.folder) == "finished" and unchanged and (self.folder / "report.html").exists()


def plan(name: str, given: Mapping[str, Any], root: Path = ROOT) -> Plan:
    """Find the notebook and check every parameter. Refused lists all problems."""
    notebook = read(find(name))
    resolved = resolve(notebook.parameters, given)
    typed = {name: resolved[name] for name in given}
    return Plan(notebook, typed, resolved, root)


def carry_out(plan: Plan, timeout: float | None = None, force: bool = False, index: bool = True) -> Verdict:
    """Run a plan. A finished and unchanged run is left alone unless forced; finished trials are never repeated."""
    if not force and plan.current():
        return Verdict(plan.folder, "finished", skipped=True)
    with RunFolder(plan.folder) as folder:
        verdict = _held(plan, folder, timeout)
    if index:
        from runner.index import write_index

        write_index(plan.root)
    return verdict


def _held(plan: Plan, folder: RunFolder, timeout: float | None) -> Verdict:
    from runner.provenance import provenance

    path = plan.folder
    write_json(
        path / "parameters.json", {"notebook": str(plan.notebook.path), "given": plan.given, "resolved": plan.resolved}
    )
    folder.update(
        state="running", run=path.name, notebook=plan.notebook.name, title=plan.notebook.title,
        sources=source_digest(plan.notebook.path), provenance=provenance(plan.notebook.path, plan.given, plan.root),
    )  # fmt: skip
    begun = time.monotonic()
    ending = _execute(plan, folder, timeout)
    folder.update(**ending, ended=now(), seconds=round(time.monotonic() - begun, 1))
    _report(folder)
    return Verdict(path, folder.status["state"], folder.status["reason"])


def _execute(plan: Plan, folder: RunFolder, timeout: float | None) -> dict[str, Any]:
    """The verdict as fields of status.json. Nothing but a fresh, finished claims.json counts as success."""
    from runner.kernel import Failure, end_orphan, execute

    path = plan.folder
    end_orphan(path)
    before = _identity(path / "claims.json")
    try:
        with _told(path / "progress.json"), _stoppable():
            execute(
                plan.notebook.content, {**plan.given, "out": str(path)}, path, plan.notebook.kernel, timeout,
                at_cell=lambda done, cells: folder.update(cell=done, cells=cells),
            )  # fmt: skip
    except Failure as failure:
        ending = {"state": "failed", "reason": failure.reason, "traceback": failure.traceback}
    except KeyboardInterrupt:
        ending = {"state": "interrupted", "reason": "stopped by the user; the same command continues", "traceback": ""}
    except Exception as error:  # the runner's own trouble (full disk, broken kernel) must be in the report as well
        ending = {
            "state": "failed",
            "reason": f"{type(error).__name__}: {error}"[:500],
            "traceback": traceback.format_exc(),
        }
    else:
        ending = {"state": "finished", "reason": "", "traceback": ""}
    fresh = _identity(path / "claims.json") != before
    if ending["state"] == "finished" and not (fresh and read_json(path / "claims.json", {}).get("finished") is True):
        reason = "the notebook ended without publishing its claims (claims.json with finished: true)"
        ending = {"state": "failed", "reason": reason, "traceback": ""}
    return {**ending, "claims_fresh": fresh}


def _identity(path: Path) -> tuple[int, int] | None:
    """What changes when a file is replaced, whatever the clock says."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _report(folder: RunFolder) -> None:
    """Write report.html. Where even that fails the run has failed, and a plain page says so: no old report stays."""
    from runner.report import write_report

    try:
        write_report(folder.path)
    except Exception as error:
        said = traceback.format_exc()
        folder.update(state="failed", reason=f"the report could not be written: {error}"[:500], traceback=said)
        page = f'<!doctype html><meta charset="utf-8"><title>Failed</title><h1>No report</h1><pre>{escape(said)}</pre>'
        write_text(folder.path / "report.html", page)


@contextmanager
def _told(progress: Path) -> Iterator[None]:
    """Let the kernel know where to say how far it is."""
    progress.unlink(missing_ok=True)
    before = os.environ.get(PROGRESS)
    os.environ[PROGRESS] = str(progress.resolve())
    try:
        yield
    finally:
        progress.unlink(missing_ok=True)
        if before is None:
            os.environ.pop(PROGRESS, None)
        else:
            os.environ[PROGRESS] = before


@contextmanager
def _stoppable() -> Iterator[None]:
    """Treat SIGTERM like Ctrl-C, so that the kernel is ended and the status written."""

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not the main thread: whoever runs us handles signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
