"""Group 24: what happens to the files of a run folder, and to the process that writes them, between two runs."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cases_identity import same
from fault_table import Bench, Table, said
from identity_subject import Asking, Counted, Subject, echoing

import probes
from probes import Choose, Continue, Probe, Row, ScriptedModel, Transcript, Trial, schema
from probes.core.records import Records
from probes.schema.lines import encode

CASES = Table()


def shards(out: Path, probe: str = "Subject") -> list[Path]:
    return sorted((out / "records" / probe).glob("trials-*.jsonl"))


def manifest(out: Path, probe: str = "Subject") -> dict[str, Any]:
    return json.loads((out / "records" / probe / "manifest.json").read_text())


def spoilt(bench: Bench, spoil: Callable[[Path], Any]) -> str:
    """Two runs that differ in a later question, their files spoilt, the second run again."""
    model, out = Counted(), bench.folder
    probes.run(Subject(), model, out=out)
    with Asking(second="And now, {}?"):
        wanted = probes.run(Subject(), model, out=out)
        model.asked = 0
        spoil(out)
        found = probes.run(Subject(), model, out=out)
    stored = schema.table(out, "Subject").to_pandas()["value"].tolist()
    whole = same(found, wanted) and stored == wanted["value"].tolist()
    lines = manifest(out)
    return (f"{'as before' if whole else 'other rows'}, {model.asked} asked, {lines['damaged_lines']} damaged, "
            f"{lines['outdated_lines']} outdated")  # fmt: skip


def altered(word: bytes, shard: int = -1) -> Callable[[Path], None]:
    """One bit behind a word of a shard is another."""

    def spoil(out: Path) -> None:
        path = shards(out)[shard]
        content = path.read_bytes()
        place = content.index(word) + len(word)
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])

    return spoil


def moved(before: str, after: str) -> Callable[[Path], None]:
    """The shards get other numbers, so that what was latest comes first."""

    def spoil(out: Path) -> None:
        for path in shards(out):
            path.rename(path.with_name(path.name.replace(f"trials-{before}", f"trials-{after}", 1)))

    return spoil


def other_values(out: Path) -> None:
    path = out / "records" / "Subject" / "trials.parquet"
    pd.read_parquet(path).assign(value=7.0).to_parquet(path)


def old_schema(out: Path) -> None:
    old = {"schema": 1, "key": "0" * 64, "rows": [], "asked": [{"question": "x", "kind": "Choice"}], "error": ""}
    (out / "records" / "Subject" / "trials-0009-1.jsonl").write_bytes(encode(old))


def twice(out: Path) -> None:
    newest = shards(out)[-1]
    newest.with_name("trials-0009-1.jsonl").write_bytes(newest.read_bytes())


def removed(*names: str) -> Callable[[Path], None]:
    def spoil(out: Path) -> None:
        for name in names:
            for path in (out / "records" / "Subject").glob(name):
                path.unlink()

    return spoil


CASES.many(
    24,
    spoilt,
    ("nothing happened to the files", lambda out: None, "as before, 0 asked, 0 damaged, 0 outdated"),
    ("the newest shard was removed", lambda out: shards(out)[-1].unlink(), "as before, 4 asked, 0 damaged"),
    ("the oldest shard was removed", lambda out: shards(out)[0].unlink(), "as before, 0 asked, 0 damaged"),
    ("all shards were removed", removed("trials-*.jsonl"), "as before, 8 asked"),
    ("the shards in another order", moved("0001", "0000-a"), "as before, 0 asked, 0 damaged"),
    ("a shard is there twice", twice, "as before, 0 asked, 0 damaged"),
    ("a bit of a text", altered(b'"text":"'), "as before, 1 asked, 1 damaged"),
    ("a bit of a log-probability", altered(b'"logprobs":{"A":'), "as before, 1 asked, 1 damaged"),
    ("a bit of the kind of a reply", altered(b'"kind":"C'), "as before, 1 asked, 1 damaged"),
    ("a bit of a checksum", altered(b'{"crc":'), "as before, 1 asked, 1 damaged"),
    ("a bit of what was asked", altered(b'"turns":[["user","'), "as before, 1 asked, 1 damaged"),
    ("a bit of an older record", altered(b'"text":"', 0), "as before, 0 asked, 1 damaged"),
    ("the table was altered", other_values, "as before, 0 asked, 0 damaged"),
    ("the table was removed", removed("trials.parquet"), "as before, 0 asked, 0 damaged"),
    ("the manifest was removed", removed("manifest.json"), "as before, 0 asked, 0 damaged"),
    ("the sessions were removed", removed("sessions-*.jsonl"), "as before, 0 asked, 0 damaged"),
    ("a record of schema 1", old_schema, "as before, 0 asked, 0 damaged, 1 outdated"),
)


@CASES(24, "a record of schema 1 is told of", "1 records in Subject were made by an earlier version")
def _(bench: Bench) -> str:
    probes.run(Subject(), Counted(), out=bench.folder)
    old_schema(bench.folder)
    with pytest.warns(UserWarning, match="earlier version") as told:
        probes.run(Subject(), Counted(), out=bench.folder)
    return str(told[0].message).replace(f"{bench.folder}/records/", "")


def made(module: str, text: str) -> type[Probe]:
    """A probe named Subject from a module of its own."""

    class Other(Subject):
        """Asks something else."""

        def play(self, trial, rng):
            reply = yield Choose(Transcript().user(f"{text} {trial.item}"), {"A": "a", "B": "b"})
            yield Row({"score": float(len(text))}, {}, reply)

    Other.__name__ = Other.__qualname__ = "Subject"
    Other.__module__ = module
    return Other


@CASES(24, "two probes of one class name", "2 folders, 2 of 2 tables are their own")
def _(bench: Bench) -> str:
    tables = [probes.run(made(*each)(), Counted(), out=bench.folder) for each in (("one", "x"), ("two", "long"))]
    own = sum(schema.table(bench.folder, table["probe"].iloc[0])["value"].to_pylist() == table["value"].tolist()
              for table in tables)  # fmt: skip
    return f"{len(list((bench.folder / 'records').iterdir()))} folders, {own} of 2 tables are their own"


@CASES(24, "the first of two probes of one class name again", "as before, 2 folders")
def _(bench: Bench) -> str:
    first, *_ = [probes.run(made(*each)(), Counted(), out=bench.folder) for each in (("one", "x"), ("two", "long"))]
    again = probes.run(made("one", "x")(), Counted(), out=bench.folder)
    folders = len(list((bench.folder / "records").iterdir()))
    return f"{'as before' if same(again, first) else 'other'}, {folders} folders"


@dataclass(frozen=True)
class Twice(Subject):
    """Two items of one name."""

    def trials(self):
        return iter([Trial(item=1), Trial(item=2), Trial(item=1)])


@CASES(24, "two items of one name", "two trials have the same facts: {'item': 1}; 0 asked")
def _(bench: Bench) -> str:
    model = Counted()
    return f"{said(probes.run, Twice(), model, out=bench.folder)}; {model.asked} asked"


class Item:
    """Brings a fact."""

    def __init__(self, name: str) -> None:
        self.name = name

    def facts(self):
        return {"name": self.name}


@CASES(24, "two facts of one name", "two values of one fact 'name': 'a' and 'b'")
def _(bench: Bench) -> str:
    return said(Trial(left=Item("a"), right=Item("b")).facts)


@CASES(24, "a trial that fails is run again", "1 error, 2 asked again, then 0 errors, 0 asked")
def _(bench: Bench) -> str:
    model, words = Counted(), []
    with Asking(second="ask {}", failing=1):
        table = probes.run(Subject(), model, out=bench.folder)
        words.append(f"{(table['status'] == 'error').sum()} error")
        model.asked = 0
        probes.run(Subject(), model, out=bench.folder)
        words.append(f"{model.asked} asked again")
    model.asked = 0
    with Asking(second="ask {}"):
        mended = probes.run(Subject(), model, out=bench.folder)
    return f"{', '.join(words)}, then {(mended['status'] == 'error').sum()} errors, {model.asked} asked"


@CASES(24, "a rule that fails once", "0 errors")
def _(bench: Bench) -> str:
    count = iter(range(100))
    with Asking(rule=lambda text: 1.0 / (next(count) or 0)):
        table = probes.run(Subject(), Counted(), out=bench.folder)
    return f"{(table['status'] == 'error').sum()} errors"


@CASES(24, "code that changes during a run", "rules.py changed while the run went on; no table; then as fresh, 0 asked")
def _(bench: Bench) -> str:
    helper = bench.folder / "home" / "rules.py"
    helper.parent.mkdir()
    helper.write_text("LIMIT = 1")
    bench.monkeypatch.setattr("probes.core.source.HOME", helper.parent)
    bench.monkeypatch.setattr("probes.core.source.IMPORTED", {})

    class Pulling(Counted):
        def reply(self, questions, progress=None):
            helper.write_text("LIMIT = 2")
            return super().reply(questions, progress)

    model, out = Pulling(), bench.folder / "r"
    refused = said(probes.run, Subject(), model, out=out).partition(". ")[0].partition(": ")[2]
    table = "a table" if (out / "records" / "Subject" / "trials.parquet").exists() else "no table"
    model.asked = 0
    again = same(probes.run(Subject(), model, out=out), probes.run(Subject(), Counted()))
    return f"{refused}; {table}; then {'as fresh' if again else 'stale'}, {model.asked} asked"


@CASES(24, "a data file that is added during a run", "more.yaml changed while the run went on")
def _(bench: Bench) -> str:
    home = bench.folder / "home"
    home.mkdir()
    bench.monkeypatch.setattr("probes.core.source.HOME", home)
    bench.monkeypatch.setattr("probes.core.source.IMPORTED", {})

    class Adding(Counted):
        def reply(self, questions, progress=None):
            (home / "more.yaml").write_text("item: 1")
            return super().reply(questions, progress)

    return said(probes.run, Subject(), Adding(), out=bench.folder / "r").partition(". ")[0].partition(": ")[2]


@dataclass(frozen=True)
class Inside(Probe):
    """Reads an activation that its own question names."""

    measures = {"norm": "length"}
    source = "made for this test"
    scale = [1.0]

    def trials(self):
        return (Trial(item=k) for k in range(3))

    def play(self, trial, rng):
        site = "blocks.1.hook_resid_post"
        reply = yield Choose(Transcript().user(f"{trial.item}?"), {"A": "a", "B": "b"}, sites=(site,))
        yield Row({"norm": float(np.linalg.norm(reply.activations[f"{site}@last"])) * self.scale[0]}, {}, reply)


def activations(bench: Bench, act: Callable[[Path], Any]) -> str:
    """A run that reads activations, something that happens, the run again."""
    model = Counted(bench.tiny)
    first = probes.run(Inside(), model, out=bench.folder)
    model.asked = 0
    act(bench.folder / "records" / "Inside")
    try:
        ratio = probes.run(Inside(), model, out=bench.folder)["value"] / first["value"]
    finally:
        Inside.scale[0] = 1.0
    return f"{ratio.mean():.3f} times, {model.asked} asked"


def removed_sites(folder: Path) -> None:
    next(folder.glob("sites-*")).unlink()


CASES.many(
    24,
    activations,
    ("activations, nothing changed", lambda folder: None, "1.000 times, 0 asked"),
    ("activations read by another rule", lambda folder: Inside.scale.__setitem__(0, 2.0), "2.000 times, 0 asked"),
    ("the file of activations was removed", removed_sites, "1.000 times, 3 asked"),
)


@dataclass(frozen=True)
class Restless(Subject):
    """Asks something else every time."""

    def play(self, trial, rng):
        reply = yield Choose(Transcript().user(f"{next(COUNT)}?"), {"A": "a", "B": "b"})
        yield Row({"score": 1.0}, {}, reply)


COUNT = iter(range(10_000))


@CASES(24, "a script that asks something else every time", "must ask the same questions every time, and did not")
def _(bench: Bench) -> str:
    return said(probes.run, Restless(), Counted(), out=bench.folder)


@CASES(24, "another model into the same folder, and the first again", "as alone, 8 asked, as alone, 0 asked")
def _(bench: Bench) -> str:
    words = []
    probes.run(Subject(), Counted(), out=bench.folder)
    for inner in (ScriptedModel(echoing("loud"), "scripted:loud"), ScriptedModel(echoing("quiet"), "scripted:quiet")):
        model = Counted(inner)
        used = probes.run(Subject(), model, out=bench.folder)
        asked = model.asked
        words.append(f"{'as alone' if same(used, probes.run(Subject(), model)) else 'mixed'}, {asked} asked")
    return ", ".join(words)


@dataclass(frozen=True)
class Sampled(Subject):
    """A sampled turn; `temperature` is a parameter."""

    temperature: float = 1.0

    def play(self, trial, rng):
        reply = yield Continue(Transcript().user(f"{trial.item}"), temperature=self.temperature, max_tokens=6)
        yield Row({"score": float(len(reply.ids))}, {}, reply)


@CASES(24, "another temperature, another seed", "as fresh, 12 asked")
def _(bench: Bench) -> str:
    model, alike = Counted(bench.tiny), True
    for temperature, seed in ((1.0, 0), (0.5, 0), (1.0, 1)):
        used = probes.run(Sampled(temperature=temperature), model, seed=seed, out=bench.folder)
        alike &= same(used, probes.run(Sampled(temperature=temperature), bench.tiny, seed=seed))
    return f"{'as fresh' if alike else 'stale'}, {model.asked} asked"


@CASES(24, "what every record says of its origin", "4 of 4 with commit, dirty, packages, code, fingerprint; no rows")
def _(bench: Bench) -> str:
    probes.run(Subject(), Counted(), out=bench.folder)
    records = Records(bench.folder / "records" / "Subject")
    sessions = {session["session"]: session for session in records.sessions.read()}
    kept = list(records.trials.read())
    names = ("commit", "dirty", "packages", "code", "fingerprint")
    whole = sum(set(names) <= set(sessions[record["session"]]) for record in kept)
    rows = "rows" if any({"rows", "values"} & set(record) for record in kept) else "no rows"
    return f"{whole} of {len(kept)} with {', '.join(names)}; {rows}"


def judged(out: Path, probe: Probe, model: Any) -> str:
    """The same command after a failure: what is lost or doubled of the trials, and whether the rows are right."""
    found = probes.run(probe, model, out=out)
    keys = [record["key"] for record in Records(out / "records" / "Subject").trials.read()]
    right = same(found, probes.run(probe, Counted()))
    return f"{12 - len(set(keys))} lost, {len(keys) - len(set(keys))} doubled, {'right' if right else 'other'} rows"


def failing(number: int, real: Callable[..., Any], fired: list[int]) -> Callable[..., Any]:
    """A function of `os` whose call of that number fails; `fired` says that it did."""
    calls = iter(range(10**6))

    def call(*given: Any) -> Any:
        if next(calls) == number:
            fired.append(number)
            raise OSError(errno.EIO if number % 2 else errno.ENOSPC, "made to fail")
        return real(*given)

    return call


def failing_disk(bench: Bench, name: str) -> str:
    """Each call of `os.fsync` or `os.replace` that a run makes fails once, in a run of its own, until none is left."""
    words, fired, probe = set(), [], Subject(items=12)
    for number in range(100):
        out, model = bench.folder / str(number), Counted()
        with bench.monkeypatch.context() as patch, contextlib.suppress(OSError):
            patch.setattr(os, name, failing(number, getattr(os, name), fired))
            probes.run(probe, model, out=out, window=2)
        if number not in fired:
            break
        words.add(judged(out, probe, model))
        assert model.asked <= 24 + 2 * 2, "more than a window was lost"
    return f"{'; '.join(sorted(words))}; {len(fired)} calls failed"


CASES.many(
    24,
    failing_disk,
    ("each fsync of a run fails once", "fsync", "0 lost, 0 doubled, right rows; 16 calls failed"),
    ("each replacing of a file fails once", "replace", "0 lost, 0 doubled, right rows; 3 calls failed"),
)


@CASES(24, "a disk that is full, at eight levels", "0 lost, 0 doubled, right rows; full 8 times")
def _(bench: Bench) -> str:
    from cases_records import Limited

    words, full = set(), 0
    for level in (200, 700, 1_500, 2_500, 3_500, 4_500, 5_500, 6_500):
        model, out = Counted(), bench.folder / str(level)
        try:
            with Limited(level):
                probes.run(Subject(items=12), model, out=out, window=2)
        except OSError:
            full += 1
        words.add(judged(out, Subject(items=12), model))
    return f"{'; '.join(sorted(words))}; full {full} times"


@CASES(24, "another partner in a used folder, then the first", "as fresh, as fresh, 0 asked for the first again")
def _(bench: Bench) -> str:
    probe = probes.suite.repeated_game(opponents=("partner",), rounds=2, decision="argmax")
    load = probes.load_model
    company = {
        name: probes.Company(Counted(load("scripted:uniform")), partner=load(f"scripted:{name}"))
        for name in ("first", "last")
    }
    fresh = {name: probes.run(probe, one, out=bench.folder / name / "r") for name, one in company.items()}
    used = {name: probes.run(probe, company[name], out=bench.folder / "r") for name in ("first", "last")}
    before = company["first"].model.asked
    again = probes.run(probe, company["first"], out=bench.folder / "r")
    told = ", ".join("as fresh" if same(fresh[name], used[name]) else "other" for name in ("first", "last"))
    assert same(again, fresh["first"])
    assert not same(fresh["first"], fresh["last"])
    return f"{told}, {company['first'].model.asked - before} asked for the first again"
