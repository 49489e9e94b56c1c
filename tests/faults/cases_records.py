"""Groups 20 to 23: records, reports, sweeps and machines."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow.parquet
import pytest
from cases_models import Changing
from fault_table import ROOT, Bench, Table, said
from runner_cases import FINE, make_run, write

import probes
from probes.core.records import Records
from probes.schema.lines import encode
from runner.parameters import Refused
from runner.report import write_report
from runner.sweep import grid
from runner.sweep.cell import work
from runner.sweep.ledger import Ledger

CASES = Table()


def spoilt(spoil):
    """A finished run of six trials, its files spoilt, run again: what is found and whether the table is the same."""

    def act(bench: Bench) -> str:
        wanted = probes.run(Changing(items=6), bench.tiny, out=bench.folder / "r")
        folder = bench.folder / "r" / "records" / "Changing"
        spoil(folder)
        found = probes.run(Changing(items=6), bench.tiny, out=bench.folder / "r")
        records = list(Records(folder).trials.read())
        same = found.drop(columns="run").equals(wanted.drop(columns="run"))
        damaged = json.loads((folder / "manifest.json").read_text())["damaged_lines"]
        stored = pd.read_parquet(folder / "trials.parquet")["key"]
        return (
            f"{'same' if same and sorted(stored) == sorted(wanted['key']) else 'other'} table, "
            f"{len({record['key'] for record in records})} trials in {len(records)} records, {damaged} damaged"
        )

    return act


def shard(folder: Path) -> Path:
    return next(folder.glob("trials-*.jsonl"))


def torn(folder: Path) -> None:
    os.truncate(shard(folder), shard(folder).stat().st_size - 9)


def garbage(folder: Path) -> None:
    lines = shard(folder).read_bytes().splitlines(keepends=True)
    shard(folder).write_bytes(b"".join([*lines[:2], b"\x00\xffgarbage\n", b"{}\n", *lines[2:]]))


def altered(folder: Path) -> None:
    shard(folder).write_bytes(shard(folder).read_bytes().replace(b'"item":3', b'"item":9', 1))


for given, spoil, answer in (
    ("the last line is torn", torn, "same table, 6 trials in 6 records, 0 damaged"),
    ("garbage lines", garbage, "same table, 6 trials in 6 records, 2 damaged"),
    ("a line was altered", altered, "same table, 6 trials in 6 records, 1 damaged"),
    ("a shard is missing", lambda folder: shard(folder).unlink(), "same table, 6 trials in 6 records, 0 damaged"),
    (
        "a Parquet file of no bytes",
        lambda folder: (folder / "trials.parquet").write_bytes(b""),
        "same table, 6 trials in 6 records, 0 damaged",
    ),
    (
        "a Parquet file cut in half",
        lambda folder: os.truncate(folder / "trials.parquet", 900),
        "same table, 6 trials in 6 records, 0 damaged",
    ),
    (
        "a manifest that is no JSON",
        lambda folder: (folder / "manifest.json").write_text("{"),
        "same table, 6 trials in 6 records, 0 damaged",
    ),
):
    CASES(20, given, answer)(spoilt(spoil))


@CASES(20, "records of a later schema", "holds records of schema 99, this version reads up to 2; update it or choose")
def _(bench: Bench) -> str:
    probes.run(Changing(), bench.tiny, out=bench.folder / "r")
    with shard(bench.folder / "r" / "records" / "Changing").open("ab") as stream:
        stream.write(encode({"schema": 99, "key": "x"}))
    return said(probes.run, Changing(), bench.tiny, out=bench.folder / "r")


@CASES(20, "NaN in a record", "Out of range float values are not JSON compliant")
def _(bench: Bench) -> str:
    return said(encode, {"value": float("nan")})


class Limited:
    """Files of this process may have so many bytes while the block runs."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __enter__(self) -> None:
        self.handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.most, self.before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)
        signal.signal(signal.SIGXFSZ, self.handler)


@CASES(20, "no room while trials are written", "what was finished before is kept, the same command continues")
def _(bench: Bench) -> str:
    probe = Changing(items=30)
    wanted = probes.run(probe, bench.tiny)
    with Limited(12_000):
        answer = said(probes.run, probe, bench.tiny, out=bench.folder / "r", window=4)
    kept = {record["key"] for record in Records(bench.folder / "r" / "records" / "Changing").trials.read()}
    assert 0 < len(kept) < 30
    found = probes.run(probe, bench.tiny, out=bench.folder / "r")
    assert found.drop(columns="run").equals(wanted.drop(columns="run"))
    records = list(Records(bench.folder / "r" / "records" / "Changing").trials.read())
    assert len(records) == len({record["key"] for record in records}) == 30
    return answer


@CASES(20, "no room while the table is written", "trials.parquet'; 3 trials kept, the table as before")
def _(bench: Bench) -> str:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    probes.run(Changing(items=2), bench.tiny, out=bench.folder / "r")
    folder = bench.folder / "r" / "records" / "Changing"
    before = (folder / "trials.parquet").read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyarrow.parquet, "write_table", full)
        answer = said(probes.run, Changing(), bench.tiny, out=bench.folder / "r")
    kept = sum(1 for _ in Records(folder).trials.read())
    assert not list(folder.glob(".trials.parquet.*"))
    same = (folder / "trials.parquet").read_bytes() == before
    assert len(probes.run(Changing(), bench.tiny, out=bench.folder / "r")) == 3
    return f"{answer.partition('] ')[2]}; {kept} trials kept, {'the table as before' if same else 'half a table'}"


@CASES(20, "a million trials", "see tests/runner/test_soak.py")
def _(bench: Bench) -> str:
    return f"see {(Path(__file__).parents[1] / 'runner' / 'test_soak.py').relative_to(Path(__file__).parents[2])}"


def reported(**status: str):
    def act(bench: Bench) -> str:
        return write_report(make_run(bench.folder, **status)).read_text(encoding="utf-8")

    return act


CASES(21, "a run that failed", "This run did not finish")(reported(state="failed", reason="it broke"))
CASES(21, "why it failed", "it broke &lt;here&gt;")(reported(state="failed", reason="it broke <here>"))
CASES(21, "a run that was interrupted", "This run did not finish")(reported(state="interrupted", reason="stopped"))


@CASES(21, "a run without a notebook, claims or records", "This run did not finish")
def _(bench: Bench) -> str:
    run = make_run(bench.folder, state="failed", reason="at once")
    for name in ("notebook.ipynb", "claims.json", "parameters.json"):
        (run / name).unlink()
    shutil.rmtree(run / "records")
    return write_report(run).read_text(encoding="utf-8")


@CASES(21, "a notebook that is torn", "This run did not finish")
def _(bench: Bench) -> str:
    run = make_run(bench.folder, state="failed", reason="killed")
    os.truncate(run / "notebook.ipynb", 30)
    return write_report(run).read_text(encoding="utf-8")


@CASES(21, "an index over runs whose files are torn", "1 runs listed")
def _(bench: Bench) -> str:
    from runner.index import write_index

    run = make_run(bench.folder)
    for name in ("claims.json", "parameters.json", "status.json"):
        (run / name).write_text('{"state": ')
    page = write_index(bench.folder).read_text(encoding="utf-8")
    return f"{page.count('<article')} runs listed"


def sweep(bench: Bench, text: str) -> str:
    bench.monkeypatch.chdir(bench.folder)
    grid._notebook.cache_clear()
    write(bench.folder / "notebooks", "one", FINE)
    (bench.folder / "s.yaml").write_text(text)
    try:
        return f"accepted: {len(grid.cells(bench.folder / 's.yaml'))} cells"
    except Refused as refused:
        return f"refused: {'; '.join(refused.problems)}"


CASES.many(
    22,
    sweep,
    ("a sweep of no notebook", "set: {seed: 1}", "the file names no notebooks"),
    ("a notebook that is not there", "notebooks: [won]", "no notebook 'won'; did you mean one?"),
    ("an axis that is no list", "notebooks: [one]\nproduct: {seed: 1}", "product.seed: expected a list of values"),
    ("an axis without values", "notebooks: [one]\nproduct: {seed: []}", "product.seed: expected a list of values"),
    (
        "zip of unequal lists",
        "notebooks: [one]\nzip: {seed: [1], samples: [1, 2]}",
        "zip: the lists have different lengths",
    ),
    (
        "one bad cell among many",
        "notebooks: [one]\nproduct: {samples: [1, 0]}",
        "samples (int): 0 lies outside [1, 100]",
    ),
    ("the same cell twice", "notebooks: [one]\nproduct: {seed: [0, 0, 1]}", "accepted: 2 cells"),
    ("an override that is nothing", "notebooks: [one]\noverrides: [~]", "overrides: every entry must be a mapping"),
    (
        "a key misspelt in a grid",
        "grids: [{notebok: [one]}]\ninclude: [{notebook: one}]",
        "grids: notebok: unknown; a grid has",
    ),
    ("a mapping as notebook", "notebooks: [{a: b}]", "refused: "),
    (
        "a million cells",
        f"notebooks: [one]\nproduct: {{seed: {list(range(1000))}, model: {list(range(1000))}}}",
        "1,000,000 cells before any is excluded; at most 100,000 are allowed",
    ),
)


@CASES(22, "a cell whose notebook is gone", "failed, Refused: no notebook 'gone.ipynb'")
def _(bench: Bench) -> str:
    ledger = Ledger(bench.folder, "x")
    ledger.write("a", state="pending", notebook="gone.ipynb", given={})
    work(ledger, "a")
    return f"{ledger.state('a')}, {ledger.read('a')['reason']}"


@CASES(22, "a cell's file is torn", "pending")
def _(bench: Bench) -> str:
    ledger = Ledger(bench.folder, "x")
    ledger.write("a", state="finished")
    (ledger.folder / "cells" / "a.json").write_text('{"state": "fini')
    return ledger.state("a")


@CASES(22, "cancelling a sweep that does not exist", "no sweep 'gone' in reports/")
def _(bench: Bench) -> str:
    return bench.run("sweep", "gone.yaml", "--cancel")


@CASES(22, "a scheduler without the extra", "a scheduler needs the extra: pip install")
def _(bench: Bench) -> str:
    from runner.sweep.cluster import dask

    bench.monkeypatch.setitem(sys.modules, "distributed", None)
    return said(dask, Ledger(bench.folder, "x"), [], "tcp://127.0.0.1:1", print)


@CASES(23, "no network", "is not in the local hub cache and the hub cannot be reached")
def _(bench: Bench) -> str:
    bench.monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return said(probes.load_model, "nobody/nothing-of-this-name")


@CASES(23, "no HOME", "accepted: ")
def _(bench: Bench) -> str:
    from probes.models.hashes import cache_root

    for name in ("HOME", "XDG_CACHE_HOME", "INTERLOCUTOR_CACHE"):
        bench.monkeypatch.delenv(name, raising=False)
    bench.monkeypatch.setattr(Path, "home", classmethod(lambda cls: (_ for _ in ()).throw(RuntimeError("no home"))))
    return said(cache_root)


@CASES(23, "a home that cannot be written", "accepted: ")
def _(bench: Bench) -> str:
    bench.monkeypatch.setenv("INTERLOCUTOR_CACHE", "/proc/none")
    return said(lambda: probes.load_model("tiny:3").name)


@CASES(23, "a read-only model folder", "accepted: ")
def _(bench: Bench) -> str:
    place = bench.mounted("size=20m")
    shutil.copytree(bench.model(), place / "m")
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    return said(lambda: bench.opened(place / "m").name)


CASES.many(
    23,
    lambda bench, name: said(lambda: bench.opened(shutil.copytree(bench.model(), bench.folder / name)).name),
    ("Windows path characters", "C:\\m o:d*e?l", "accepted: "),
)


@CASES(23, "two users, one reports folder", "Permission denied; give a folder you may write to with --out")
def _(bench: Bench) -> str:
    if os.getuid():
        pytest.skip("only root can become another user")
    place = Path(tempfile.mkdtemp())
    bench.request.addfinalizer(lambda: shutil.rmtree(place))
    (place / "reports").mkdir()
    write(place, "asks", FINE)
    place.chmod(0o755)
    code = (
        "import os, runner.run, runner.session as s; from pathlib import Path; s.plan('asks.ipynb', {})\n"
        "os.setgid(65534); os.setuid(65534); raise SystemExit(s.run_one('asks.ipynb', {}, Path('reports')))"
    )
    there = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=place, env=there, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 1
    assert not list((place / "reports").iterdir())
    return done.stderr
