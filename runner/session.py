"""What a person at a terminal sees of a run: refusals, live progress, the verdict, and the exit code."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from probes.schema import Unreadable, read
from probes.schema.forms import PARAMETERS
from runner.files import trouble
from runner.folder import Busy
from runner.notebook import default_notebooks, find, reads_runs
from runner.parameters import Refused
from runner.plan import Plan, plan
from runner.progress import clock, watching
from runner.run import Verdict, carry_out
from runner.stopping import stoppable
from runner.study.adherence import adhered
from runner.study.lock import OPENED
from runner.terminal import refuse, show, tell

OK, FAILED, REFUSED, BUSY, INTERRUPTED = 0, 1, 2, 3, 130


def run_one(
    name: str, given: Mapping[str, Any], root: Path, force: bool = False, timeout: float | None = None,
    index: bool = True, folder: Path | None = None, kernel: str = "",
) -> int:  # fmt: skip
    """Check, run, report; the exit code says how it went. `folder`: of a run that exists and is to go on there."""
    try:
        chosen = plan(name, given, root.expanduser(), folder, kernel)
        if chosen.notebook.assumed:
            tell(chosen.notebook.assumed, "note:", "yellow")
        if problems := _labels_unfit(chosen):
            return refuse(problems)
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
    return _report_verdict(verdict)


def _labels_unfit(chosen: Plan) -> list[str]:
    """What is wrong with the labels by people that a notebook is given, where it reads any."""
    given = chosen.resolved.get("labels")
    code = "".join("".join(cell["source"]) for cell in chosen.notebook.content["cells"])
    if not given or not isinstance(given, str) or ".people(" not in code:
        return []
    from runner.study.label import unfit

    return unfit(chosen.folder, given)


def _failed(word: str, why: str, code: int) -> int:
    tell(why, f"{word}:", "red")
    return code


def _failed_trials(folder: Path) -> Iterator[str]:
    """One line per probe of a run some of whose trials failed, with the first reason."""
    from probes.schema import manifests

    for about in manifests(folder):
        if about.get("errors"):
            many = f"{about['errors']} of {about.get('asked')} trials of {about['probe']}"
            yield f"{many} failed and have no value; the first: {about.get('first_error')}"


def _report_verdict(verdict: Verdict) -> int:
    colour = {"finished": "green", "interrupted": "yellow"}.get(verdict.state, "red")
    note = " (unchanged since it finished; --force runs it again)" if verdict.skipped else ""
    reason = f": {verdict.reason}" if verdict.reason else ""
    tell(f"{reason}{note}", verdict.state, colour)
    if verdict.state == "finished":
        adhered(verdict.folder)
    for line in _failed_trials(verdict.folder):
        tell(line, "note:", "yellow")
    show(verdict.folder / "report.html")
    return {"finished": OK, "interrupted": INTERRUPTED}.get(verdict.state, FAILED)


def run_all(
    root: Path, force: bool = False, timeout: float | None = None, jobs: int = 0, names: Sequence[str] = ()
) -> int:
    """Notebooks with their defaults, `jobs` at a time (0: as many as there is room for); by default all of them.

    One failure never stops the others; those that read other runs come last. Writes the index at the end.
    """
    from runner.index import write_index
    from runner.together import at_a_time, side_by_side

    if os.path.isfile(root):
        return refuse([f"{root} is a file; give a folder with --out"])
    begun, codes = time.monotonic(), dict[str, int]()
    try:
        notebooks = list(dict.fromkeys(find(name) for name in names)) or default_notebooks()
    except Refused as refused:
        return refuse(refused.problems)
    words = [str(root), "force" if force else "", str(timeout or "")]
    try:
        with stoppable():
            for readers in (False, True):
                some = [path for path in notebooks if reads_runs(path) == readers]
                some.sort(
                    key=lambda path: -path.stat().st_size if path.exists() else 0
                )  # long ones ask more: begun last they would end alone
                with closing(side_by_side(some, words, min(jobs or at_a_time(), len(some)) or 1)) as ended:
                    for name, code in ended:
                        codes[name] = code
                        tell(f"{len(codes)} of {len(notebooks)} ended, {clock(time.monotonic() - begun)} so far")
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        show(write_index(root))
    finished = sum(code == OK for code in codes.values())
    tell(f"{finished} of {len(notebooks)} finished in {time.monotonic() - begun:.0f} s")
    return OK if notebooks and finished == len(notebooks) else FAILED


def resume_one(run: str, root: Path, force: bool = False, timeout: float | None = None) -> int:
    """The command of a run folder once more, in this very folder: a copy goes on as a copy.

    The notebook is the one that lies to the folder of runs as it did then; where there is none, the one that was run.
    """
    folder = next((path for path in (Path(run).expanduser(), root / run) if (path / "parameters.json").is_file()), None)
    if not folder:
        return refuse([f"no run {run!r} in {root}/ with its parameters.json"])
    try:
        recorded = read(folder / "parameters.json", PARAMETERS)
    except Unreadable as error:
        return refuse([str(error)])
    if "notebook" not in recorded:
        return refuse([f"{folder / 'parameters.json'} names no notebook: it was edited or torn; put it back"])
    notebook = _notebook_of(folder, recorded["notebook"], recorded.get("place", ""))
    given, kernel = recorded.get("given", {}), recorded.get("kernel", "")
    return run_one(notebook, given, folder.parent, force, timeout, folder=folder, kernel=kernel)


def _notebook_of(folder: Path, recorded: str, place: str) -> str:
    """Of a run from an archive only the name counts: whoever packed it may have named any file, one of its own too."""
    if (folder / OPENED).is_file():
        return Path(recorded).stem
    beside = folder.parent / place
    return str(beside) if os.path.isfile(beside) else recorded
