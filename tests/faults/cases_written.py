"""Files that a run or a study has written and what became of them; options of loading; what happens at once; many."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cases_study import Study, added, again, changed, compared, packed, study
from fault_table import ROOT, Bench, Case, Table, said
from runner_cases import FINE, make_run, write

import probes
from analysis.atlas import survey
from analysis.study import power
from analysis.study.labels import append, history, latest
from analysis.study.sheets import load
from probes.core import study as studies
from probes.schema.given.rows import cells as cells_of
from probes.schema.given.rows import entries as entries_of
from probes.schema.given.rows import json_lines, parquet, plain_lines
from runner.digests import file_digest
from runner.files import read_json, trouble, write_json
from runner.given import collect
from runner.index import entries, write_index
from runner.plan import plan
from runner.run import carry_out
from runner.study.adherence import adherence
from runner.study.label import add_labels, report
from runner.sweep.command import SweepOptions, sweep
from runner.sweep.grid import cells
from runner.terminal import refuse

CASES: list[Case] = Table()

# claims.json with what is no claim, under every command that reads it


def claims(here: Study, change: Callable[[dict[str, Any]], Any], run: str = "a") -> str:
    """The claims of a run, changed: a whole new content, or the first claim in place."""
    path = here.root / run / "claims.json"
    told = read_json(path, {})
    path.write_text(json.dumps(change(told) or told))
    return run


def first(**fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda told: told["claims"][0].update(fields)


ODD_CLAIMS: tuple[tuple[str, Callable[[dict[str, Any]], Any], str], ...] = (
    ("a value that is NaN", first(value=float("nan")), "claims, entry 1, value: expected a number, found nan"),
    ("a value that is infinite", first(value=float("inf")), "entry 1, value: expected a number, found inf"),
    ("a value of 1e308", first(value=1e308), "entry 1, value: expected a number, found 1e+308"),
    ("a limit of 400 digits", first(high=10**400), "entry 1, high: expected a number, found 1000"),
    ("a value in words", first(value="0.3"), "entry 1, value: expected a number, found '0.3'"),
    ("a value that is true", first(value=True), "entry 1, value: expected a number, found True"),
    ("a value that is an object", first(value={"a": 1}), "entry 1, value: expected a number, found {'a': 1}"),
    ("an interval upside down", first(low=0.9, high=0.1), "claim 1: interval from 0.9 to 0.1, which is none"),
    ("a level of 1.5", first(level=1.5), "entry 1, level: expected a number between 0 and 1, found 1.5"),
    ("units below nothing", first(units=-1), "entry 1, units: expected a whole number from 0, found -1"),
    ("half a unit", first(units=2.5), "entry 1, units: expected a whole number from 0, found 2.5"),
    ("a margin that is a list", first(margin=[0.1]), "entry 1, margin: expected a number, found [0.1]"),
    ("gates that are a text", first(gates="passed"), "entry 1, gates: expected a list, found 'passed'"),
    ("a gate that passed perhaps", first(gates=[{"name": "g", "passed": "no"}]),
     "gates, entry 1, passed: expected true or false, found 'no'"),
    ("a question that is a number", first(question=5), "entry 1, question: expected a text, found 5"),
    ("a claim that is a number", lambda told: told["claims"].append(5), "entry 3: expected an object, found 5"),
    ("a claim twice", lambda told: told["claims"].append(told["claims"][0]), "the claim 'asks.back' is there twice"),
    ("claims that are an object", lambda told: {**told, "claims": {}}, "claims: expected a list, found {}"),
    ("20,000 claims", lambda told: {**told, "claims": [{}] * 20_000}, "20,000 claims, at most 10,000 are read"),
    ("a list", lambda told: [told], "claims.json: expected an object, found [{"),
)  # fmt: skip


def indexed(bench: Bench, change: Callable[[Study], str]) -> str:
    here = study(bench)
    run = change(here)
    write_index(here.root)
    (found,) = (entry for entry in entries(here.root) if entry["run"] == run)
    return f"{found['state']}: {found['reason']}"


def piloted(bench: Bench, change: Callable[[Study], str]) -> str:
    here = study(bench)
    return said(power.spreads, here.root / change(here))


def surveyed(bench: Bench, change: Callable[[Study], str]) -> str:
    here = study(bench)
    run = change(here)
    return str(survey(here.root).runs.set_index("run")["counts"][run])


WAYS: dict[str, Callable[[Bench, Any], str]] = {
    "compare": lambda bench, change: compared(bench, lambda here: [change(here), "b"]),
    "reread": again, "index": indexed, "plan --pilot": piloted, "atlas": surveyed,
}  # fmt: skip
for way, act in WAYS.items():
    few = ODD_CLAIMS if way in ("compare", "index") else ODD_CLAIMS[::4]
    CASES.many(26, act, *((f"{way}: claims with {what}", lambda here, change=change: claims(here, change), answer)
                          for what, change, answer in few))  # fmt: skip


def torn(name: str) -> Callable[[Study], str]:
    """A file of run `a`, cut in half."""

    def act(here: Study) -> str:
        path = here.root / "a" / name
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        return "a"

    return act


def edited(here: Study) -> str:
    """Run `a` with a receipt, and its claims edited afterwards."""
    digests = {"claims.json": file_digest(here.root / "a" / "claims.json")}
    made_from: dict[str, Any] = {name: {} for name in ("files", "folders", "distributions", "environment")}
    write_json(here.root / "a" / "receipt.json", {**made_from, "outputs": digests, "unprovable": []})
    return claims(here, first(margin=0.9))


MANIFEST = "records/asks_back/manifest.json"
for way, act in {**WAYS, "zip": packed}.items():
    rows = [("claims edited since the run finished", edited, "claims.json changed since the run finished"),
            ("a torn status", torn("status.json"), "status.json"),
            ("a torn manifest", torn(MANIFEST), "manifest.json"),
            ("a torn receipt", lambda here: (edited(here), torn("receipt.json")(here))[1], "receipt.json")]  # fmt: skip
    unread = {"index": rows[1:3], "plan --pilot": []}  # an index lists what runs say, a pilot needs its claims alone
    CASES.many(26, act, *((f"{way}: {what}", change, answer) for what, change, answer in unread.get(way, rows)))


def resumed(bench: Bench, told: Any) -> str:
    from cases_strangers import command

    from runner.session import resume_one

    bench.monkeypatch.chdir(bench.folder)
    run = make_run(bench.folder / "reports", "a")
    (run / "parameters.json").write_text(told if isinstance(told, str) else json.dumps(told))
    return command(bench, resume_one, "a", bench.folder / "reports")


CASES.many(
    25,
    resumed,
    ("resume: parameters that are null", {"notebook": "x", "given": None}, "given: expected an object, found None"),
    ("resume: a notebook that is a number", {"notebook": 5}, "notebook: expected a text, found 5"),
    ("resume: no notebook", {"given": {}}, "parameters.json names no notebook: it was edited or torn; put it back"),
    ("resume: a key twice", '{"notebook": "x", "notebook": "y"}', "the key 'notebook' is given twice"),
    ("resume: parameters cut in half", '{"notebook": "x', "parameters.json: not JSON"),
    ("resume: parameters nested without end", "[" * 100_000, "parameters.json: nested too deeply"),
)


def by_hand(bench: Bench, content: str) -> str:
    """A notebook that writes its own claims.json."""
    bench.monkeypatch.chdir(bench.folder)
    code = f"import pathlib\n_ = pathlib.Path(out, 'claims.json').write_text({content!r})"
    verdict = carry_out(plan(str(bench.notebook("own", code, sentinel=False)), {}, bench.folder / "reports"))
    return f"{verdict.state}: {verdict.reason}"


CASES.many(
    6,
    by_hand,
    ("a notebook that writes NaN into its claims by hand", '{"finished": true, "claims": [{"value": NaN}]}',
     "entry 1, value: expected a number, found nan"),
    ("a notebook that publishes the same claim twice by hand",
     '{"finished": true, "claims": [{"id": "a.b"}, {"id": "a.b"}]}', "the claim 'a.b' is there twice"),
)  # fmt: skip


# plans


def planned(bench: Bench, change: dict[str, Any]) -> str:
    from cases_study import locked

    here, path = locked(bench)
    here.run(path.stem, contexts=12, started="2100-01-01T00:00:00+00:00")
    changed(path, **change)
    return "; ".join(adherence(here.root / path.stem)["deviations"])


CASES.many(
    26,
    planned,
    ("plan: what is asked without its units", {"asked": [{"probe": "asks_back"}]}, "entry 1: units is missing"),
    ("plan: units in words", {"asked": [{"probe": "x", "units": "12", "stimuli": ""}]}, "units: expected a whole"),
    ("plan: a claim without an id", {"claims": [{"margin": 0.1}]}, "claims, entry 1: id is missing"),
    ("plan: a margin that is NaN", {"claims": [{"id": "a.b", "margin": 10**400}]}, "margin: expected a number"),
    ("plan: parameters that are a list", {"parameters": []}, "parameters: expected an object, found []"),
)


# labels

CASES.many(
    26,
    added,
    ("label --add: a time that has not come yet", lambda _, told: told["labels"][9].update(when="2100-01-01T00:00:00Z"),
     "'2100-01-01T00:00:00Z' has not come yet, and would win over every later label: set the clock right"),
    ("label --add: the last moment of all", lambda _, told: told["labels"][9].update(when="9999-12-31T23:59:59-23:59"),
     "has not come yet"),
)  # fmt: skip


@CASES(26, "label --report: a kept label of a time that has not come yet", "holds what is no label: '2100-01-01T00:00:")
def _(bench: Bench) -> str:
    from probes import schema

    here = study(bench)
    sheet = here.sheet()
    told = {"sheet": sheet.digest, "item": sheet.items[0].id, "labeller": "ann", "label": "yes",
            "when": "2100-01-01T00:00:00Z"}  # fmt: skip
    (here.root / "a" / "labels" / "labels.jsonl").write_bytes(schema.encode(told))
    return here.said(report, "a", here.root)


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What each of several calls answers that begin together, each in a thread."""
    ready, answers = threading.Barrier(len(acts)), [""] * len(acts)

    def one(place: int) -> None:
        ready.wait()
        answers[place] = said(acts[place])

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@CASES(8, "the same labels added eight times at once", "20 lines, 20 counted")
def _(bench: Bench) -> str:
    here = study(bench)
    sheet = here.sheet()
    when = "2026-01-01T00:00:00+00:00"
    given = [{"item": item.id, "labeller": "ann", "label": "yes", "when": when} for item in sheet.items]
    at_once(*[lambda: append(here.root / "a", sheet, given)] * 8)
    return f"{len(history(here.root / 'a'))} lines, {len(latest(here.root / 'a', sheet))} counted"


@CASES(8, "two people draw a sheet of one run at once", "one sheet, the other was told")
def _(bench: Bench) -> str:
    from analysis.study.drawing import draw
    from analysis.study.sheets import save

    here = study(bench)
    sheets = [draw(here.root / "a", "asks_back", 20, ["ann"], 0, seed=seed) for seed in range(6)]
    answers = at_once(*(lambda sheet=sheet: save(sheet, here.root / "a") for sheet in sheets))
    (kept,) = (sheet for sheet, answer in zip(sheets, answers, strict=True) if answer.startswith("accepted"))
    assert load(here.root / "a").digest == kept.digest
    assert sum("was drawn before with other numbers" in answer for answer in answers) == 5
    return "one sheet, the other was told"


@CASES(8, "runs that end while the index is written", "every run is listed")
def _(bench: Bench) -> str:
    root = bench.folder / "reports"
    make_run(root, "run-0")

    def ends(number: int) -> None:
        make_run(root, f"run-{number}")
        write_index(root)

    at_once(*(lambda number=number: ends(number) for number in range(1, 9)))
    page = (root / "index.html").read_text()
    return "every run is listed" if all(f"run-{number}" in page for number in range(9)) else "one is missing"


@CASES(8, "a run removed while it is indexed", "['b']")
def _(bench: Bench) -> str:
    from runner import index

    here = study(bench)
    real = index.entry

    def removes(run: Path) -> Any:
        if run.name == "a":
            shutil.rmtree(run)
        return real(run)

    bench.monkeypatch.setattr(index, "entry", removes)
    write_index(here.root)
    return str([entry["run"] for entry in entries(here.root)])


@CASES(26, "label --add on a full disk: what was there stays", "20 labels, then 20")
def _(bench: Bench) -> str:
    from cases_records import Limited

    here = study(bench)
    sheet = here.sheet()
    given = [{"item": item.id, "labeller": "ann", "label": "yes"} for item in sheet.items]
    append(here.root / "a", sheet, given)
    before = len(history(here.root / "a"))
    size = (here.root / "a" / "labels" / "labels.jsonl").stat().st_size
    with Limited(size + 200):
        answer = said(append, here.root / "a", sheet, [{**label, "label": "no"} for label in given])
    assert "File too large" in answer
    return f"{before} labels, then {len(history(here.root / 'a'))}"


# commands given what a shell lets through


def spoken(bench: Bench, words: list[str]) -> str:
    """A command in this process, in a study with runs a and b: exit code, then what it said."""
    from typer.testing import CliRunner

    from runner.cli import app

    here = study(bench)
    bench.monkeypatch.chdir(bench.folder)
    bench.notebook("one", FINE)
    done = CliRunner().invoke(app, [word.replace("ROOT", str(here.root)) for word in words])
    said_here = f"{done.output} {done.stderr}"
    return f"exit {done.exit_code}: {' '.join(said_here.split())}" + (
        f" {done.exception!r}" if done.exit_code > 4 else ""
    )


CASES.many(
    26,
    spoken,
    ("plan: a notebook that asks no model", ["plan", "one.ipynb", "--sd", "0.5"], "one asks no model anything"),
    ("zip: to a device without end", ["zip", "a", "--out", "ROOT", "--to", "/dev/zero"], "is a pipe or a device"),
    ("zip: into the run itself", ["zip", "a", "--out", "ROOT", "--to", "ROOT/a/a.zip"], "lies in the run that"),
    ("open: a device without end", ["open", "/dev/zero", "--out", "ROOT"], "is a pipe or a device, not an archive"),
    ("open: a folder", ["open", "ROOT", "--out", "ROOT"], "is a folder, not an archive"),
    ("compare: a folder that cannot be made", ["compare", "a", "b", "--out", "ROOT", "--to", "/proc/x"], "exit 2:"),
    ("a cell may take for ever", ["run", "one.ipynb", "--timeout", "inf"], "Invalid value for '--timeout'"),
)  # fmt: skip


@CASES(25, "--out is a link to nothing", "is a link to nothing; give a folder with --out, or remove the link")
def _(bench: Bench) -> str:
    (bench.folder / "link").symlink_to("gone")
    try:
        write_index(bench.folder / "link")
    except OSError as error:
        return trouble(error)
    return "written"


@CASES(25, "a terminal of no column", "refused: what is wrong")
def _(bench: Bench) -> str:
    capture = bench.request.getfixturevalue("capsys")
    bench.monkeypatch.setenv("COLUMNS", "0")
    refuse(["what is wrong"])
    return str(capture.readouterr().err)


def at_device(bench: Bench, made: tuple[str, Any]) -> str:
    """A file of others that is a pipe, which nobody writes to, or a device without end."""
    file = bench.folder / made[0]
    if made[1] is os.mkfifo:
        os.mkfifo(file)
    else:
        file.symlink_to("/dev/zero")
    return said(lambda: next(iter({".json": entries_of, ".jsonl": json_lines, ".csv": cells_of, ".parquet": parquet,
                                   ".txt": plain_lines}[file.suffix](file))))  # fmt: skip


CASES.many(
    25,
    at_device,
    *((f"{what} in place of a file that ends in {ending}", (f"x{ending}", make), "is a pipe or a device, not a file")
      for what, make in (("a pipe", os.mkfifo), ("/dev/zero", Path.symlink_to))
      for ending in (".json", ".jsonl", ".csv", ".parquet", ".txt")),
)  # fmt: skip


@CASES(26, "label --add: a pipe", "is a pipe or a device, not a file")
def _(bench: Bench) -> str:
    here = study(bench)
    here.sheet()
    os.mkfifo(bench.folder / "labels.json")
    return here.said(add_labels, "a", here.root, [bench.folder / "labels.json"])


@CASES(26, "label --report: a pipe in place of the sheet", "is a pipe or a device, not a file")
def _(bench: Bench) -> str:
    here = study(bench)
    (here.root / "a" / "labels").mkdir()
    os.mkfifo(here.root / "a" / "labels" / "sheet.json")
    return here.said(report, "a", here.root)


@CASES(7, "a cell may take two and a half seconds", "finished")
def _(bench: Bench) -> str:
    bench.monkeypatch.chdir(bench.folder)
    return carry_out(plan(str(bench.notebook("one", FINE)), {}, bench.folder / "reports"), timeout=29.5).state


# options of loading a model

CASES.many(
    1,
    lambda _, load: str(collect([f"load={load}"], [], {})[1]),
    ("an option of loading that there is not", "{colour: red}", "'colour' is no option of loading a model; there are"),
    ("an option of loading, mistyped", "{dytpe: float32}", "no option of loading a model; did you mean dtype?"),
    ("an engine's own setting as option of loading", "{check: no}", "'check' is no option of loading a model"),
    ("a date that is none", "{date: tomorrow}", "date 'tomorrow' is none of: What a template that prints the date"),
    ("thoughts in words", "{thoughts: many}", "thoughts 'many' is none of: How many thoughts"),
    ("an option of loading that holds a list", "{dtype: [float32]}", "is none of: Precision of the model"),
)


@CASES(22, "a sweep with an option of loading that there is not", "no option of loading a model; did you mean device?")
def _(bench: Bench) -> str:
    import runner_cases

    loads = f"{runner_cases.PARAMETERS}\nload: dict[str, str] = {{}}  # how it is loaded"
    bench.monkeypatch.setattr(runner_cases, "PARAMETERS", loads)
    path = write(bench.folder, "loads", FINE)
    (bench.folder / "s.yaml").write_text(f"notebooks: [{path}]\nset: {{load: {{devise: cpu}}}}")
    return said(cells, bench.folder / "s.yaml")


# own files of a study


def own(bench: Bench, change: Callable[[Path], Any]) -> str:
    """Personas that a study finds, where its folder holds more than files of personas."""
    folder = bench.folder / "personas"
    folder.mkdir()
    (folder / "mine.yaml").write_text("text: You are a baker.\n")
    change(folder)
    bench.monkeypatch.setenv(studies.VARIABLE, str(bench.folder))
    return said(lambda: sorted(studies.own("personas")))


def renamed(folder: Path) -> None:
    (folder / "mine.yaml").rename(folder / "mine.yml")


CASES.many(
    25,
    own,
    ("a persona that ends in .yml", renamed, "accepted: ['mine']"),
    ("a persona as .yaml and as .yml", lambda folder: (folder / "mine.yml").touch(), "mine.yml are both 'mine'"),
    ("a folder named like a persona", lambda folder: (folder / "x.yaml").mkdir(), "accepted: ['mine']"),
    ("a pipe named like a persona", lambda folder: os.mkfifo(folder / "x.yaml"), "accepted: ['mine']"),
    ("a link to nothing named like a persona", lambda folder: (folder / "x.yaml").symlink_to("gone"),
     "accepted: ['mine']"),
)  # fmt: skip


@CASES(25, "a persona that ends in .yml is read", "You have a bold style.")
def _(bench: Bench) -> str:
    own(bench, renamed)
    shutil.copy(Path(probes.__file__).parent / "shared" / "personas" / "bold.yaml", bench.folder / "personas" / "b.yml")
    return str(probes.personas["b"].text)


# many and few


@CASES(23, "32 open files allowed", "exit 1: failed: only 32 files may be open at once here, a run needs 128: ulimit")
def _(bench: Bench) -> str:
    book = bench.notebook("one", FINE)
    words = [sys.executable, "-m", "runner.cli", "run", str(book)]
    done = subprocess.run(["sh", "-c", f"ulimit -n 32; exec {shlex.join(words)}"], cwd=bench.folder,
                          capture_output=True, text=True, check=False, timeout=200)  # fmt: skip
    return f"exit {done.returncode}: {' '.join(done.stderr.split())}"


@CASES(23, "64 open files allowed, and more for whoever asks", "64 allowed, then 256")
def _(bench: Bench) -> str:
    code = ("import resource; from runner.leftovers import room_for_files; limit = resource.RLIMIT_NOFILE; "
            "before = resource.getrlimit(limit)[0]; room_for_files(); "
            "print(before, 'allowed, then', resource.getrlimit(limit)[0])")  # fmt: skip
    words = shlex.join([sys.executable, "-c", code])
    done = subprocess.run(["sh", "-c", f"ulimit -Sn 64; ulimit -Hn 256; {words}"], capture_output=True, text=True,
                          check=False, timeout=200, cwd=ROOT)  # fmt: skip
    return done.stdout + done.stderr


@CASES(22, "a dry run of 100,000 cells", "exit 0: 100000 cells (one 100000); no run of this kind here yet, in time")
def _(bench: Bench) -> str:
    from cases_strangers import command

    path = write(bench.folder, "one", FINE)
    axes = f"{{seed: [{', '.join(map(str, range(1000)))}], samples: [{', '.join(map(str, range(1, 101)))}]}}"
    (bench.folder / "s.yaml").write_text(f"notebooks: [{path}]\nproduct: {axes}")
    begun = time.process_time()
    answer = command(bench, sweep, bench.folder / "s.yaml", SweepOptions(bench.folder / "reports", dry_run=True))
    return f"{answer}, {'in time' if time.process_time() - begun < 20 else 'too slow'}"


@CASES(21, "an index of 1,000 runs", "below 3 MB, in time")
def _(bench: Bench) -> str:
    for number in range(1000):
        make_run(bench.folder, f"demo-{number:010}")
    begun = time.process_time()
    size = write_index(bench.folder).stat().st_size
    took = time.process_time() - begun
    return f"{'below 3 MB' if size < 3e6 else size}, {'in time' if took < 10 else f'{took:.0f} s'}"
