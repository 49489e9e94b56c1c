"""Group 24: nothing a finished run was made from, or left, may change without the run being done again."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fault_table import ROOT, Bench, Case, Table
from runner_cases import FINE, write

from probes.schema import state
from runner.digests import distribution_digest
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
_ = [dict(os.environ), list(os.environ.items()), {**os.environ}]
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
    hashed = base64.urlsafe_b64encode(hashlib.sha256(b"x = 1\n").digest()).decode().rstrip("=")
    record = f"installed/__init__.py,sha256={hashed},6\ninstalled-1.dist-info/RECORD,,\n"
    (site / "installed-1.dist-info" / "RECORD").write_text(record)
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
        if os.path.lexists(path):
            (shutil.rmtree if path.is_dir() and not path.is_symlink() else Path.unlink)(path)
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


def made_with_folder(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")


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
    ("an installed file was edited", ("lib/site-packages/installed/__init__.py", append),
     "installed-1.dist-info changed"),
    ("a distribution was installed anew", ("lib/site-packages/installed-1.dist-info/RECORD", append),
     "installed-1.dist-info changed"),
    ("a distribution was upgraded", ("lib/site-packages/installed-1.dist-info", shutil.rmtree),
     "installed-1.dist-info changed"),
    ("the notebook was edited", ("reading.ipynb", append), "its notebook changed"),
    ("a file appeared that was only looked for by its name", ("optional.txt", Path.touch), "optional.txt changed"),
    ("a shard was added", ("RUN/records/Stray/trials-0009-1.jsonl", made_with_folder), "trials-0009-1.jsonl was added"),
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
    ("a variable that a copy of all of them holds", ("OLDPWD", "/"), "unchanged"),
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


def origin(bench: Bench, change) -> str:
    """What `provenance` says of a copy of the packages inside a repository, after a change."""
    site = bench.folder / "repository" / ".venv" / "site-packages"
    for package in ("probes", "analysis", "runner"):
        (site / package).mkdir(parents=True)
        (site / package / "__init__.py").touch()
    (site / "probes" / "core").mkdir()
    (site / "probes" / "core" / "__init__.py").touch()
    shutil.copy(ROOT / "probes" / "core" / "provenance.py", site / "probes" / "core")
    change(bench.folder / "repository", site)
    asked = "import json, probes.core.provenance as p; print(json.dumps(p.provenance()))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=bench.folder,
                          env={**os.environ, "PYTHONPATH": str(site)})  # fmt: skip
    said = json.loads(done.stdout)
    return f"commit {said['commit'][:5]}, dirty {said['dirty']}, code of {len(said['code'])} digits"


def repository(folder: Path, site: Path, tracked: bool = True, ignored: str = "") -> None:
    (folder / ".gitignore").write_text(ignored)
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", "." if tracked else ".gitignore"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True, capture_output=True)


def repository_and(name: str, text: str):
    def change(folder: Path, site: Path) -> None:
        repository(folder, site, ignored="__pycache__")
        (site / name).write_text(text)

    return change


for given, change, answer in (
    ("no repository", lambda folder, site: None, "commit none:, dirty None, code of 64 digits"),
    ("an environment inside a user's repository", lambda folder, site: repository(folder, site, False, ".venv"),
     "commit none:, dirty None"),
    ("an environment beside tracked files, not ignored", lambda folder, site: repository(folder, site, False),
     "commit none:, dirty None"),
    ("an untracked probe", repository_and("probes/mine.py", "x"), "dirty True"),
    ("an edited module of analysis", repository_and("analysis/__init__.py", "x"), "dirty True"),
    ("an untracked file elsewhere", repository_and("notes.txt", "x"), "dirty False"),
):  # fmt: skip
    CASES.append(Case(24, f"provenance: {given}", answer, lambda bench, change=change: origin(bench, change)))


@CASES(24, "provenance: GIT_DIR names another repository", "commit none:")
def _(bench: Bench) -> str:
    other = bench.folder / "other"
    other.mkdir()
    (other / "file").touch()
    repository(other, other)
    bench.monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    bench.monkeypatch.setenv("GIT_WORK_TREE", str(other))
    return origin(bench, lambda folder, site: None)


def swept(bench: Bench, text: str = "notebooks: [e]\nproduct: {seed: [0, 1]}") -> tuple[Ledger, list[str]]:
    """A ledger of cells whose runs say that they finished."""
    bench.monkeypatch.chdir(bench.folder)
    write(bench.folder / "notebooks", "e", FINE)
    Path("s.yaml").write_text(text)
    ledger = Ledger(Path("reports"), "s")
    ledger.enter(cells(Path("s.yaml")))
    for run in ledger.order():
        write_json(ledger.root / run / "status.json", {"state": "finished"})
        ledger.write(run, state="finished")
    return ledger, ledger.order()


@CASES(24, "the run folder of a finished cell is gone", "stopped, 1 open")
def _(bench: Bench) -> str:
    ledger, (run, _) = swept(bench)
    shutil.rmtree(ledger.root / run)
    return f"{ledger.state(run)}, {len(ledger.open())} open"


@CASES(24, "the run of a finished cell has failed since", "failed, then pending")
def _(bench: Bench) -> str:
    ledger, (run, _) = swept(bench)
    write_json(ledger.root / run / "status.json", {"state": "failed"})
    before = ledger.state(run)
    ledger.enter(cells(Path("s.yaml")))
    return f"{before}, then {ledger.state(run)}"


@CASES(24, "a finished cell without a receipt", "pending, pending")
def _(bench: Bench) -> str:
    ledger, runs = swept(bench)
    ledger.enter(cells(Path("s.yaml")))
    return ", ".join(map(ledger.state, runs))


@CASES(24, "a worker with other code", "other code than the sweep was started with")
def _(bench: Bench) -> str:
    ledger, (run, _) = swept(bench)
    code = cell.main([str(ledger.root), "s", run, "--code", "0" * 64])
    return f"exit {code}: {ledger.read(run)['reason']}"


@CASES(24, "an exported array and a sweep that grew", "cells of seeds 0 1 1")
def _(bench: Bench) -> str:
    ledger, _ = swept(bench)
    script = cluster.slurm(ledger, 1)
    done: list[str] = []
    bench.monkeypatch.setattr(cell, "work", lambda ledger, run: done.append(run) or 0)
    Path("s.yaml").write_text("notebooks: [e]\nproduct: {seed: [7, 0, 1]}")
    grown = Ledger(Path("reports"), "s")
    grown.enter(cells(Path("s.yaml")))
    words = next(line for line in script.splitlines() if line.startswith("exec ")).split()[4:-1]
    for number in (0, 1, 2):
        cell.main([*words, str(number)])
    later = next(line for line in cluster.slurm(grown, 1).splitlines() if line.startswith("exec ")).split()[4:-1]
    cell.main([*later, "2"])
    return f"cells of seeds {' '.join(str(grown.read(run)['given']['seed']) for run in done)}"


@CASES(24, "an array exported before the code changed", "0 cells done")
def _(bench: Bench) -> str:
    ledger, _ = swept(bench)
    words = next(line for line in cluster.slurm(ledger, 1).splitlines() if line.startswith("exec ")).split()[4:-1]
    done: list[str] = []
    bench.monkeypatch.setattr(cell, "work", lambda ledger, run: done.append(run) or 0)
    bench.monkeypatch.setattr(cell, "code_digest", lambda: "later")
    cell.main([*words, "0"])
    return f"{len(done)} cells done"


def run_here(bench: Bench, *codes: str, name: str = "e", **given: object) -> Plan:
    """A notebook of these cells, run once in the bench's folder."""
    bench.monkeypatch.chdir(bench.folder)
    book = plan(str(write(bench.folder, name, *codes)), given, Path("reports"))
    carry_out(book, index=False)
    return book


@CASES(24, "a data file changed between its reading and the end", "data.txt changed while it ran", slow=True)
def _(bench: Bench) -> str:
    (bench.folder / "data.txt").write_text("first")
    other = "import subprocess; _ = subprocess.run(['sh', '-c', 'echo later > data.txt'])"
    return run_here(bench, "open('data.txt').read()", other).stale()


@CASES(24, "a notebook that asks a server", "over the network", slow=True)
def _(bench: Bench) -> str:
    asking = "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9), 1)\nexcept OSError:\n    pass"
    return run_here(bench, asking).stale()


@CASES(24, "terminated while the page is written", "stopped, no report, then finished", slow=True)
def _(bench: Bench) -> str:
    first = run_here(bench, FINE)
    book = write(bench.folder, "e", FINE, "second = 1")
    dies = (
        "import os, signal, runner.report\n"
        "runner.report.write_report = lambda *_: os.kill(os.getpid(), signal.SIGTERM)\n"
        f"from runner.cli import app; app(['run', {str(book)!r}])"
    )
    subprocess.run([sys.executable, "-c", dies], capture_output=True, check=False, cwd=bench.folder)
    said = f"{state(first.folder)}, {'a' if (first.folder / 'report.html').exists() else 'no'} report"
    carry_out(plan(str(book), {}, Path("reports")), index=False)
    return f"{said}, then {state(first.folder)}"


@CASES(24, "a copied run folder is resumed", "exit 0, the copy was run, the original was not", slow=True)
def _(bench: Bench) -> str:
    first = run_here(bench, FINE)
    copy = shutil.copytree(first.folder, bench.folder / "elsewhere" / "copied")
    before = {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")}
    said = bench.run("resume", str(copy))
    same = before == {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")}
    place = read_json(copy / "receipt.json")["place"][0]
    others = len(list(copy.parent.glob("*/status.json"))) - 1
    return (
        f"{said[:6]}, the {'copy' if place == str(copy) and not others else 'other'} was run, "
        f"the original {'was not' if same else 'was'}"
    )


@CASES(24, "run --force after the data changed", "second", slow=True)
def _(bench: Bench) -> str:
    (bench.folder / "data.txt").write_text("first")
    done = run_here(bench, "print(open('data.txt').read())")
    (bench.folder / "data.txt").write_text("second")
    carry_out(done, force=True, index=False)
    return f"{(done.folder / 'notebook.ipynb').read_text()} {done.stale()}"


@CASES(24, "a sweep that grew, with a notebook that reads runs", "exit 0, it read 1 then 2 runs, and is up to date",
       slow=True)  # fmt: skip
def _(bench: Bench) -> str:
    bench.monkeypatch.chdir(bench.folder)
    write(bench.folder / "notebooks", "e", FINE)
    path = write(bench.folder / "notebooks", "all", "import pathlib\n"
                 "print('read', len(list(pathlib.Path(out).parent.glob('e-*/claims.json'))), 'runs')")  # fmt: skip
    path.write_text(path.read_text().replace("out: str = ", 'runs: str = \\"\\"\\nout: str = '))
    seen = []
    for seeds in ("[0]", "[0, 1]"):
        text = f"grids:\n- {{notebooks: [all]}}\n- {{notebooks: [e], product: {{seed: {seeds}}}}}"
        Path("s.yaml").write_text(text)
        said = bench.run("sweep", "s.yaml")
        page = next(Path("reports").glob("all-*/notebook.ipynb")).read_text()
        seen.append(next(word for word in "12" if f"read {word} runs" in page))
    ledger = Ledger(Path("reports"), "s")
    return f"{said[:6]}, it read {' then '.join(seen)} runs, and is {'up to date' if not ledger.outdated() else 'not'}"
