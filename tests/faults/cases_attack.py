"""What an hour's attack found around runs: two commands at once, full disks, pages that changed, files of strangers."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest
from cases_study import planned, study
from cases_written import at_once
from fault_table import Bench, Table, said

import probes
from analysis import atlas
from analysis.study import power
from probes.schema import checksum
from runner import cli, terminal
from runner.files import in_words, write_json, write_text
from runner.study import lock, planning
from runner.study.archive import pack, packing
from runner.study.planning import Wanted
from runner.study.reread import reread
from runner.study.runs import write_page
from runner.study.unpack import unpack

CASES = Table()


# plan: what cannot be planned with is refused before a model is asked anything


def unasked(bench: Bench, wanted: Wanted) -> str:
    here = study(bench)
    bench.monkeypatch.setattr(planning, "measured", lambda *_: [])
    return here.said(planning.plan_study, str(here.notebook), {"model": "a"}, here.root, wanted)


CASES.many(
    26,
    unasked,
    (
        "plan: a target that is no effect, before any question",
        Wanted(sd=0.5, target="much"),
        "--target 'much' is no",
    ),
    ("plan: a target of 200 points, before any question", Wanted(sd=0.5, target="200pp"), "differ by 100 percentage"),
    ("plan: a spread below nothing, before any question", Wanted(sd=-1.0), "--sd -1 must be positive"),
    ("plan: a spread that is no number, before any question", Wanted(sd=float("nan")), "--sd nan must be positive"),
    ("plan: an unknown pilot, before any question", Wanted(pilot="c"), "refused: no run 'c' in"),
)


@CASES(26, "plan: a spread beyond all axes", "exit 0: ")
def _(bench: Bench) -> str:
    return planned(bench, ({"contexts": 12}, Wanted(sd=1e308)))


@CASES(19, "an effect that nothing detects", "None, 3.0e-100")
def _(bench: Bench) -> str:
    found = [power.detectable(power.stated(sd)[0], 100) for sd in (1e308, 1.06e-99)]
    return f"{found[0]}, {found[1]:.1e}"


# two at once


@CASES(8, "one run is planned and locked eight times at once, each another plan", "one plan, seven were told")
def _(bench: Bench) -> str:
    answers = at_once(*(lambda n=n: lock.lock({"notebook": "x", "power": n}, bench.folder, "x-1") for n in range(8)))
    refused = sum("a plan is locked once" in answer for answer in answers)
    (kept,) = (bench.folder / "plans").glob("*.json")
    whole = probes.schema.read(kept, lock.PLAN)
    assert whole["hash"] == lock.digest(whole)
    return f"one plan, {'seven' if refused == 7 else refused} were told"


@CASES(8, "one page is written six times at once", "accepted 6 times")
def _(bench: Bench) -> str:
    answers = at_once(*[lambda: write_page(bench.folder / "plan-x", "Plan", "interlocutor plan x", [])] * 6)
    return f"accepted {sum(answer.startswith('accepted') for answer in answers)} times"


@CASES(8, "one run is read again four times at once", "[0, 0, 0, 0], one copy of its records")
def _(bench: Bench) -> str:
    here = study(bench)
    codes = at_once(*[lambda: reread("a", here.root)] * 4)
    found = [int(answer.removeprefix("accepted: ")) for answer in codes if answer.startswith("accepted: ")] or codes
    probes.schema.intact(here.root / "reread-a", "asks_back")
    copies = len(list((here.root / "reread-a").rglob("manifest.json")))
    return f"{found}, {'one copy' if copies == 1 else copies} of its records"


@CASES(8, "one file is packed six times at once", "accepted 6 times, None torn, nothing beside it")
def _(bench: Bench) -> str:
    here, file = study(bench), bench.folder / "packed" / "a.zip"
    answers = at_once(*[lambda: pack("a", here.root, file)] * 6)
    with zipfile.ZipFile(file) as archive:
        torn = archive.testzip()
    beside = "nothing" if os.listdir(file.parent) == [file.name] else os.listdir(file.parent)
    return f"accepted {sum(answer.startswith('accepted') for answer in answers)} times, {torn} torn, {beside} beside it"


# archives hold what the run wrote, and are a stranger's from their first moment


def repacked(bench: Bench, change: Callable[[Path], object]) -> str:
    here = study(bench)
    run = here.root / "a"
    write_text(run / "report.html", "<h1>as it was</h1>")
    names = ("claims.json", "report.html", "notebook.ipynb", "thumbnail.svg", "parameters.json")
    left = {name: checksum(run / name) for name in names if (run / name).is_file()}
    empty = {name: {} for name in ("files", "folders", "distributions", "environment")}
    write_json(run / "receipt.json", {**empty, "outputs": left, "unprovable": []})
    change(run)
    return here.said(packing, "a", here.root, bench.folder / "a.zip")


CASES.many(
    26,
    repacked,
    ("zip: a run as it was left", lambda run: None, "exit 0: packed:"),
    ("zip: the report is gone", lambda run: (run / "report.html").unlink(), "report.html is missing; the same command"),
    ("zip: the report was edited", lambda run: (run / "report.html").write_text("<h1>better</h1>"),
     "report.html changed since the run finished; the same command as before makes it again"),
    ("zip: the claims are gone", lambda run: (run / "claims.json").unlink(), "claims.json is missing: put it back"),
    ("zip: claims of 50 GB of holes", lambda run: os.truncate(run / "claims.json", 50 << 30), "claims.json changed"),
)  # fmt: skip


@CASES(26, "open: the disk is full when the mark of an archive is written", "OSError, nothing is left")
def _(bench: Bench) -> str:
    here = study(bench)
    file = pack("a", here.root, bench.folder / "a.zip")
    with patch("runner.study.unpack.write_json", side_effect=OSError(28, "No space left on device")):
        answer = said(unpack, file, bench.folder / "there")
    return f"{answer.partition(':')[0]}, {os.listdir(bench.folder / 'there') or 'nothing'} is left"


@CASES(26, "reread: a file of others of 50 GB among the records", "exit 0, 0 GB more")
def _(bench: Bench) -> str:
    here = study(bench)
    with open(here.root / "a" / "records" / "asks_back" / "core", "wb") as stream:
        stream.truncate(50 << 30)
    code = reread("a", here.root)
    more = sum(path.stat().st_size for path in (here.root / "reread-a").rglob("*")) >> 30
    return f"exit {code}, {more} GB more"


# atlas


@CASES(26, "atlas: a table changed since its run finished", "trials.parquet was changed since the run finished")
def _(bench: Bench) -> str:
    run = bench.folder / "calibration-1"
    probe = probes.suite.calibration(**probes.suite.calibration.example)
    probes.run(probe, probes.load_model("scripted:uniform"), out=run)
    write_json(run / "claims.json", {"finished": True, "claims": []})
    before = atlas.survey(bench.folder).runs["counts"].tolist()
    with open(run / "records" / "calibration" / "trials.parquet", "ab") as stream:
        stream.write(b"x")
    assert before == ["yes"]
    return str(atlas.survey(bench.folder).runs["counts"].tolist())


@CASES(26, "atlas: an axis whose run cannot be read", "not read: b (no records) / not run: interlocutor run")
def _(bench: Bench) -> str:
    from analysis.atlas.tables import profile, survey

    about = next(iter(survey.AXES.values()))
    rows = pd.DataFrame({"model": ["m"], "measure": ["other"], "persona": ["none"], "cluster": ["1"]})
    runs = pd.DataFrame({"run": ["b"], "model": ["m"], "probes": [about["probe"]], "counts": ["no: no records"]})
    cells = [profile.coverage(survey.Survey(rows, known, {}))["m"].iloc[0] for known in (runs, runs.iloc[:0])]
    return " / ".join(cell.partition(" calibration")[0] for cell in cells)


# words for what a machine has no room for, and for links to themselves


def commanded(bench: Bench, *words: str) -> str:
    """`interlocutor ...` in this process, as `main` runs it."""
    bench.monkeypatch.setattr("sys.argv", ["interlocutor", *words])
    capture = bench.request.getfixturevalue("capsys")
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return f"exit {ended.value.code}: {' '.join(capture.readouterr().err.split())}"


@CASES(12, "memory runs out while a table is read", "exit 1: failed: there is not enough memory for this")
def _(bench: Bench) -> str:
    with patch("analysis.calibration.tables.score_file", side_effect=MemoryError):
        return commanded(bench, "score", "x.csv")


@CASES(25, "index on a full disk names the file", "index.html: No space left on device; make room, the same command")
def _(bench: Bench) -> str:
    place = bench.mounted("size=64k")
    (place / "fill").write_bytes(b"x" * (52 << 10))
    return commanded(bench, "index", "--out", str(place))


@CASES(25, "a full disk under any file of ours names it", "x.json: No space left on device")
def _(bench: Bench) -> str:
    place = bench.mounted("size=16k")
    try:
        write_text(place / "x.json", "x" * (1 << 20))
    except OSError as error:
        return f"{in_words(error)}, {terminal.unwritable(error)}, {os.listdir(place) or 'nothing'} is left"
    return "written"


def looped(bench: Bench) -> Path:
    one, two = bench.folder / "one", bench.folder / "two"
    if not one.is_symlink():
        one.symlink_to(two)
        two.symlink_to(one)
    return one


CASES.many(
    25,
    lambda bench, words: commanded(bench, *(word.format(looped(bench)) for word in words)),
    ("score: a link to itself", ("score", "{}"), "exit 2: refused: no file or run folder"),
    ("demo: a link to itself", ("demo", "--out", "{}"), "Too many levels of symbolic links"),
    ("init: a link to itself", ("init", "{}"), "exit 2: refused: "),
)
