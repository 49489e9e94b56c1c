"""Group 26: the commands around a run, given what does not fit: plans, comparisons, labels, archives."""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import stand_in
from fault_table import Bench, Case, Table, places, put, said
from run_folders import finished

from analysis.report import records
from analysis.study.drawing import draw
from analysis.study.labels import append, history, latest
from analysis.study.people import people
from analysis.study.sheets import load, save
from probes import schema
from runner.files import read_json, write_json
from runner.study import planning
from runner.study.adherence import adherence
from runner.study.archive import KIND, MANIFEST, pack, packing
from runner.study.compare import compare_runs
from runner.study.label import add_labels, draw_sheet, report
from runner.study.planning import Wanted, plan_study
from runner.study.reread import reread
from runner.study.unpack import opening

CASES: list[Case] = Table()


@dataclass(frozen=True)
class Study:
    """A folder with finished runs `a` and `b` of one notebook, and what a command says there."""

    notebook: Path
    root: Path
    bench: Bench

    def said(self, call: Callable[..., int], *given: Any, **named: Any) -> str:
        """Exit code and words of a command."""
        capture = self.bench.request.getfixturevalue("capsys")
        capture.readouterr()
        code = call(*given, **named)
        return f"exit {code}: {' '.join(capture.readouterr().err.split())}"

    def run(self, name: str, model: str = "a", **given: Any) -> Path:
        """One more run."""
        return stand_in.run(self.notebook, model, self.root / name, **given)

    def sheet(self, run: str = "a", probe: str = "asks_back") -> Any:
        """A sheet of twenty turns for ann, drawn and kept."""
        sheet = draw(self.root / run, probe, 20, ["ann"], 0)
        save(sheet, self.root / run)
        return sheet


def study(bench: Bench) -> Study:
    notebook, made = bench.request.getfixturevalue("studied")
    bench.monkeypatch.setenv("INTERLOCUTOR_STUDY", str(notebook.parents[1]))
    return Study(notebook, Path(shutil.copytree(made, bench.folder / "reports")), bench)


def changed(path: Path, **fields: Any) -> None:
    write_json(path, read_json(path, {}) | fields)


# plan


def planned(bench: Bench, given: tuple[dict[str, Any], Wanted]) -> str:
    here = study(bench)
    real = planning.measured
    bench.monkeypatch.setattr(planning, "measured", lambda path, asked: real(path, asked, stand_in.model))
    return here.said(plan_study, str(here.notebook), {"model": "a", **given[0]}, here.root, given[1])


CASES.many(
    26,
    planned,
    ("plan: a pilot that is no run", ({}, Wanted(pilot="c")), "refused: no run 'c' in"),
    ("plan: a spread below nothing", ({}, Wanted(sd=-1.0)), "--sd -1 must be positive"),
    ("plan: a target that is no effect", ({}, Wanted(sd=0.5, target="much")), "--target 'much' is no effect"),
    ("plan: an unknown parameter", ({"contxts": "9"}, Wanted()), "contxts: unknown parameter (did you mean contexts?)"),
)  # fmt: skip


@CASES(26, "plan: a pilot of another notebook", "shares no probe with this notebook: give a pilot of the same notebook")
def _(bench: Bench) -> str:
    here = study(bench)
    (here.root / "a" / "records" / "asks_back").rename(here.root / "a" / "records" / "other")
    real = planning.measured
    bench.monkeypatch.setattr(planning, "measured", lambda path, asked: real(path, asked, stand_in.model))
    return here.said(plan_study, str(here.notebook), {"model": "a"}, here.root, Wanted(pilot="a"))


def locked(bench: Bench) -> tuple[Study, Path]:
    planned(bench, ({"contexts": 12}, Wanted(sd=0.5, lock=True)))
    root = bench.folder / "reports"
    (path,) = (root / "plans").glob("*.json")
    return Study(bench.request.getfixturevalue("studied")[0], root, bench), path


@CASES(26, "plan: locked again with another power", "a plan is locked once")
def _(bench: Bench) -> str:
    here, _ = locked(bench)
    wanted = Wanted(sd=0.5, power=0.9, lock=True)
    return here.said(plan_study, str(here.notebook), {"model": "a", "contexts": 12}, here.root, wanted)


@CASES(26, "plan: edited after it was locked", "the plan was edited after it was locked: its hash is not that of its")
def _(bench: Bench) -> str:
    here, path = locked(bench)
    changed(path, alpha=0.2)
    here.run(path.stem, contexts=12, started="2100-01-01T00:00:00+00:00")
    return "; ".join(adherence(here.root / path.stem)["deviations"])


# compare


def compared(bench: Bench, act: Callable[[Study], list[str]]) -> str:
    here = study(bench)
    return here.said(compare_runs, act(here), here.root, gate=True)


def version(here: Study) -> list[str]:
    changed(here.root / "b" / "records" / "asks_back" / "manifest.json", version=7)
    return ["a", "b"]


def engine(here: Study) -> list[str]:
    info = {"kind": "hub", "engine": {"decoding": "other"}, "dtype": "float16", "device": "cuda:0"}
    changed(here.root / "b" / "records" / "asks_back" / "manifest.json", model_info=info)
    return ["a", "b"]


def data_set(here: Study) -> list[str]:
    path = here.root / "b" / "records" / "asks_back" / "manifest.json"
    changed(path, parameters=read_json(path, {})["parameters"] | {"dataset": "mt_bench"})
    return ["a", "b"]


def interrupted(here: Study) -> list[str]:
    changed(here.root / "b" / "status.json", state="interrupted")
    return ["a", "b"]


def killed(here: Study) -> list[str]:
    """It says running, and no process holds it."""
    changed(here.root / "b" / "status.json", state="running")
    return ["a", "b"]


def torn(here: Study) -> list[str]:
    (path,) = (here.root / "b" / "records" / "asks_back").glob("trials-*.jsonl")
    path.write_bytes(path.read_bytes()[:-9])
    return ["a", "b"]


def broken(here: Study) -> list[str]:
    """A study whose own probe cannot be imported, in place of the one that the runs were made in."""
    name, book = "probes.study.suite.asks_back", stand_in.study(here.bench.folder / "broken")
    here.bench.monkeypatch.setitem(sys.modules, name, sys.modules[name])  # the whole one comes back
    (book.parents[1] / "probes" / "asks_back.py").write_text("1 / 0")
    here.bench.monkeypatch.setenv("INTERLOCUTOR_STUDY", str(book.parents[1]))
    for run in ("a", "b"):
        changed(here.root / run / "parameters.json", place="gone.ipynb", notebook=str(book))
    return ["a", "b"]


def unpublished(here: Study) -> list[str]:
    (here.root / "b" / "claims.json").unlink()
    return ["a", "b"]


def other_probes(here: Study) -> list[str]:
    shutil.rmtree(here.root / "b" / "records")
    line = {"key": "k", "cluster": "c", "measure": "m", "value": 1.0, "status": "ok"}
    finished(here.root / "b", "other", [line])
    return ["a", "b"]


CASES.many(
    26,
    compared,
    ("compare: an unknown run", lambda _: ["a", "c"], "exit 3: refused: no run 'c' in"),
    ("compare: one run", lambda _: ["a"], "give at least two runs to compare"),
    ("compare: a run with itself", lambda _: ["a", "a"], "the same run is given twice"),
    ("compare: an unfinished run", interrupted, "b is interrupted: interlocutor resume b continues it"),
    ("compare: a killed run", killed, "b was stopped, its process is gone: interlocutor resume b continues it"),
    ("compare: records torn since the run finished", torn, "asks_back changed since the run finished; run the same"),
    ("compare: an own probe that is broken", broken, "not paired by unit: asks.back, asks.thanks: asks_back.ipynb, "),
    ("compare: a run that published nothing", unpublished, "b has published no claims (claims.json)"),
    ("compare: no unit in common", lambda here: ["a", here.run("far", "b", start=500).name],
     "different stimuli (0 units shared, of 80 and 80); run far again on the stimuli of a"),
    ("compare: another data set", data_set,
     "different stimuli (dataset None and 'mt_bench'); run b again on the stimuli of a"),
    ("compare: another version of a probe", version, "version 1 and 7; run both again with this package"),
    ("compare: another engine", engine,
     "computed by different engines (a: scripted; b: other, float16, cuda), which alone may change"),
    ("compare: no probe in common", other_probes, "a and b share no probe"),
)  # fmt: skip


# label


def drawn(bench: Bench, given: dict[str, Any]) -> str:
    here = study(bench)
    asked = {"run": "a", "probe": "asks_back", "n": 20, "labellers": ["ann"], "overlap": 0} | given
    return here.said(draw_sheet, asked.pop("run"), here.root, **asked)


CASES.many(
    26,
    drawn,
    ("label: an unknown run", {"run": "c"}, "exit 2: refused: no run 'c' in"),
    ("label: an unknown probe", {"probe": "asks"}, "a has no probe 'asks'; it has asks_back"),
    ("label: an unknown measure", {"measure": "asked"}, "has no measure 'asked'; it has asks, thanks and status"),
    ("label: more turns than there are", {"n": 500}, "this run has 80 turns that the instrument read; give 2 to 80"),
    ("label: more overlap than turns", {"overlap": 30}, "--overlap 30 must lie between 0 and --n 20"),
    ("label: a name of 300 characters", {"labellers": ["a" * 300]}, "is longer than 40 characters"),
    ("label: names that differ in capitals only", {"labellers": ["ann", "Ann"]}, "give each labeller once"),
    ("label: a seed below 0", {"seed": -1}, "--seed -1 must be 0 or more"),
    ("label: a blank question", {"question": "   "}, "--question is blank"),
    ("label: a labeller twice", {"labellers": ["ann", "ann"]}, "give each labeller once"),
    ("label: a labeller whose name is taken", {"labellers": ["adjudicated"]}, "'adjudicated' has a meaning of its own"),
    ("label: a labeller whose name is a path", {"labellers": ["../x"]}, "by a name of letters, digits and underscores"),
)  # fmt: skip


def added(bench: Bench, change: Callable[[Study, dict[str, Any]], Any]) -> str:
    """What `--add` says of a form's export, changed; nothing may have been written."""
    here = study(bench)
    sheet = here.sheet()
    given = [{"item": item.id, "label": "yes", "note": "", "when": "2026-01-01T00:00:00Z"} for item in sheet.items]
    told = {"sheet": sheet.digest, "labeller": "ann", "labels": given}
    file = bench.folder / "labels-ann.json"
    file.write_text(change(here, told) or json.dumps(told))
    answer = here.said(add_labels, "a", here.root, [file])
    return answer if history(here.root / "a") == [] else "labels were written"


CASES.many(
    26,
    added,
    ("label --add: a file that is no export", lambda _, told: "[1]", "is no export of a labelling form"),
    ("label --add: labels of another run", lambda here, told: told.update(sheet=here.sheet("b").digest),
     "holds labels of another sheet"),
    ("label --add: an item that is not on the sheet", lambda _, told: told["labels"][9].update(item="x"),
     "item 'x' is not on the sheet of a: these are labels of another run"),
    ("label --add: somebody else's items", lambda _, told: told.update(labeller="eve"), "is not for 'eve' to label"),
    ("label --add: a label that is no class", lambda _, told: told["labels"][9].update(label="maybe"),
     "'maybe' is no class of this sheet; classes are yes, no"),
    ("label --add: nested without end", lambda _, told: "[" * 200_000, "is no export of a labelling form (labels-ann."),
    ("label --add: a time that is none", lambda _, told: told["labels"][9].update(when="zzz"),
     "'zzz' is no time of a label; write it as 2026-01-31T18:00:00Z"),
    ("label --add: a time without its zone", lambda _, told: told["labels"][9].update(when="2026-01-31T18:00:00"),
     "'2026-01-31T18:00:00' is no time of a label"),
    ("label --add: a time that is a number", lambda _, told: told["labels"][9].update(when=5),
     "field 'when' of the label of item"),
    ("label --add: a label of false", lambda _, told: told["labels"][9].update(label=False),
     "field 'label' of the label of item"),
    ("label --add: a key twice", lambda _, told: json.dumps(told).replace('"label":', '"label": "no", "label":'),
     "the key 'label' is given twice"),
)  # fmt: skip


@CASES(26, "label --add without a sheet", "a has no sheet yet: interlocutor label a --probe NAME")
def _(bench: Bench) -> str:
    here = study(bench)
    return here.said(add_labels, "a", here.root, [bench.folder / "none.json"])


@CASES(26, "label: a second sheet of one run", "was drawn before with other numbers; remove the folder labels/")
def _(bench: Bench) -> str:
    here = study(bench)
    here.sheet()
    return here.said(draw_sheet, "a", here.root, "asks_back", 30, ["ann"], 0)


@CASES(26, "label --report without labels", "a has a sheet but no labels yet: interlocutor label a --add FILE.json")
def _(bench: Bench) -> str:
    here = study(bench)
    here.sheet()
    return here.said(report, "a", here.root)


@CASES(26, "label --report: a line of the labels altered", "were altered or torn: restore the file")
def _(bench: Bench) -> str:
    here = study(bench)
    sheet = here.sheet()
    append(here.root / "a", sheet, [{"item": sheet.items[0].id, "labeller": "ann", "label": "yes"}])
    path = here.root / "a" / "labels" / "labels.jsonl"
    path.write_text(path.read_text().replace('"yes"', '"no"'))
    return here.said(report, "a", here.root)


@CASES(26, "label --report: the sheet was edited", "a has labels, but of another sheet: labels/sheet.json was changed")
def _(bench: Bench) -> str:
    here = study(bench)
    sheet = here.sheet()
    append(here.root / "a", sheet, [{"item": sheet.items[0].id, "labeller": "ann", "label": "yes"}])
    path = here.root / "a" / "labels" / "sheet.json"
    path.write_text(path.read_text().replace(sheet.question, f"{sheet.question}!"))
    return here.said(report, "a", here.root)


@CASES(26, "label: times in two zones: the later label counts", "['no']")
def _(bench: Bench) -> str:
    here = study(bench)
    sheet = here.sheet()
    one = {"item": sheet.items[0].id, "labeller": "ann"}
    times = {"no": "2026-01-01T00:00:00Z", "yes": "2026-01-01T00:30:00+02:00"}
    append(here.root / "a", sheet, [{**one, "label": label, "when": when} for label, when in times.items()])
    return str(latest(here.root / "a", sheet)["label"].tolist())


@CASES(26, "label --report: a sheet with a value of another kind at any place", "all refused in words or read")
def _(bench: Bench) -> str:
    here = study(bench)
    here.sheet()
    path = here.root / "a" / "labels" / "sheet.json"
    told = json.loads(path.read_text())
    told["items"] = told["items"][:1]
    raw = []
    for at in places(told):
        for odd in (None, 5, [], {}, ["a", ["b"]], {"a": {"b": 1}}, 10**400):
            path.write_text(json.dumps(put(told, at, odd)))
            answer = said(lambda: latest(here.root / "a", load(here.root / "a")))
            raw += [(at, odd, answer)] * (not answer.startswith(("ValueError", "accepted")))
    return "all refused in words or read" if not raw else f"{raw[:3]}"


@CASES(26, "label --report: lines of labels that hold something else", "4 of 4 refused: ValueError")
def _(bench: Bench) -> str:
    here = study(bench)
    sheet = here.sheet()
    path = here.root / "a" / "labels" / "labels.jsonl"
    found = []
    for record in ({}, {"sheet": sheet.digest, "item": [1], "labeller": "ann", "label": "yes", "when": "x"},
                   {"sheet": sheet.digest}, {"schema": 99}):  # fmt: skip
        path.write_bytes(schema.encode(record))
        found.append(said(latest, here.root / "a", sheet))
    return f"{sum(answer.startswith('ValueError') for answer in found)} of 4 refused: {found[0]}"


def instrument(bench: Bench, table: Callable[[Study], pd.DataFrame]) -> str:
    """`-p labels=FOLDER`: labels of run a beside another table."""
    here = study(bench)
    sheet = here.sheet()
    given = [{"item": item.id, "labeller": "ann", "label": "yes"} for item in sheet.items]
    append(here.root / "a", sheet, given)
    return said(lambda: people(here.root / "a" / "labels").of(table(here)))


CASES.many(
    26,
    instrument,
    ("-p labels: another model's run", lambda here: records.rows(here.root / "b", "asks_back"),
     "labels of another run: no turn is here; they belong to a (asks_back)"),
    ("-p labels: turns that say something else",
     lambda here: records.rows(here.root / "a", "asks_back").assign(text="x"),
     "labels of another run: 20 of 20 labelled turns say something else here; they belong to a (asks_back)"),
    ("-p labels: other units", lambda here: records.rows(here.run("far", start=500), "asks_back"),
     "labels of another run: no turn is here; they belong to a (asks_back)"),
    ("-p labels: another probe", lambda here: records.rows(here.root / "a", "asks_back").assign(probe="other"),
     "the labels of a are of asks_back; the probes here are other"),
)  # fmt: skip


@CASES(26, "-p labels: a folder without a sheet", "holds no sheet of labels: give the folder labels/ of a labelled run")
def _(bench: Bench) -> str:
    return said(people, study(bench).root / "a" / "labels")


@CASES(26, "-p labels: a sheet without labels", "has a sheet but no labels yet")
def _(bench: Bench) -> str:
    here = study(bench)
    here.sheet()
    return said(people, here.root / "a" / "labels")


# reread


def again(bench: Bench, change: Callable[[Study], str]) -> str:
    here = study(bench)
    return here.said(reread, change(here), here.root)


def without_fingerprint(here: Study) -> str:
    changed(here.root / "a" / "records" / "asks_back" / "manifest.json", model_info={})
    return "a"


def without_notebook(here: Study) -> str:
    changed(here.root / "a" / "parameters.json", place="gone.ipynb", notebook="/gone.ipynb")
    return "a"


CASES.many(
    26,
    again,
    ("reread: an unknown run", lambda _: "c", "exit 2: refused: no run 'c' in"),
    ("reread: an unfinished run", lambda here: interrupted(here)[1], "b is interrupted: interlocutor resume b"),
    ("reread: a killed run", lambda here: killed(here)[1], "b was stopped, its process is gone"),
    ("reread: records torn since the run finished", lambda here: torn(here)[1], "changed since the run finished"),
    ("reread: records that do not say their model", without_fingerprint, "do not say the whole fingerprint"),
    ("reread: the notebook is gone", without_notebook, "the notebook of a is not here: put it into notebooks/"),
)  # fmt: skip


# zip and open


def packed(bench: Bench, change: Callable[[Study], str]) -> str:
    here = study(bench)
    return here.said(packing, change(here), here.root, bench.folder / "x.zip")


def linked(here: Study) -> str:
    (here.root / "a" / "link").symlink_to("/etc/passwd")
    return "a"


CASES.many(
    26,
    packed,
    ("zip: an unknown run", lambda _: "c", "exit 2: refused: no run 'c' in"),
    ("zip: an unfinished run", lambda here: interrupted(here)[1], "b is interrupted: interlocutor resume b continues"),
    ("zip: a killed run", lambda here: killed(here)[1], "b was stopped, its process is gone"),
    ("zip: records torn since the run finished", lambda here: torn(here)[1], "changed since the run finished"),
    ("zip: a link in the run's folder", linked, "is a link: an archive holds files only; put the file in its place"),
)  # fmt: skip


def opened(bench: Bench, change: Callable[[Path], Any]) -> str:
    """What `open` says of a packed run, changed; nothing of it may lie in the folder of runs afterwards."""
    here = study(bench)
    file = pack("a", here.root, bench.folder / "a.zip")
    change(file)
    answer = here.said(opening, file, bench.folder / "there")
    return answer if not [*(bench.folder / "there").glob("[!i]*")] else "something was written"


def rewritten(change: Callable[[dict[str, bytes]], Any], mode: int = 0o100644) -> Callable[[Path], None]:
    """The archive with its entries changed, name -> content."""

    def act(file: Path) -> None:
        with zipfile.ZipFile(file) as archive:
            entries = {name: archive.read(name) for name in archive.namelist()}
        change(entries)
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in entries.items():
                info = zipfile.ZipInfo(name)
                info.external_attr = mode << 16
                archive.writestr(info, content)

    return act


def named(name: str, mode: int = 0o100644) -> Callable[[Path], None]:
    """One more entry, in the manifest as well."""

    def change(entries: dict[str, bytes]) -> None:
        told = json.loads(entries[MANIFEST])
        told["files"][name.removeprefix("a/")] = "0" * 64
        entries |= {MANIFEST: json.dumps(told).encode(), name: b"/etc/passwd"}

    return rewritten(change, mode)


CASES.many(
    26,
    opened,
    ("open: a file that is not there", lambda file: file.unlink(), "exit 2: refused:"),
    ("open: a file that is no archive", lambda file: file.write_bytes(b"not a zip"), "cannot be read as an archive"),
    ("open: a torn archive", lambda file: file.write_bytes(file.read_bytes()[:-99]), "cannot be read as an archive"),
    ("open: an archive of something else", rewritten(lambda entries: entries.pop(MANIFEST)),
     f"holds no {MANIFEST} of a run: interlocutor zip RUN makes such a file"),
    ("open: a manifest without files",
     rewritten(lambda entries: entries.update({MANIFEST: json.dumps({"kind": KIND}).encode()})),
     f"holds no {MANIFEST} of a run"),
    ("open: a name that climbs out", named("a/../../x"), "'a/../../x' leads out of the folder of the run"),
    ("open: an absolute name", named("/etc/x"), "'/etc/x' leads out of the folder of the run"),
    ("open: a name with a drive", named("C:/x"), "'C:/x' leads out of the folder of the run"),
    ("open: a link", named("a/link", 0o120777), "is a link or no plain file"),
    ("open: a file that the manifest does not name", rewritten(lambda entries: entries.update({"a/x": b""})),
     "its files are not those of its manifest"),
    ("open: an altered file", rewritten(lambda entries: entries.update({"a/claims.json": b"{}"})),
     "claims.json is not what was packed (its checksum differs); get the file again"),
)  # fmt: skip


@CASES(26, "open: a plan edited before it was packed", "not as planned: the plan was edited after it was locked")
def _(bench: Bench) -> str:
    here, path = locked(bench)
    changed(path, alpha=0.2)
    here.run(path.stem, contexts=12, started="2100-01-01T00:00:00+00:00")
    return here.said(opening, pack(path.stem, here.root, bench.folder / "x.zip"), bench.folder / "there")


@CASES(26, "open: a run of that name is there", "exists: open the archive into another folder with --out")
def _(bench: Bench) -> str:
    here = study(bench)
    return here.said(opening, pack("a", here.root, bench.folder / "a.zip"), here.root)
