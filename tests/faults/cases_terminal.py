"""Group 25: what reaches the command line, the terminal and the pages from files and people outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import patch

import pytest
from fault_table import Bench, Table, said
from nbformat.v4 import new_markdown_cell
from runner_cases import FINE, make_run, shown, write

from runner import digests
from runner.cells import attached
from runner.files import read_json
from runner.index import entries, write_index
from runner.kinds import convert
from runner.launch import environment, threads
from runner.notebook import find, read
from runner.parameters import Refused, declared, resolve
from runner.report import write_report
from runner.study.init import make
from runner.sweep.pool import _environment as cell_environment
from runner.terminal import printable, refuse

CASES = Table()
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def metadata(bench: Bench, fields: object) -> Path:
    """A notebook with these metadata."""
    path = bench.notebook()
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "metadata": fields}))
    return path


def opened(bench: Bench, fields: object) -> str:
    book = read(metadata(bench, fields))
    return f"{book.kernel}: {book.assumed}"


CASES.many(
    25,
    opened,
    ("a notebook with metadata {}", {}, "names no kernel; taken as python3"),
    ("a notebook whose metadata are a list", [], "names no kernel; taken as python3"),
    ("a kernelspec that is text", {"kernelspec": "x"}, "names no kernel; taken as python3"),
    ("a kernelspec without language", {"kernelspec": {"name": "python3"}}, "python3: "),
)


@CASES(25, "a kernel that is not installed", "choose one with --kernel NAME; installed: python3")
def _(bench: Bench) -> str:
    return said(read, metadata(bench, {"kernelspec": {"name": "myenv"}}))


@CASES(25, "a kernel that is not installed, and --kernel python3", "python3")
def _(bench: Bench) -> str:
    return read(metadata(bench, {"kernelspec": {"name": "myenv"}}), "python3").kernel


@CASES(25, "metadata {} when the notebook is run", "finished", slow=True)
def _(bench: Bench) -> str:
    return bench.run("run", str(metadata(bench, {})))


@CASES(25, "a notebook with a byte-order mark", "asks")
def _(bench: Bench) -> str:
    path = bench.notebook()
    path.write_text("\ufeff" + path.read_text(), encoding="utf-8")
    return read(path).name


def whole(bench: Bench, text: object) -> str:
    kind = declared("x: int = 0")["x"].kind
    return said(convert, kind, text)


CASES.many(
    25,
    whole,
    ("the largest whole number of 64 bits", "9223372036854775807", "accepted: 9223372036854775807"),
    ("the smallest whole number of 64 bits", "-9223372036854775808", "accepted: -9223372036854775808"),
    ("a whole number one too large", "9223372036854775808", "lies outside [-2^63, 2^63 - 1]"),
    ("a whole number of 30 digits", "1" * 30, "lies outside [-2^63, 2^63 - 1]"),
    ("a whole number of 5,000 digits", "1" * 5000, "expected a whole number"),
    ("a Python integer too large", 2**70, "lies outside [-2^63, 2^63 - 1]"),
)


@CASES(25, "10,000 unknown parameters", "20 lines, then: refused: and 9,980 more problems")
def _(bench: Bench) -> str:
    capture, parameters = bench.request.getfixturevalue("capsys"), declared("samples: int = 1\nout: str = ''")
    with pytest.raises(Refused) as refused:
        resolve(parameters, {f"unknown_{number}": "1" for number in range(10_000)})
    assert refuse(refused.value.problems) == 2
    lines = capture.readouterr().err.splitlines()
    return f"{len(lines) - 1} lines, then: {lines[-1]}"


@CASES(25, "~ in the path of a notebook", "asks.ipynb")
def _(bench: Bench) -> str:
    bench.notebook()
    bench.monkeypatch.setenv("HOME", str(bench.folder))
    return find("~/asks.ipynb").name


@CASES(25, "a notebook that is nowhere: the folders looked in", "/notebooks, ")
def _(bench: Bench) -> str:
    bench.monkeypatch.chdir(bench.folder)
    (bench.folder / "notebooks").mkdir()
    answer = said(find, "absent")
    assert f"{bench.folder}/notebooks" in answer
    return answer


@CASES(25, "a name of a packaged notebook in an empty folder", "user_turn")
def _(bench: Bench) -> str:
    bench.monkeypatch.chdir(bench.folder)
    return find("user_turn").stem


@CASES(25, "a study below whose folder a command is given", "its own user_turn, own: notebooks, personas")
def _(bench: Bench) -> str:
    from probes.core import study

    bench.monkeypatch.chdir(bench.folder)
    assert make(Path("mine")) == 0
    (Path("mine") / "personas" / "pirate.yaml").write_text("text: You are a pirate.")
    bench.monkeypatch.chdir(bench.folder / "mine" / "data")
    its = find("user_turn").resolve() == (bench.folder / "mine" / "notebooks" / "user_turn.ipynb").resolve()
    return f"{'its own' if its else 'another'} user_turn, own: {', '.join(sorted(study.provenance()))}"


@CASES(25, "init where files lie", "exists and is not an empty folder")
def _(bench: Bench) -> str:
    capture = bench.request.getfixturevalue("capsys")
    (bench.folder / "file").touch()
    make(bench.folder)
    return capture.readouterr().err


@CASES(25, "INTERLOCUTOR_STUDY names no folder", "which is not a folder")
def _(bench: Bench) -> str:
    from probes.core.study import folder

    bench.monkeypatch.setenv("INTERLOCUTOR_STUDY", "/absent")
    return said(folder)


CASES.many(
    25,
    lambda bench, text: ascii(printable(text)),
    ("clear screen to a terminal", "\x1b[2J", "'\\ufffd[2J'"),
    ("a hyperlink to a terminal", "\x1b]8;;http://x\x07y", "'\\ufffd]8;;http://x\\ufffdy'"),
    ("reversed text to a terminal", "a\u202eb", "'a\\ufffdb'"),
    ("a C1 control to a terminal", "\x9b31m", "'\\ufffd31m'"),
    ("a carriage return to a terminal", "fine\rbad", "'fine\\ufffdbad'"),
)


@CASES(25, "group names with escapes and markup in score", "no escape, [red]x")
def _(bench: Bench) -> str:
    rows = "".join(f"0.{digit},{digit % 2},c{digit},\x1b[2J[red]x\n" for digit in range(1, 10))
    (bench.folder / "answers.csv").write_text("confidence,correct,cluster,group\n" + rows)
    answer = bench.run("score", "answers.csv", "--by", "group")
    return f"{'an' if chr(27) in answer else 'no'} escape, {answer[answer.index('[red]') :]}"


def foreign(bench: Bench, given: tuple[str, str]) -> str:
    """One run with a file of another form beside a good one."""
    make_run(bench.folder, "good-1")
    (make_run(bench.folder, "odd-1") / given[0]).write_text(given[1])
    found = {run["run"]: run for run in entries(bench.folder)}
    assert found["good-1"]["state"] == "finished"
    write_index(bench.folder)
    return f"{found['odd-1']['state']}: {found['odd-1']['reason']}"


CASES.many(
    25,
    foreign,
    ("status.json that holds []", ("status.json", "[]"), "odd-1/status.json: expected an object, found"),
    ("status.json that holds a number", ("status.json", "7"), "odd-1/status.json: expected an object, found"),
    ("parameters.json that holds []", ("parameters.json", "[1]"),
     "odd-1/parameters.json: expected an object, found"),
    ("parameters.json whose values are a list", ("parameters.json", '{"resolved": [1]}'),
     "odd-1/parameters.json: resolved: expected an object, found"),
    ("claims.json that holds []", ("claims.json", "[1]"), "odd-1/claims.json: expected an object, found"),
)  # fmt: skip


@CASES(25, "1,000 runs with a figure of 90 KB each", "index under 3 MB")
def _(bench: Bench) -> str:
    first = make_run(bench.folder, "demo-0000", cells=[shown(image_png=PNG)])
    write_report(first)
    (first / "thumbnail.png").write_bytes(bytes(90_000))
    one = len(write_index(bench.folder).read_bytes())
    make_run(bench.folder, "demo-0001")
    (bench.folder / "demo-0001" / "thumbnail.png").write_bytes(bytes(90_000))
    each = len(write_index(bench.folder).read_bytes()) - one
    return f"index {'under' if one + 999 * each < 3_000_000 else 'over'} 3 MB, {each} bytes a run"


def page(bench: Bench, cell: object) -> str:
    return write_report(make_run(bench.folder, cells=[cell])).read_text()


@CASES(25, "Markdown ![a](attachment:x) in an output", "picture not attached: a")
def _(bench: Bench) -> str:
    return page(bench, shown(text_markdown="![a](attachment:x)"))


@CASES(25, "a Markdown reference to an attachment in an output", "finished")
def _(bench: Bench) -> str:
    return page(bench, shown(text_markdown="![a][b]\n\n[b]: attachment:x"))


@CASES(25, "a Markdown cell with its attachment", f"data:image/png;base64,{PNG}")
def _(bench: Bench) -> str:
    cell = new_markdown_cell("![a](attachment:x.png)", attachments={"x.png": {"image/png": PNG}})
    return page(bench, cell)


@CASES(25, "an attachment that is no picture", "picture not attached: a")
def _(bench: Bench) -> str:
    return attached("![a](attachment:x)", {"x": {"text/html": "<script>"}})


def stopped_by(bench: Bench, sent: signal.Signals) -> str:
    """`interlocutor run` stopped by a signal while a cell runs: the verdict, and whether a kernel is left."""
    write(bench.folder, "long", "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(300)")
    words = [sys.executable, "-m", "runner.cli", "run", "long.ipynb"]
    with subprocess.Popen(words, cwd=bench.folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        kernel = wait_for(bench.folder / "pid")
        process.send_signal(sent)
        code = process.wait(60)
    status = read_json(next(bench.folder.glob("reports/*/status.json")))
    alive = Path(f"/proc/{kernel}").exists()
    return f"exit {code}, {status['state']}: {status['reason']}, kernel {'alive' if alive else 'ended'}"


def wait_for(path: Path) -> str:
    until = time.monotonic() + 150
    while time.monotonic() < until:
        if path.exists() and path.read_text():
            return path.read_text()
        time.sleep(0.2)
    raise TimeoutError(path)


@CASES(25, "SIGQUIT while a cell runs", "exit 130, interrupted: stopped by the user; the same command continues, "
       "kernel ended", slow=True)  # fmt: skip
def _(bench: Bench) -> str:
    return stopped_by(bench, signal.SIGQUIT)


@CASES(25, "SIGTERM before the kernel starts", "exit 130, interrupted: stopped by the user; the same command continues")
def _(bench: Bench) -> str:
    write(bench.folder, "e", FINE)
    dies = (
        "import os, signal, runner.run\n"
        "runner.run.begun = lambda plan: os.kill(os.getpid(), signal.SIGTERM)\n"
        "from runner.cli import app; app(['run', 'e.ipynb'])"
    )
    done = subprocess.run([sys.executable, "-c", dies], capture_output=True, check=False, cwd=bench.folder)
    status = read_json(next(bench.folder.glob("reports/*/status.json")))
    return f"exit {done.returncode}, {status['state']}: {status['reason']}"


@CASES(25, "stdout full after a finished run", "exit 0")
def _(bench: Bench) -> str:
    return speaking(bench, {}, "/dev/full")


@CASES(25, "a terminal that knows only ASCII", "exit 0")
def _(bench: Bench) -> str:
    return speaking(bench, {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}, os.devnull)


def speaking(bench: Bench, variables: dict[str, str], target: str) -> str:
    """The exit code of a run that is finished already, with its output to `target`."""
    code = (
        "import sys, runner.session, runner.cli; from pathlib import Path; from runner.run import Verdict\n"
        "runner.session.run_one = lambda *_, **__: runner.session._report_verdict(Verdict(Path('ä→'), 'finished'))\n"
        "sys.argv = ['interlocutor', 'run', 'x']; runner.cli.main()"
    )
    with open(target, "w") as stream:
        done = subprocess.run([sys.executable, "-c", code], stdout=stream, stderr=subprocess.PIPE, text=True,
                              check=False, env={**os.environ, **variables})  # fmt: skip
    assert "Traceback" not in done.stderr
    return f"exit {done.returncode}: {done.stderr}"


@CASES(25, "a folder of the user's named analysis/ beside the notebook", "finished", slow=True)
def _(bench: Bench) -> str:
    (bench.folder / "analysis").mkdir()
    (bench.folder / "analysis" / "__init__.py").write_text("raise ImportError('not the package')")
    write(bench.folder, "e", "from analysis import show")
    return bench.run("run", "e.ipynb")


@CASES(25, "a kernel after another one: threads", "all processors, whatever the load average says")
def _(bench: Bench) -> str:
    with patch("os.getloadavg", lambda: (9.0, 9.0, 9.0)), patch("psutil.cpu_percent", lambda interval: 2.0):
        given = environment({})["OMP_NUM_THREADS"]
    with patch("psutil.cpu_percent", lambda interval: 100.0):
        assert environment({})["OMP_NUM_THREADS"] == "1"
    return (
        f"{'all' if int(given) == len(os.sched_getaffinity(0)) else given} processors, whatever the load average says"
    )


@CASES(25, "a busy machine: threads of a kernel", "8 cores, load 6: 2; load 20: 1; load 0: 8")
def _(bench: Bench) -> str:
    return f"8 cores, load 6: {threads(8, 6)}; load 20: {threads(8, 20)}; load 0: {threads(8, 0)}"


@CASES(25, "a wait policy that the user has chosen", "ACTIVE, blocktime 0")
def _(bench: Bench) -> str:
    given = environment({"OMP_WAIT_POLICY": "ACTIVE"})
    return f"{given['OMP_WAIT_POLICY']}, blocktime {given['KMP_BLOCKTIME']}"


@CASES(25, "cells at a time: the threads of each", "1 thread, nothing that a receipt compares")
def _(bench: Bench) -> str:
    given = cell_environment(None, 100)
    before = digests.environment()
    for name, value in given.items():
        bench.monkeypatch.setenv(name, value)
    same = digests.environment() == before
    bench.monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    kernel = environment({name: value for name, value in given.items() if name != "OMP_NUM_THREADS"})
    return f"{kernel['OMP_NUM_THREADS']} thread, {'nothing' if same else 'something'} that a receipt compares"
