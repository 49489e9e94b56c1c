"""The files of a study, damaged in every way, under every reader: an answer in words that names the file or the run, no
traceback, no hang, and no other number. The fast part draws some damages, the slow part takes them all."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import stand_in
from damage import altered, spoilt

from analysis.atlas import survey
from analysis.report import export
from analysis.study import power
from analysis.study.comparison import compare
from analysis.study.drawing import draw
from analysis.study.labels import append
from analysis.study.sheets import save
from probes import schema
from runner import session
from runner.digests import file_digest
from runner.files import write_json
from runner.folder import next_number
from runner.index import entries, write_index
from runner.leftovers import end_orphan
from runner.parameters import Refused
from runner.plan import plan
from runner.progress import line
from runner.receipt import difference
from runner.run import Verdict
from runner.study.adherence import adherence
from runner.study.archive import packing
from runner.study.label import report as label_report
from runner.study.lock import digest
from runner.study.reread import reread
from runner.study.runs import side
from runner.study.unpack import opening
from runner.sweep.estimate import past
from runner.sweep.ledger import Ledger
from runner.sweep.view import overview

FEW = int(os.environ.get("INTERLOCUTOR_FUZZ", "12"))
"""Damages of a file that the fast part draws for each reader."""
LONGEST = 20
"""Seconds that a reader may take."""
CLAIMS, STATUS, PARAMETERS = "first/claims.json", "first/status.json", "first/parameters.json"
MANIFEST, RECEIPT = "first/records/asks_back/manifest.json", "first/receipt.json"
SHEET, PLAN, CELL, SWEEP = (
    "first/labels/sheet.json",
    "plans/first.json",
    "sweeps/s/cells/first.json",
    "sweeps/s/sweep.json",
)
PROGRESS, KERNEL = "first/progress.json", "first/.kernel.json"
RUN = (CLAIMS, STATUS, PARAMETERS, MANIFEST)


@dataclass(frozen=True)
class Read:
    """What a reader made of the folder: why it refused, or the numbers that must be those of the undamaged folder."""

    refused: str = ""
    numbers: Any = None


@dataclass(frozen=True)
class Reader:
    """A reader, the files that it is given damaged, and whether an accepted one has to give the same numbers."""

    files: tuple[str, ...]
    act: Callable[[Path, pytest.CaptureFixture[str]], Read]


def command(call: Callable[[], int], capture: Any, numbers: Callable[[], Any] = lambda: None, wrong: int = 2) -> Read:
    """A command whose exit code says whether it refused."""
    capture.readouterr()
    code = call()
    said = " ".join(capture.readouterr().err.split())
    return Read(said or "nothing said") if code == wrong else Read(numbers=numbers())


def claims(path: Path) -> Any:
    """The numbers of a claims.json."""
    told = json.loads(path.read_text())["claims"]
    return [(claim["id"], claim["value"], claim["low"], claim["high"], claim["verdict"]) for claim in told]


def indexed(root: Path, _: Any) -> Read:
    write_index(root)
    found = {run["run"]: run for run in entries(root)}
    assert found["second"]["state"] == "finished"
    return Read(found["first"]["reason"]) if "first" in found and found["first"]["state"] == "unreadable" else Read()


def compared(root: Path, _: Any) -> Read:
    """Without the page: half a second of figures for every damage."""
    found = said(lambda: compare(side("first", root), side("second", root)))
    if found.refused:
        return found
    told = found.numbers.claims
    return Read("first: not paired by unit" if found.numbers.unpaired else "",
                [(claim.id, claim.estimate.value, claim.estimate.low, claim.verdict) for claim in told])  # fmt: skip


def reread_(root: Path, capture: Any) -> Read:
    return command(lambda: reread("first", root), capture, lambda: claims(root / "reread-first" / "claims.json"))


def labelled(root: Path, capture: Any) -> Read:
    return command(lambda: label_report("first", root), capture, lambda: claims(root / "labels-first" / "claims.json"))


def zipped(root: Path, capture: Any) -> Read:
    shutil.rmtree(root / "there", ignore_errors=True)
    file = root / "first.zip"
    packed = command(lambda: packing("first", root, file), capture)
    return packed if packed.refused else command(lambda: opening(file, root / "there"), capture)


def resumed(root: Path, capture: Any) -> Read:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "carry_out", lambda chosen, *_: Verdict(chosen.folder, chosen.stale() and "finished"))
        found = command(lambda: session.resume_one("first", root), capture)
    return Read(f"first: {found.refused}" if found.refused else "")  # which parameter is none says enough


def said(call: Callable[[], Any]) -> Read:
    try:
        return Read(numbers=call())
    except (ValueError, OSError, schema.RecordsNewer) as error:
        return Read(str(error))
    except Refused as refused:
        return Read("; ".join(refused.problems))


def piloted(root: Path, _: Any) -> Read:
    return said(lambda: repr(power.spreads(root / "first")))


def kept_to_plan(root: Path, _: Any) -> Read:
    found = adherence(root / "first")
    return Read(f"first: {'; '.join(found.get('deviations', []))}" if found.get("deviations") else "")


def proved(root: Path, _: Any) -> Read:
    notebook = schema.told(root / "first" / "parameters.json", {})["notebook"]
    chosen = plan(notebook, {}, root, root / "first")
    return Read(f"first: {difference(chosen, file_digest(root / RECEIPT))}")


def swept(root: Path, _: Any) -> Read:
    ledger = Ledger(root, "s")
    ledger.count(), ledger.open(True), ledger.outdated(), past(root), overview("s", root)
    return Read()


def listed(root: Path, _: Any) -> Read:
    schema.state(root / "first"), schema.unfinished(root / "first"), line(root / "first", "first"), next_number(root)
    (root / ".number").unlink()
    end_orphan(root / "first")
    return Read()


def surveyed(root: Path, _: Any) -> Read:
    counts = survey(root).runs.set_index("run")["counts"]
    assert counts["second"] == "yes"
    return Read(f"first: {counts['first']}" if "first" in counts and counts["first"] != "yes" else "")


def exported(root: Path, _: Any) -> Read:
    def all_of_it() -> None:
        export.inspect_log(root / "first", "asks_back", root / "logs")
        export.samples(root / "first", "asks_back", root / "logs" / "s.jsonl")
        export.every_eval_ever(root / "first", root / "logs" / "e.json")

    return said(all_of_it)


READERS = {
    "index": Reader(RUN, indexed),
    "compare": Reader((*RUN, RECEIPT), compared),
    "reread": Reader((*RUN, RECEIPT), reread_),
    "label": Reader((STATUS, SHEET, MANIFEST), labelled),
    "zip and open": Reader((*RUN, PLAN, RECEIPT), zipped),
    "resume": Reader((STATUS, PARAMETERS, RECEIPT), resumed),
    "pilot": Reader((CLAIMS,), piloted),
    "adherence": Reader((*RUN, PLAN), kept_to_plan),
    "receipt": Reader((RECEIPT,), proved),
    "sweep": Reader((CELL, SWEEP, STATUS, PARAMETERS), swept),
    "state": Reader((STATUS, PROGRESS, KERNEL), listed),
    "atlas": Reader(RUN, surveyed),
    "export": Reader((CLAIMS, MANIFEST), exported),
}
TOLD = {("pilot", CLAIMS), ("export", CLAIMS), ("export", MANIFEST)}
"""Readers whose numbers are what the file says."""


@pytest.fixture(scope="module")
def whole(studied: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of runs with everything that a reader reads: labels, a plan, a sweep, receipts."""
    notebook, root = studied[0], tmp_path_factory.mktemp("whole") / "reports"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTERLOCUTOR_STUDY", str(notebook.parents[1]))
        for name, run in (("a", "first"), ("b", "second")):
            stand_in.run(notebook, name, root / run, contexts=12)
        sheet = draw(root / "first", "asks_back", 10, ["ann"], 0)
        save(sheet, root / "first")
        given = [{"item": item.id, "labeller": "ann", "label": ("yes", "no")[k % 2]}
                 for k, item in enumerate(sheet.items)]  # fmt: skip
        append(root / "first", sheet, given)
        (root / "plans").mkdir()
        told = {"run": "first", "notebook": notebook.stem, "locked": "2026-01-01T00:00:00+00:00", "code": "",
                "parameters": {"model": "a", "contexts": 12, "start": 0, "seed": 0},
                "asked": [{"probe": "asks_back", "units": 12, "stimuli": "x"}],
                "claims": [{"id": "asks.back", "unit": "percentage points", "margin": 0.05, "sd": 0.4}]}  # fmt: skip
        write_json(root / PLAN, {**told, "hash": digest(told)})
        outputs = {name: file_digest(root / "first" / name) for name in ("claims.json", "parameters.json")}
        made_from = {name: {"x": "absent"} for name in ("files", "folders", "distributions", "environment")}
        write_json(root / RECEIPT, {**made_from, "outputs": outputs, "unprovable": [], "notebook": "x"})
        cell = {"run": "first", "notebook": str(notebook), "given": {"model": "a"}, "reads_runs": False, "attempts": 1,
                "state": "finished", "reason": "", "seconds": 3.0}  # fmt: skip
        write_json(root / CELL, cell)
        write_json(root / SWEEP, {"cells": ["first"], "entered": "2026-01-01T00:00:00+00:00"})
        write_json(root / PROGRESS, {"label": "asks_back", "unit": "trial", "done": 3, "total": 9, "rate": 0.5})
        write_json(root / KERNEL, {"pid": 999_999_999, "sockets": "/tmp/interlocutor-none"})
        yield root


@contextmanager
def in_time() -> Iterator[None]:
    """TimeoutError where the block hangs."""

    def hangs(*_: Any) -> None:
        raise TimeoutError(f"took longer than {LONGEST} s")

    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def faults(name: str, root: Path, capture: Any, most: int | None) -> Iterator[str]:
    """What went wrong, for every damage of every file of a reader, or for so many that are drawn."""
    reader = READERS[name]
    whole = {file: (root / file).read_bytes() for file in reader.files}
    usual = reader.act(root, capture)
    for file, before in whole.items():
        every = [*spoilt(before), *altered(json.loads(before))]
        drawn = random.Random(f"{name} {file}").sample(every, min(most, len(every))) if most else every
        for what, content in drawn:
            (root / file).write_bytes(content)
            try:
                with in_time():
                    found = reader.act(root, capture)
            except Exception as error:
                yield f"{file}, {what}: {type(error).__name__}: {error}"[:300]
                continue
            finally:
                (root / file).write_bytes(before)
            named = Path(file).name in found.refused or "first" in found.refused
            if found.refused and not named:
                yield f"{file}, {what}: names neither file nor run: {found.refused[:200]}"
            if not found.refused and (name, file) not in TOLD and found.numbers != usual.numbers:
                yield f"{file}, {what}: other numbers: {found.numbers}"[:400]


@pytest.mark.parametrize("name", READERS)
def test_some_damages_are_answered(name, whole, capsys):
    assert list(faults(name, whole, capsys, FEW)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_every_damage_is_answered(name, whole, capsys):
    assert list(faults(name, whole, capsys, None)) == []
