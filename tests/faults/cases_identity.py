"""Group 24: nothing a finished run was made from, or left, may change without the run being done again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fault_table import ROOT, Bench, Table
from runner_cases import FINE, write

from runner.digests import code_digest, distribution_digest
from runner.files import read_json, write_json
from runner.plan import Plan, plan
from runner.run import carry_out
from runner.sweep import cell, cluster
from runner.sweep.grid import cells
from runner.sweep.ledger import Ledger

CASES = Table()
READING = """
import os, pathlib, sys
sys.path.insert(0, "lib/site-packages")
import installed, beside
texts = [pathlib.Path(name).read_text() for name in ("data.txt", "linked.txt")]
texts += [path.read_text() for path in sorted(pathlib.Path("stimuli").glob("*.txt"))]
if pathlib.Path("optional.txt").exists():
    texts.append(open("optional.txt").read())
try:
    texts.append(open("absent.txt").read())
except FileNotFoundError:
    pass
sys.audit("interlocutor.read", "native.bin")
pathlib.Path("model").joinpath("config.json").read_text()
texts.append(os.environ.get("MY_SWITCH", ""))
pathlib.Path(out, "table.csv").write_text("a,b")
pathlib.Path("product.txt").write_text("made by the run")
print(texts, installed.x, beside.x)
"""


@dataclass(frozen=True)
class Made:
    """A project with a finished run."""

    folder: Path
    book: Path

    @property
    def plan(self) -> Plan:
        return plan(str(self.book), {"profile": "small"}, Path("reports"))


def make(folder: Path) -> Made:
    """A project whose notebook reads in every way there is, run once; the working folder must be `folder`."""
    for name in ("data.txt", "aim.txt", "other.txt", "stimuli/a.txt", "native.bin", "product.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"first {name}")
    (folder / "linked.txt").symlink_to("aim.txt")
    (folder / "beside.py").write_text("x = 1\n")
    for name in ("model/config.json", "model/model.safetensors"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("{}")
    site = folder / "lib" / "site-packages"
    (site / "installed").mkdir(parents=True)
    (site / "installed-1.dist-info").mkdir()
    (site / "installed" / "__init__.py").write_text("x = 1\n")
    (site / "installed-1.dist-info" / "RECORD").write_text("installed/__init__.py,sha256=AA,6\ninstalled-1/RECORD,,\n")
    made = Made(folder, write(folder, "reading", READING))
    assert carry_out(made.plan, index=False).state == "finished"
    return made


@contextmanager
def kept(path: Path):
    """Put a file or folder back as it was afterwards."""
    aside = path.with_name(f".{path.name}.aside")
    copy = shutil.copytree if path.is_dir() else shutil.copy2
    if path.exists():
        copy(path, aside, **({} if path.is_dir() else {"follow_symlinks": False}))
    try:
        yield
    finally:
        (shutil.rmtree if path.is_dir() and not path.is_symlink() else Path.unlink)(path) if os.path.lexists(path) else 0
        if os.path.lexists(aside):
            aside.rename(path)


def attack(bench: Bench, given: tuple[str, object]) -> str:
    """The unchanged run is left alone; after the change it is not, and why is said."""
    name, change = given
    made = bench.request.getfixturevalue("finished_run")
    bench.monkeypatch.chdir(made.folder)
    target = made.plan.folder / name[4:] if name.startswith("RUN/") else made.folder / name
    assert made.plan.stale() == ""
    with kept(target):
        change(target)
        distribution_digest.cache_clear()
        answer = made.plan.stale()
    distribution_digest.cache_clear()
    assert made.plan.stale() == ""
    return answer


def append(path: Path) -> None:
    path.write_text(path.read_text() + " ")


def same_size_and_time(path: Path) -> None:
    before = path.stat()
    path.write_text(path.read_text().swapcase())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def aimed_elsewhere(path: Path) -> None:
    path.unlink()
    path.symlink_to("other.txt")


def edited_json(**fields):
    return lambda path: write_json(path, {**read_json(path), **fields})


CASES.many(
    24,
    attack,
    ("a data file grew", ("data.txt", append), "data.txt changed"),
    ("a data file of the same size and time", ("data.txt", same_size_and_time), "data.txt changed"),
    ("a data file is gone", ("data.txt", Path.unlink), "data.txt changed"),
    ("what a link names changed", ("aim.txt", append), "linked.txt changed"),
    ("a link names another file", ("linked.txt", aimed_elsewhere), "linked.txt changed"),
    ("a new file in a folder that was listed", ("stimuli/b.txt", Path.touch), "stimuli changed"),
    ("a file appeared that was looked for", ("absent.txt", Path.touch), "absent.txt changed"),
    ("a file that native code reads", ("native.bin", append), "native.bin changed"),
    ("weights beside a configuration", ("model/model.safetensors", append), "model.safetensors changed"),
    ("a module beside the notebook", ("beside.py", append), "beside.py changed"),
    ("an installed file was edited", ("lib/site-packages/installed/__init__.py", append), "installed-1.dist-info changed"),
    ("a distribution was installed anew", ("lib/site-packages/installed-1.dist-info/RECORD", append),
     "installed-1.dist-info changed"),
    ("a distribution was upgraded", ("lib/site-packages/installed-1.dist-info", shutil.rmtree),
     "installed-1.dist-info changed"),
    ("the notebook was edited", ("reading.ipynb", append), "its notebook changed"),
    ("claims.json is gone", ("RUN/claims.json", Path.unlink), "claims.json changed"),
    ("claims.json was edited", ("RUN/claims.json", edited_json(claims=[])), "claims.json changed"),
    ("report.html is gone", ("RUN/report.html", Path.unlink), "report.html changed"),
    ("report.html was edited", ("RUN/report.html", append), "report.html changed"),
    ("an executed notebook was edited", ("RUN/notebook.ipynb", append), "notebook.ipynb changed"),
    ("a table of the run is gone", ("RUN/table.csv", Path.unlink), "table.csv changed"),
    ("parameters.json was edited", ("RUN/parameters.json", edited_json(given={})), "parameters.json changed"),
    ("the receipt was edited", ("RUN/receipt.json", edited_json(files={})), "no receipt"),
    ("the receipt is gone", ("RUN/receipt.json", Path.unlink), "no receipt"),
    ("status.json says finished by hand", ("RUN/status.json", edited_json(receipt="")), "no receipt"),
)  # fmt: skip


def with_variable(bench: Bench, given: tuple[str, str]) -> str:
    made = bench.request.getfixturevalue("finished_run")
    bench.monkeypatch.chdir(made.folder)
    bench.monkeypatch.setenv(*given)
    return made.plan.stale() or "unchanged"


CASES.many(
    24,
    with_variable,
    ("a variable that the notebook asks for", ("MY_SWITCH", "on"), "MY_SWITCH changed"),
    ("a variable that libraries ask for", ("TORCH_COMPILE_DISABLE", "1"), "TORCH_COMPILE_DISABLE changed"),
    ("a variable that nobody asks for", ("UNRELATED", "1"), "unchanged"),
)


@CASES(24, "the clock went back and nothing changed", "unchanged")
def _(bench: Bench) -> str:
    import time

    bench.monkeypatch.setattr(time, "time", lambda: 0.0)
    return with_variable(bench, ("UNRELATED", "1"))


@CASES(24, "the package code changed", "its code changed")
def _(bench: Bench) -> str:
    bench.monkeypatch.setattr("runner.receipt.code_digest", lambda: "other")
    return with_variable(bench, ("UNRELATED", "1"))


@CASES(24, "the kernel of that name is another", "its kernel changed")
def _(bench: Bench) -> str:
    bench.monkeypatch.setattr(sys, "version", "3.99")
    return with_variable(bench, ("UNRELATED", "1"))


@CASES(24, "the folder of runs was moved", "its place changed")
def _(bench: Bench) -> str:
    made = bench.request.getfixturevalue("finished_run")
    bench.monkeypatch.chdir(made.folder)
    copy = shutil.copytree(made.plan.folder, bench.folder / "moved" / made.plan.folder.name)
    return plan(str(made.book), {"profile": "small"}, copy.parent, copy).stale()


@CASES(24, "other parameters in the same folder", "its parameters changed")
def _(bench: Bench) -> str:
    made = bench.request.getfixturevalue("finished_run")
    bench.monkeypatch.chdir(made.folder)
    return plan(str(made.book), {"samples": 3}, Path("reports"), made.plan.folder).stale()


@CASES(24, "two notebooks of one name", "2 folders, 2 cells")
def _(bench: Bench) -> str:
    bench.monkeypatch.chdir(bench.folder)
    books = [write(bench.folder / place, "e", FINE) for place in ("d1", "d2")]
    folders = {plan(str(book), {}).folder for book in books}
    Path("s.yaml").write_text("notebooks: [d1/e.ipynb, d2/e.ipynb]")
    return f"{len(folders)} folders, {len(cells(Path('s.yaml')))} cells"


@CASES(24, "one notebook by two paths", "1 folder")
def _(bench: Bench) -> str:
    write(bench.folder / "d1", "e", FINE)
    root, folders = bench.folder / "reports", set()
    for here, name in ((bench.folder, "d1/e.ipynb"), (bench.folder / "d1", "e.ipynb")):
        bench.monkeypatch.chdir(here)
        folders.add(plan(name, {}, root).folder)
    return f"{len(folders)} folder"
