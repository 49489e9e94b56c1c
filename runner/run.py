"""One run from parameters to report: resolve, hold the folder, execute, judge, write the report, list it."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from probes import schema
from probes.core.provenance import now
from runner.failure import Failure
from runner.files import write_json, write_text
from runner.folder import RunFolder, next_number, place_of
from runner.leftovers import room_for_files
from runner.plan import Plan
from runner.reads import collected
from runner.receipt import NAME as RECEIPT
from runner.receipt import begun, write_receipt
from runner.stopping import stoppable

PROGRESS = "INTERLOCUTOR_PROGRESS"
UNPUBLISHED = "the notebook ended without publishing its claims (claims.json with finished: true)"


@dataclass(frozen=True)
class Verdict:
    """How a run ended: state, reason where it did not finish, and whether it had been finished before."""

    folder: Path
    state: str
    reason: str = ""
    skipped: bool = False


def carry_out(plan: Plan, timeout: float | None = None, force: bool = False, index: bool = True) -> Verdict:
    """Run a plan. A finished and unchanged run is left alone unless forced; finished trials are never repeated."""
    if not force and not plan.stale():
        return Verdict(plan.folder, "finished", skipped=True)
    room_for_files()
    with RunFolder(plan.folder) as folder:
        verdict = _held(plan, folder, timeout)
    if index:
        from runner.index import write_index

        write_index(plan.root)
    return verdict


def _held(plan: Plan, folder: RunFolder, timeout: float | None) -> Verdict:
    """The state is written last: a run whose page or receipt is missing has not finished."""
    began, book = time.monotonic(), plan.notebook
    folder.update(state="running", run=plan.folder.name, notebook=book.name, title=book.title)
    for earlier in ("claims.json", "report.html", RECEIPT):  # what is there afterwards is of this execution
        (plan.folder / earlier).unlink(missing_ok=True)
    place = place_of(book.path, plan.root)
    said = {"notebook": os.path.abspath(book.path), "place": place, "kernel": plan.notebook.chosen,
            "given": plan.given, "resolved": plan.resolved}  # fmt: skip
    write_json(plan.folder / "parameters.json", said)
    before, ending = _execute(plan, folder, timeout)
    reads = collected(plan.folder)
    ending |= {"ended": now(), "seconds": round(time.monotonic() - began, 1)}
    ending = _report(folder, ending)
    if ending["state"] == "finished":
        ending |= {"receipt": write_receipt(plan, before, reads), "number": next_number(plan.root)}
    folder.update(**ending)
    return Verdict(plan.folder, ending["state"], ending["reason"])


def _execute(plan: Plan, folder: RunFolder, timeout: float | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what the run was made from, the verdict as fields of status.json).

    Nothing but a finished claims.json counts as success.
    """
    before: dict[str, Any] = {}
    state, reason, trace = _ran(plan, folder, timeout, before)
    claims: dict[str, Any] = {}
    try:
        claims = schema.published(plan.folder)
        unpublished = "" if claims.get("finished") else UNPUBLISHED
    except schema.Unreadable as error:
        unpublished = str(error)
    if state == "finished" and unpublished:
        state, reason = "failed", unpublished
    return before, {"state": state, "reason": reason, "traceback": trace, "claims_fresh": bool(claims)}


def _ran(plan: Plan, folder: RunFolder, timeout: float | None, before: dict[str, Any]) -> tuple[str, str, str]:
    """(state, reason, traceback) of executing the cells. Fills `before`, from whose start on a signal is recorded."""
    try:
        with stoppable(), _progress_to(plan.folder / "progress.json"):
            before |= begun(plan)
            folder.update(provenance=_provenance(plan))
            _cells(plan, folder, timeout)
    except KeyboardInterrupt:
        return "interrupted", "stopped by the user; the same command continues", ""
    except Failure as failure:
        return "failed", failure.reason, failure.traceback
    except Exception as error:  # the runner's own trouble (full disk, broken kernel) must be in the report as well
        return "failed", f"{type(error).__name__}: {error}"[:500], traceback.format_exc()
    return "finished", "", ""


def _cells(plan: Plan, folder: RunFolder, timeout: float | None) -> None:
    from runner.kernel import execute  # takes a second to import
    from runner.leftovers import end_orphan

    end_orphan(plan.folder)
    given = {**plan.given, "out": str(plan.folder)}
    execute(plan.notebook.content, given, plan.folder, plan.notebook.kernel, timeout, folder.at_cell)


def _provenance(plan: Plan) -> dict[str, Any]:
    from runner.provenance import provenance

    return provenance(plan.notebook.path, plan.given, plan.root, plan.notebook.chosen)


def _report(folder: RunFolder, ending: dict[str, Any]) -> dict[str, Any]:
    """Write report.html. Where even that fails the run has failed, and a plain page says so."""
    try:
        from runner.report import write_report

        write_report(folder.path, {**folder.status, **ending})
    except Exception as error:
        said = traceback.format_exc()
        page = f'<!doctype html><meta charset="utf-8"><title>Failed</title><h1>No report</h1><pre>{escape(said)}</pre>'
        write_text(folder.path / "report.html", page)
        ending |= {"state": "failed", "reason": f"the report could not be written: {error}"[:500], "traceback": said}
    return ending


@contextmanager
def _progress_to(progress: Path) -> Iterator[None]:
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
