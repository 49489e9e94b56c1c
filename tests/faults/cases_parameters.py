"""Groups 1 to 8: what is given to the runner, and what happens to it while it runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from fault_table import Bench, Table, said
from runner_cases import FINE

from probes.schema import state
from probes.schema.given.yaml_text import mapping
from runner.files import read_json, write_json
from runner.folder import RunFolder
from runner.plan import plan
from runner.run import carry_out
from runner.sweep.cell import TAKEN, work
from runner.sweep.ledger import Ledger

CASES = Table()


def give(bench: Bench, given: dict) -> str:
    answer = said(plan, str(bench.notebook()), given, bench.folder / "reports")
    assert not (bench.folder / "reports").exists()
    return answer


CASES.many(
    1,
    give,
    ("unknown name", {"sed": "1"}, "sed: unknown parameter (did you mean seed?)"),
    ("text for a whole number", {"seed": "one"}, "seed (int): expected a whole number"),
    ("value out of range", {"samples": "0"}, "samples (int): 0 lies outside [1, 100]"),
    ("not one of the choices", {"profile": "ful"}, "'ful' is not one of small, full (did you mean full?)"),
    ("NaN", {"temperature": "nan"}, "temperature (float): expected a finite number"),
    ("infinity", {"temperature": "inf"}, "temperature (float): expected a finite number"),
    ("empty list", {"personas": "[]"}, "personas (list[str]): the list is empty"),
    ("10 MB of text", {"model": "x" * 10_000_000}, "10000000 characters; at most 10000 are allowed"),
    ("bidirectional text", {"model": "a\u202eb"}, "contains control, bidirectional or broken characters: U+202E"),
    ("NUL in text", {"model": "a\x00b"}, "contains control, bidirectional or broken characters: U+0000"),
    ("half a surrogate pair", {"model": "\ud800"}, "characters: U+D800"),
    ("unicode letters", {"model": "Ωmega-日本"}, "accepted: "),
)


@CASES(1, "four problems at once, on the command line", "exit 2: ")
def _(bench: Bench) -> str:
    words = ("-p", "sed=1", "-p", "samples=0", "-p", "seed=x", "-p", "temperature=nan")
    answer = bench.run("run", str(bench.notebook()), *words)
    assert answer.count("refused:") == 4
    return answer


CASES.many(
    2,
    give,
    ("a name that is code", {"x = __import__('os').system('touch pwned') #": "1"}, "letters, digits and underscores"),
    ("a name with a line break", {"a\nimport os": "1"}, "letters, digits and underscores"),
    ("a keyword", {"class": "1"}, "class: is a Python keyword"),
    ("a name in full-width letters", {"ｓｅｅｄ": "1"}, "letters, digits and underscores"),
    ("the run folder", {"out": "/etc"}, "out: the run folder is chosen by the runner; use --out"),
)

CASES.many(
    3,
    lambda bench, text: said(mapping, text),
    ("`!!python/object`", "a: !!python/object/apply:os.system ['true']", "the tag tag:yaml.org,2002:python/object"),
    ("a key twice", "a: 1\na: 2", "the key 'a' is given twice, again at line 2"),
    ("anchors that multiply", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "YAML aliases (*name) are not allowed"),
    ("tabs", "a:\n\t- 1", "not readable as YAML at line 2"),
    ("byte order mark", "\ufeffa: 1", "accepted: {'a': '1'}"),
    ("Windows line ends", "a: 1\r\nb: 2\r\n", "accepted: {'a': '1', 'b': '2'}"),
    ("a list", "- a", "expected a mapping `name: value`, the file is a list"),
    ("nothing", "", "expected a mapping `name: value`, the file is empty"),
    ("a second document", "a: 1\n---\nb: 2", "not readable as YAML"),
    ("nesting without end", "a: " + "[" * 5000, "nested deeper than 20 at line 1"),
    ("a megabyte and more", "a: " + "x" * 2_000_000, "at most 1000000 are allowed"),
    ("NUL", "a: b\x00c", "not readable as YAML"),
)


@CASES(3, "a file that is no text", "exit 2: refused: p.yaml: ")
def _(bench: Bench) -> str:
    (bench.folder / "p.yaml").write_bytes(b"\xff\xfe\x00a")
    return bench.run("run", str(bench.notebook()), "-f", "p.yaml")


@CASES(3, "a file that is not there", "exit 2: refused: p.yaml: ")
def _(bench: Bench) -> str:
    return bench.run("run", str(bench.notebook()), "-f", "p.yaml")


CASES.many(
    4,
    lambda bench, text: plan(str(bench.notebook()), mapping(f"model: {text}")).resolved["model"],
    ("`1234567` for text", "1234567", "1234567"),
    ("`1e5` for text", "1e5", "1e5"),
    ("`on` for text", "on", "on"),
    ("`no` for text", "no", "no"),
    ("`0123` for text", "0123", "0123"),
    ("a date for text", "2026-01-02", "2026-01-02"),
)

CASES.many(
    5,
    lambda bench, name: carry_out(plan(str(bench.notebook()), {}, bench.folder / name), index=False).state,
    ("braces in its name", "re{pm.__class__}{", "finished"),
    ("spaces and unicode", "a b ünï 日", "finished"),
)


@CASES(5, "an existing file", "is a file; give a folder with --out")
def _(bench: Bench) -> str:
    (bench.folder / "file").write_text("mine")
    answer = bench.run("run", str(bench.notebook()), "--out", "file")
    assert (bench.folder / "file").read_text() == "mine"
    return answer


@CASES(5, "a read-only folder", "Read-only file system; give a folder you may write to with --out")
def _(bench: Bench) -> str:
    place = bench.mounted("size=1m")
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    return bench.run("run", str(bench.notebook()), "--out", str(place / "reports"))


@CASES(5, "no room for the first file", "No space left on device")
def _(bench: Bench) -> str:
    place = bench.mounted("size=64k")
    (place / "fill").write_bytes(b"x" * 60_000)
    answer = bench.run("run", str(bench.notebook("asks", FINE)), "--out", str(place / "reports"))
    assert answer.startswith("exit 1")
    return answer


@CASES(5, "the write of a result is interrupted", '{"old": 1}')
def _(bench: Bench) -> str:
    (bench.folder / "status.json").write_text('{"old": 1}')
    bench.monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("pulled")))
    assert "pulled" in said(write_json, bench.folder / "status.json", {"new": 1})
    assert os.listdir(bench.folder) == ["status.json"]
    return (bench.folder / "status.json").read_text()


CASES.many(
    6,
    lambda bench, form: said(plan, str(bench.notebook("odd", FINE, **form)), {}),
    ("no cell tagged `parameters`", {"parameters": 0}, "has no cells tagged `parameters`; it must have exactly one"),
    ("two such cells", {"parameters": 2}, "has 2 cells tagged `parameters`; it must have exactly one"),
    (
        "a kernel that is not installed",
        {"kernel": "julia-9"},
        "asks for the kernel 'julia-9', which is not installed; choose one with --kernel NAME",
    ),
)
CASES.many(
    6,
    lambda bench, text: said(plan, str(_raw(bench, text)), {}),
    ("no JSON", "{", "is not a notebook: JSONDecodeError"),
    ("JSON that is no notebook", "[]", "is not a notebook"),
    ("cells that are no cells", '{"cells": [3]}', "is not a notebook"),
    ("an empty file", "", "is not a notebook"),
)


def _raw(bench: Bench, text: str) -> Path:
    (bench.folder / "raw.ipynb").write_text(text)
    return bench.folder / "raw.ipynb"


@CASES(6, "a name that is not there", "no notebook 'gone'; ")
def _(bench: Bench) -> str:
    bench.monkeypatch.chdir(bench.folder)
    return said(plan, "gone", {})


def _ended(bench: Bench, code: str, *words: str) -> str:
    answer = bench.run("run", str(bench.notebook("ends", code)), "--out", "r", *words)
    folder = next((bench.folder / "r").glob("ends-*"))
    assert "This run did not finish" in (folder / "report.html").read_text()
    return f"{state(folder)} {answer}"


for given, code, words, answer in (
    (
        "kernel killed",
        "import os; os.kill(os.getpid(), 9)",
        (),
        "the kernel was killed (SIGKILL): probably out of memory",
    ),
    (
        "a cell takes too long",
        "import time; time.sleep(60)",
        ("--timeout", "2"),
        "a cell took longer than the 2 s allowed",
    ),
    ("`sys.exit(0)` in a cell", "import sys; sys.exit(0)", (), "SystemExit: 0 (a cell stopped the notebook)"),
    (
        "the host runs out of memory",
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**32,) * 2); b = bytes(2**34)",
        (),
        "MemoryError",
    ),
):
    CASES(7, given, answer, slow=True)(lambda bench, code=code, words=words: _ended(bench, code, *words))


@CASES(7, "the runner is killed", "stopped, then finished", slow=True)
def _(bench: Bench) -> str:
    waiting = "import pathlib, time; p = pathlib.Path(out) / 'once'\nif not p.exists(): p.touch(); time.sleep(60)"
    path = bench.notebook("waits", waiting)
    words = [sys.executable, "-m", "runner.cli", "run", str(path), "--out", str(bench.folder / "r")]
    runner = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    folder, end = plan(str(path), {}, bench.folder / "r").folder, time.monotonic() + 300
    while not (folder / "once").exists():
        assert time.monotonic() < end
        time.sleep(0.1)
    runner.send_signal(signal.SIGKILL)
    runner.wait()
    before = state(folder)
    assert subprocess.run(words, capture_output=True, timeout=120, check=False).returncode == 0
    return f"{before}, then {state(folder)}"


@CASES(7, "the machine restarts", "stopped")
def _(bench: Bench) -> str:
    write_json(bench.folder / "r" / "status.json", {"state": "running", "pid": 1})
    return state(bench.folder / "r")


@CASES(8, "the same run twice at once", "Busy: ")
def _(bench: Bench) -> str:
    chosen = plan(str(bench.notebook()), {}, bench.folder / "r")
    with RunFolder(chosen.folder):
        return said(carry_out, chosen)


@CASES(8, "two sweeps on one folder", "taken, pending")
def _(bench: Bench) -> str:
    ledger = Ledger(bench.folder, "x")
    ledger.write("a", state="pending", notebook="gone.ipynb", given={})
    with ledger.hold("a"):
        assert work(Ledger(bench.folder, "x"), "a") == TAKEN
        return f"taken, {read_json(ledger.folder / 'cells' / 'a.json')['state']}"


@CASES(8, "two writers of one probe's records", "another process writes to")
def _(bench: Bench) -> str:
    from probes.core.records import Records

    with Records(bench.folder / "records"):
        return said(Records(bench.folder / "records").__enter__)


@CASES(8, "the clock jumps seventy years", "the notebook ended without publishing its claims")
def _(bench: Bench) -> str:
    chosen = plan(str(bench.notebook("asks", FINE)), {}, bench.folder / "r")
    carry_out(chosen, index=False)
    os.utime(chosen.folder / "claims.json", (4_000_000_000, 4_000_000_000))
    return carry_out(
        plan(str(bench.notebook("asks", FINE, sentinel=False)), {}, bench.folder / "r"), index=False
    ).reason


@CASES(8, "a heartbeat from the future", "stopped")
def _(bench: Bench) -> str:
    ledger = Ledger(bench.folder, "x")
    ledger.write("a", state="running", heartbeat="2096-01-01T00:00:00+00:00")
    told = ledger.folder / "cells" / "a.json"
    told.write_text(json.dumps({**json.loads(told.read_text()), "written": "2096-01-01T00:00:00+00:00"}))
    return ledger.state("a")
