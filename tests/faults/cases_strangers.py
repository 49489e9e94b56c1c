"""What others send or left behind: answers of servers, files of other runs, archives, sweep files, command lines."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cases_study import drawn, named, opened, packed, study
from fault_table import Bench, Table, said

import probes
from probes.models.served import wire as wires
from probes.models.served.dialects import dialect
from probes.models.served.wire import KEY, Wire
from probes.schema import small
from probes.schema.given.yaml_text import mapping
from runner import listing, session
from runner.files import finite, trouble, write_json
from runner.folder import next_number
from runner.given import collect
from runner.index import write_index
from runner.instruments import check
from runner.kinds import convert
from runner.leftovers import end_orphan, sockets
from runner.loading import with_load
from runner.notebook import default_notebooks, read, reads_runs
from runner.parameters import declared, resolve
from runner.reads import NAME as READS
from runner.reads import collected
from runner.study.archive import pack
from runner.study.init import make
from runner.study.label import add_labels
from runner.study.unpack import opening
from runner.sweep.cluster import slurm
from runner.sweep.command import SweepOptions, sweep
from runner.sweep.estimate import past
from runner.sweep.grid import cells
from runner.sweep.ledger import Ledger
from runner.terminal import finish, robust_streams
from runner.thumbnail import thumbnail

CASES = Table()


# servers


class Stub(ThreadingHTTPServer):
    """Answers every path with what `answers` says: JSON, bytes, or a function of the handler."""

    daemon_threads = True

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers, self.heard = answers, []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Stub

    def log_message(self, *_: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        """One answer; POST alike."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.heard.append((self.path, self.headers.get("Authorization")))
        told = self.server.answers.get(self.path)
        if callable(told):
            return told(self)
        content = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.wfile.write(b"HTTP/1.0 %s x\r\n\r\n" % (b"404" if told is None else b"200") + content)
        return None

    do_POST = do_GET


@contextmanager
def serving(bench: Bench, **answers: Any) -> Iterator[Stub]:
    """A server at work; `_` in a name stands for `/`."""
    bench.monkeypatch.setattr(wires, "FIRST_WAIT", 0.0)
    with Stub({name.replace("_", "/"): told for name, told in answers.items()}) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def asked(bench: Bench, _version: Any, **given: Any) -> str:
    with serving(bench, _version=_version) as server:
        return said(Wire(server.url, **given).get, "/version")


@CASES(9, "a server that points to another host: the key", "answers 302 x; it points to another address")
def _(bench: Bench) -> str:
    bench.monkeypatch.setenv(KEY, "secret")
    with serving(bench) as other:
        head = f"HTTP/1.0 302 x\r\nLocation: {other.url}/steal\r\n\r\n".encode()
        answer = asked(bench, lambda handler: handler.wfile.write(head))
        assert other.heard == []
    return answer


@CASES(9, "a server key with a line break", f"{KEY} holds a line break or another character that no key has")
def _(bench: Bench) -> str:
    bench.monkeypatch.setenv(KEY, "se\ncret")
    answer = said(Wire("http://127.0.0.1:9").get, "/version")
    assert "cret" not in answer.replace("secret", "")
    return answer


@CASES(9, "a server that says the key back", "answers 400 x: no *** here")
def _(bench: Bench) -> str:
    bench.monkeypatch.setenv(KEY, "secret")
    return asked(bench, lambda handler: handler.wfile.write(b"HTTP/1.0 400 x\r\n\r\nno secret here"))


@CASES(9, "a server that answers without end", "answers more than 64 MiB: it is no model server")
def _(bench: Bench) -> str:
    def flood(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.0 200 x\r\n\r\n")
        with suppress(OSError):  # the reader hangs up
            for _ in range(300):
                handler.wfile.write(b" " * (1 << 20))

    return asked(bench, flood)


@CASES(9, "a server that answers one byte at a time", "no whole answer within 1 s")
def _(bench: Bench) -> str:
    def drip(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.0 200 x\r\n\r\n")
        with suppress(OSError):
            while True:
                handler.wfile.write(b" ")
                time.sleep(0.1)

    return asked(bench, drip, timeout=1.0)


def url(bench: Bench, given: str) -> str:
    return said(probes.load_model, given, tokenizer=str(bench.folder))


CASES.many(
    9,
    url,
    ("a server without http://", "server:127.0.0.1:8000", "is no address of a server: give server:http://HOST:PORT"),
    ("a server that is a file", "server:file:///etc/passwd", "is no address of a server"),
    ("a server's port out of range", "server:http://x:99999", "is no address of a server"),
    ("a server's address with a password", "server:http://me:pw@x", f"holds a name or password; set {KEY} to its key"),
)


def spoken(bench: Bench, answers: dict[str, Any]) -> str:
    """What a dialect makes of answers of another kind."""
    about = {"data": [{"id": "m", "max_model_len": 99}]}
    with serving(
        bench, **{"_version": {"version": "1"}, "_v1_models": about, "_tokenize": {"tokens": []}, **answers}
    ) as it:
        return said(lambda: ((speaks := dialect(Wire(it.url), "")).tokens("x") and None) or speaks.score([1], [2]))


CASES.many(
    9,
    spoken,
    ("a server whose version is a list", {"_version": [1]}, "/version is [1] where an object is expected"),
    ("a server whose models are numbers", {"_v1_models": {"data": [5]}}, "data[0] is 5 where an object is expected"),
    ("a server with no place for a prompt", {"_v1_models": {"data": [{"id": "m", "max_model_len": 0}]}},
     "max_model_len is 0: a model with no place for a prompt"),
    ("a server whose tokens are a text", {"_tokenize": {"tokens": "abc"}}, "tokens is 'abc' where a list is expected"),
    ("a server without /tokenize", {"_tokenize": None}, "has no /tokenize: its tokenizer must be told from ours"),
    ("a server whose choices are a number", {"_v1_completions": {"choices": 5}}, "choices is 5 where a list"),
    ("a server whose log-probability is a text",
     {"_v1_completions": {"choices": [{"prompt_logprobs": [None, {"2": {"logprob": "x"}}]}]}},
     "logprob is 'x' where a number is expected"),
    ("a server that nests without end", {"_version": b"[" * 100_000}, "RecursionError"),
)  # fmt: skip


# parameters and command lines

CASES.many(
    3,
    lambda _, text: said(mapping, text),
    ("a megabyte of brackets", "a: " + "[" * 900_000, "nested deeper than 20 at line 1"),
    ("a hundred thousand lines that nest", "a: " + "{a: " * 200_000, "nested deeper than 20 at line 1"),
)


@CASES(3, "a hundred thousand values in one line", "in time")
def _(bench: Bench) -> str:
    begun = time.process_time()
    assert len(mapping("a: [" + "b, " * 100_000 + "]")["a"]) == 100_000
    return "in time" if time.process_time() - begun < 10 else "too slow"


def given(bench: Bench, words: dict[str, Any]) -> str:
    return str(collect(words.get("p", []), [Path(name) for name in words.get("f", [])], words.get("load", {}))[1])


CASES.many(
    1,
    given,
    ("a parameter twice", {"p": ["seed=1", "seed=2"]}, "-p seed is given twice: which value is meant?"),
    ("two files of parameters", {"f": ["a.yaml", "b.yaml"]}, "-f is given 2 times: put all parameters into one file"),
    ("a file of parameters without end", {"f": ["/dev/zero"]}, "/dev/zero: holds more than 1,000,000 bytes"),
    ("a folder as file of parameters", {"f": ["/"]}, "/: is a folder, not a file"),
    ("a precision that there is not", {"load": {"dtype": "float99"}}, "dtype 'float99' is none of: Precision"),
    ("a device that there is not", {"load": {"device": "gpu"}}, "device 'gpu' is none of: Where the model computes"),
    ("options of loading that are no mapping", {"p": ["load=[x]"], "load": {"dtype": "float32"}}, "load: "),
)

CASES.many(
    1,
    lambda _, text: said(convert, declared("x: float = 0.0")["x"].kind, text),
    ("an underscore in a number", "1_0", "expected a number, got '1_0'"),
    ("a number in Arabic digits", "٠.٧", "expected a number"),
    ("a number that rounds to zero", "1e-400", "'1e-400' is too near to 0 to be told from it"),
    ("minus zero", "-0", "accepted: 0.0"),
)


@CASES(1, "a path without the data set that says how to read it", "path: nothing would be read from it; dataset says")
def _(bench: Bench) -> str:
    return said(resolve, declared('dataset: str = ""\npath: str = ""'), {"path": "x.jsonl"})


@CASES(25, "a pipe where a file is expected", "is a pipe, not a file")
def _(bench: Bench) -> str:
    os.mkfifo(bench.folder / "status.json")
    return said(small, bench.folder / "status.json")


@CASES(25, "a path of 5,000 characters", "File name too long; give a shorter one")
def _(bench: Bench) -> str:
    with pytest.raises(OSError, match="too long") as error:
        os.stat("x" * 5000)
    assert len(trouble(error.value)) < 300
    return trouble(error.value)


@CASES(25, "a working folder that was removed", "the working folder was removed; change to one that is there")
def _(bench: Bench) -> str:
    (bench.folder / "gone").mkdir()
    bench.monkeypatch.chdir(bench.folder / "gone")
    (bench.folder / "gone").rmdir()
    with pytest.raises(FileNotFoundError) as error:
        Path.cwd()
    return trouble(error.value)


@CASES(25, "stdout closed before the start", "written nowhere")
def _(bench: Bench) -> str:
    bench.monkeypatch.setattr(sys, "stdout", None)
    robust_streams()
    print("text")
    finish()
    sys.stdout.close()
    return "written nowhere"


@CASES(25, "several notebooks into a file", "exit 2: refused: file is a file; give a folder with --out")
def _(bench: Bench) -> str:
    bench.monkeypatch.chdir(bench.folder)
    Path("file").touch()
    return command(bench, session.run_all, Path("file"))


def command(bench: Bench, call: Callable[..., int], *words: Any) -> str:
    capture = bench.request.getfixturevalue("capsys")
    capture.readouterr()
    code = call(*words)
    told = capture.readouterr()
    return f"exit {code}: {' '.join((told.err + told.out).split())}"


@CASES(25, "check: an error of a library", "exit 1: failed: odd cannot be checked: RuntimeError: Expected one of cpu")
def _(bench: Bench) -> str:
    def load(*_: Any, **__: Any) -> None:
        raise RuntimeError("Expected one of cpu")

    bench.monkeypatch.setattr(probes, "load_model", load)
    return command(bench, check, "odd", {})


@CASES(25, "init on a full disk", "nothing is left")
def _(bench: Bench) -> str:
    bench.monkeypatch.setattr("runner.study.init._not_notebooks", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    answer = command(bench, make, bench.folder / "mine")
    return f"{answer}; nothing is left" if not any(bench.folder.iterdir()) else f"{answer}; something is left"


# own notebooks and probes


@CASES(6, "a folder and a dangling link named like notebooks", "listed: ['link'], no reader of runs")
def _(bench: Bench) -> str:
    (bench.folder / "folder.ipynb").mkdir()
    (bench.folder / "link.ipynb").symlink_to("gone")
    paths = default_notebooks(bench.folder)
    return f"listed: {[path.stem for path in paths]}, {'a' if any(map(reads_runs, paths)) else 'no'} reader of runs"


def cell(bench: Bench, change: dict[str, Any]) -> str:
    path = bench.notebook()
    content = json.loads(path.read_text())
    content["cells"][-1] |= change
    path.write_text(json.dumps(content))
    return said(read, path)


CASES.many(
    6,
    cell,
    ("a cell whose source is a number", {"source": 5}, "is not a notebook: TypeError: the source of a cell is 5, not"),
    ("a cell whose source is a list of numbers", {"source": [1]}, "the source of a cell is [1], not text"),
)


@CASES(6, "a default that cannot be made", "the default of x is not a plain value")
def _(bench: Bench) -> str:
    return said(declared, "x: dict[str, int] = {[]: 1}")


@CASES(25, "an own probe that ends the program when it is imported", "SystemExit: 0")
def _(bench: Bench) -> str:
    class Suite(dict[str, Any]):
        def __getitem__(self, name: str) -> Any:
            sys.exit(0)

    bench.monkeypatch.setattr(probes, "suite", Suite(mine=1), raising=False)
    capture = bench.request.getfixturevalue("capsys")
    from rich.console import Console

    listing._probes(Console())
    return capture.readouterr().out


# files of other runs


def beside(bench: Bench, files: dict[str, str]) -> Path:
    """A folder of runs with an odd one."""
    for name, text in files.items():
        path = bench.folder / "odd" / name
        (bench.folder / "odd").mkdir(exist_ok=True)
        path.write_bytes(text.encode("latin-1"))
    return bench.folder


@CASES(25, "another run's claims hold a number of 400 digits", "listed")
def _(bench: Bench) -> str:
    claims = json.dumps({"claims": [{"value": 10**400, "rows": 10**400}]})
    root = beside(bench, {"status.json": '{"state": "finished", "claims_fresh": true}', "claims.json": claims})
    return "listed" if "odd" in write_index(root).read_text() else "hidden"


CASES.many(
    25,
    lambda bench, files: str(past(beside(bench, files))),
    ("another run took 10^400 seconds", {"status.json": '{"state": "finished", "seconds": 1%s}' % ("0" * 400)}, "{}"),
    ("another run took NaN seconds", {"status.json": '{"state": "finished", "seconds": NaN}'}, "{}"),
    ("another run's parameters are a list",
     {"status.json": '{"state": "finished", "seconds": 1}', "parameters.json": '{"resolved": [1]}'}, "{}"),
)  # fmt: skip

CASES.many(
    25,
    lambda bench, files: f"number {next_number(beside(bench, files))}",
    ("another run's number is a text", {"status.json": '{"number": "abc"}'}, "number 1"),
    ("the file of the last number is torn", {"../.number": "\xff\xfe", "status.json": '{"number": 7}'}, "number 8"),
)


@CASES(25, "a run whose name has # and %", "a%23b%20c%25/thumbnail.png")
def _(bench: Bench) -> str:
    run = bench.folder / "a#b c%"
    run.mkdir()
    (run / "thumbnail.png").touch()
    return thumbnail(run)


@CASES(25, "the witness's file is cut in a line", "['what it read was not written down whole', ")
def _(bench: Bench) -> str:
    (bench.folder / READS).write_text('{"kind": "write", "name": "x"}\n{"kind": "re')
    return str(collected(bench.folder).unprovable)


@CASES(25, "a run names a folder of others as that of its sockets", "theirs is there, ours is gone")
def _(bench: Bench) -> str:
    theirs, ours = bench.folder / "interlocutor-theirs", Path(sockets())
    for folder in (theirs, ours):
        folder.mkdir(exist_ok=True)
        write_json(bench.folder / ".kernel.json", {"pid": os.getpid(), "sockets": str(folder)})
        end_orphan(bench.folder)
    return f"theirs is {'there' if theirs.is_dir() else 'gone'}, ours is {'there' if ours.is_dir() else 'gone'}"


CASES.many(
    26,
    lambda bench, told: command(bench, session.resume_one, "odd", beside(bench, {"parameters.json": json.dumps(told)})),
    ("resume: parameters that are a list", {"notebook": "x", "given": [1]}, "given: expected an object, found [1]"),
    ("resume: a place that is a number", {"notebook": "gone.ipynb", "place": 5}, "place: expected a text, found 5"),
)


@CASES(26, "resume: a run from an archive that brings its own notebook", "exit 2: refused: no notebook 'evil'")
def _(bench: Bench) -> str:
    bench.monkeypatch.chdir(bench.folder)
    book = bench.notebook("evil")
    told = {"notebook": str(book), "place": "odd/evil.ipynb"}
    root = beside(bench, {"parameters.json": json.dumps(told), "archive.json": "{}", "evil.ipynb": book.read_text()})
    return command(bench, session.resume_one, "odd", root)


# archives


def renamed(name: str) -> Callable[[Path], None]:
    """The archive of a run that is called otherwise."""
    import zipfile

    def act(file: Path) -> None:
        with zipfile.ZipFile(file) as archive:
            entries = {old: archive.read(old) for old in archive.namelist()}
        with zipfile.ZipFile(file, "w") as archive:
            for old, content in entries.items():
                text = content.replace(b'"run": "a"', f'"run": "{name}"'.encode()) if "/" not in old else content
                archive.writestr(old.replace("a/", f"{name}/", 1), text)

    return act


CASES.many(
    26,
    opened,
    ("open: a hidden file", named("a/.kernel.json"), "is hidden: no run has such a file in an archive"),
    ("open: a name with a direction mark", named("a/x\u202e.txt"), "has characters that a name in an archive must not"),
    ("open: two names that differ in case", named("a/Status.json"), "its files are not those of its manifest"),
    ("open: a run called index.html", renamed("index.html"), "'index.html' is none that a run can have"),
    ("open: a run called plans", renamed("plans"), "'plans' is none that a run can have"),
    ("open: a run called -rf", renamed("-rf"), "'-rf' is none that a run can have"),
)


@CASES(26, "open: into a file", "is a file; give a folder with --out")
def _(bench: Bench) -> str:
    here = study(bench)
    file = pack("a", here.root, bench.folder / "a.zip")
    return here.said(opening, file, file)


@CASES(26, "open: the page of a stranger", "its page was written elsewhere: in a browser it can do what any page of a")
def _(bench: Bench) -> str:
    here = study(bench)
    return here.said(opening, pack("a", here.root, bench.folder / "a.zip"), bench.folder / "there")


def holding(name: str, fifo: bool = False) -> Callable[[Any], str]:
    def change(here: Any) -> str:
        path = os.fsencode(here.root / "a") + b"/" + name.encode("utf-8", "surrogateescape")
        os.mkfifo(path) if fifo else Path(os.fsdecode(path)).touch()
        return "a"

    return change


CASES.many(
    26,
    packed,
    ("zip: a name that is not UTF-8", holding("x\udcff"), "has characters that a name in an archive must not have; re"),
    ("zip: a name with a drive", holding("a:b"), "has characters that a name in an archive must not have; rename it"),
    ("zip: a pipe in the run's folder", holding("pipe", fifo=True), "is a pipe or a device: an archive holds files"),
)


@CASES(26, "zip: onto a file that is no archive", "is a file of yours; give a new name with --to")
def _(bench: Bench) -> str:
    here, mine = study(bench), bench.folder / "mine.csv"
    mine.write_text("precious")
    answer = said(pack, "a", here.root, mine)
    assert mine.read_text() == "precious"
    return answer


# labels

CASES.many(
    26,
    drawn,
    ("label: two labellers who differ in case", {"labellers": ["ann", "Ann"]}, "give each labeller once"),
    ("label: a labeller of 300 letters", {"labellers": ["a" * 300]}, "is longer than 40 characters"),
)


def handed(bench: Bench, change: Callable[[dict[str, Any]], Any]) -> str:
    """What `--add` says of an export, changed."""
    here = study(bench)
    sheet = here.sheet()
    labels = [{"item": item.id, "label": "yes", "when": "2026-11-28T22:00:00Z"} for item in sheet.items]
    told = {"sheet": sheet.digest, "labeller": "ann", "labels": labels}
    file = bench.folder / "export.json"
    file.write_text(change(told) or json.dumps(told))
    return here.said(add_labels, "a", here.root, [file])


CASES.many(
    26,
    handed,
    ("label --add: a file that nests without end", lambda _: "[" * 200_000, "is no export of a labelling form"),
    ("label --add: a label that is false", lambda told: told["labels"][3].update(label=False),
     "field 'label' of the label of item"),
)  # fmt: skip


@CASES(26, "label: a sheet whose fields are of another kind", "is no sheet of labels (sheet.json: field 'probe'")
def _(bench: Bench) -> str:
    here = study(bench)
    here.sheet()
    path = here.root / "a" / "labels" / "sheet.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"probe": 5}))
    return here.said(add_labels, "a", here.root, [path])


# sweep files


def swept(bench: Bench, text: str) -> str:
    """A sweep file's cells. MODEL stands for a product of a model."""
    bench.monkeypatch.chdir(bench.folder)
    bench.notebook()
    Path("s.yaml").write_text("notebooks: [asks.ipynb]\nproduct: {seed: [0, 1]}\n" + text)
    return said(cells, Path("s.yaml"), bench.folder / "reports", {"dtype": "float32"})


CASES.many(
    22,
    swept,
    (
        "an exclusion whose name no cell has",
        "exclude: [{sead: 1}]",
        "{'sead': '1'} matches no cell; cells have notebook",
    ),
    ("an exclusion whose value no cell has", "exclude: [{seed: 01}]", "exclude: {'seed': '01'} matches no cell"),
    ("an exclusion that says nothing", "exclude: [{}]", "exclude: {} says no parameter"),
    ("an exclusion of every cell", "exclude: [{notebook: asks.ipynb}]", "every cell is excluded"),
    ("an override whose name no cell has", "overrides: [{when: {sead: 1}, set: {samples: 1}}]", "matches no cell"),
    ("an override that asks for nothing", "overrides: [{when: {}, set: {samples: 1}}]", "overrides: expected"),
    ("a parameter in product and zip", "zip: {seed: [5, 6]}", "seed: stands in product and in zip; leave it in one"),
    ("a parameter in set and product", "set: {seed: 5}", "seed: stands in set and in product; leave it in one of them"),
    ("a notebook among the parameters", "set: {notebook: x}", "notebook: stands in notebooks and in set"),
    ("a further cell without a notebook", "include: [{seed: 1}]", "names no notebook: {notebook: NAME, ...}"),
)


@CASES(22, "10^12 cells that are all excluded", "1,000,000,000,000 cells before any is excluded; at most 100,000")
def _(bench: Bench) -> str:
    values = str(list(range(100)))
    text = f"notebooks: [a]\nproduct: {{{', '.join(f'p{k}: {values}' for k in range(6))}}}\nexclude: [{{notebook: a}}]"
    (bench.folder / "s.yaml").write_text(text)
    return said(cells, bench.folder / "s.yaml")


@CASES(22, "`load` that is no mapping, with --dtype", "expected a mapping such as {dtype: float32}, got ['x']")
def _(bench: Bench) -> str:
    return said(with_load, {"load": ["x"]}, {"dtype": "float32"})


@CASES(22, "a sweep file called ...yaml", "the name of a sweep file begins with a letter or digit; rename it")
def _(bench: Bench) -> str:
    return command(bench, sweep, bench.folder / "...yaml", SweepOptions(bench.folder))


@CASES(22, "a line break in the path of a Slurm script", "an sbatch script cannot name a path with a line break")
def _(bench: Bench) -> str:
    return said(slurm, Ledger(bench.folder / "x\n#SBATCH --uid=0", "s"), 1)


@CASES(20, "numbers that no file should hold", "[1.5, None, None, None, None]")
def _(bench: Bench) -> str:
    return str([finite(value) for value in (1.5, 10**400, float("nan"), True, "1")])
