"""Group 24: numbers and the conversations under them are those of the run in the manifest, or are refused."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from fault_table import Bench, Table, said

import probes
from analysis import atlas, calibration, export, show
from analysis.minds.tables.models import over_models
from analysis.report import records
from probes import ScriptedModel, schema

CASES = Table()
NAME = "calibration"
PROBE = probes.suite[NAME](
    topics=("logic",), levels=(1,), per_level=4, forms=("options",), kinds=("option_raw", "option_averaged")
)
OTHER = replace(PROBE, item_seed=1)


def always(first: bool) -> ScriptedModel:
    """Always takes the option shown first, or always the last one, with a probability of its own."""

    def policy(question: Any) -> dict[str, float]:
        meanings = list(question.options.values())
        taken = meanings[0 if first else -1]
        return {meaning: (0.85 if first else 0.7) if meaning == taken else 0.05 for meaning in meanings}

    return ScriptedModel(policy, name="first" if first else "last")


def ran(bench: Bench, *runs: dict[str, Any]) -> tuple[Path, Path]:
    """A run folder after several runs of one probe, and its records folder."""
    out = bench.folder / "r"
    for run in runs:
        probes.run(**{"probe": PROBE, "model": always(True), "seed": 0, "out": out} | run)
    return out, out / "records" / NAME


READERS: dict[str, Callable[[Path], Any]] = {
    "score": lambda out: calibration.score_file(out, metrics=("accuracy",), draws=20)[
        ["value", "rows"]
    ].values.tolist(),
    "rows": lambda out: records.rows(out, NAME)[["key", "measure", "value", "question"]].values.tolist(),
    "samples": lambda out: export.samples(out, NAME, out.with_suffix(".jsonl")).read_text(),
    "log": lambda out: json.loads(export.inspect_log(out, NAME, out.parent / "l").read_text())["samples"],
    "trials": lambda out: show.trials(out, NAME).html,
    "conversations": lambda out: show.transcripts(records.rows(out, NAME), out, limit=99).html,
    "widget": lambda out: show.view(records.rows(out, NAME), out).still.html,
}
"""Everything that reads a run folder for its numbers or conversations."""


def answers(out: Path) -> dict[str, str]:
    return {name: re.sub(r"\\bNone|nan\\b", "", str(read(out))) for name, read in READERS.items()}


def mixed(*runs: dict[str, Any]) -> Callable[[Bench], str]:
    """Several runs in one folder against the last of them alone in a fresh one."""

    def act(bench: Bench) -> str:
        out, _ = ran(bench, *runs)
        found = answers(out)
        shutil.rmtree(out)
        alone = answers(ran(bench, runs[-1])[0])
        same = [name for name in READERS if found[name] == alone[name]]
        return f"{len(same)} of {len(READERS)} readers see the last run alone; others: {sorted({*READERS} - {*same})}"

    return act


for given, runs in {
    "two models in one folder": ({}, {"model": always(False)}),
    "two seeds in one folder": ({}, {"seed": 1}),
    "two parameter sets in one folder": ({}, {"probe": OTHER}),
    "a run that holds part of an earlier one": ({}, {"probe": replace(PROBE, per_level=2)}),
    "four runs in one folder, the first again": ({}, {"seed": 1}, {"model": always(False)}, {"probe": OTHER}, {}),
}.items():
    CASES(24, given, "7 of 7 readers see the last run alone")(mixed(*runs))


def spoilt(spoil: Callable[[Path], Any], readers: tuple[str, ...]) -> Callable[[Bench], str]:
    """A finished run whose files were changed: every reader of them refuses it, and the same command mends it."""

    def act(bench: Bench) -> str:
        out, folder = ran(bench, {}, {"seed": 1})
        before = answers(out)
        spoil(folder)
        refused = [said(READERS[name], out) for name in readers]
        silent = [name for name, text in zip(readers, refused, strict=True) if text.startswith("accepted")]
        ran(bench, {"seed": 1})
        mended = "mended" if answers(out) == before else "not mended"
        words = re.sub(rf"{re.escape(str(out))}[/\w]*", "the folder", refused[0].replace(f"{folder}/", ""))
        words = re.sub(r"trials-\d+-\d+", "trials", words)
        return f"{len(silent)} of {len(readers)} silent, then {mended}: {words}"

    return act


def flip(path: Path, at: float) -> None:
    """One bit of the byte at a share of a file."""
    content = bytearray(path.read_bytes())
    content[int(at * (len(content) - 1))] ^= 1
    path.write_bytes(content)


def shards(folder: Path) -> list[Path]:
    return sorted(folder.glob("trials-*.jsonl"))


def manifest(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def doubled(folder: Path) -> None:
    table = pq.read_table(folder / "trials.parquet")
    pq.write_table(pa.concat_tables([table, table]), folder / "trials.parquet")
    manifest(folder, sealed=schema.sealed(folder))


def resealed(folder: Path) -> None:
    path = folder / "trials.parquet"
    parts = pq.ParquetFile(path).metadata.row_group(0)
    largest = max((parts.column(at) for at in range(parts.num_columns)), key=lambda part: part.total_compressed_size)
    end = (largest.dictionary_page_offset or largest.data_page_offset) + largest.total_compressed_size
    flip(path, (end - 3) / (path.stat().st_size - 1))  # within the data of a page: its header has no checksum
    manifest(folder, sealed=schema.sealed(folder))


def older(folder: Path) -> None:
    """A later line of a key that was altered, in a folder that was sealed anew: the earlier line must not come back."""
    first, *rest = shards(folder)[-1].read_bytes().splitlines(keepends=True)
    shards(folder)[-1].write_bytes(b"".join([first, *rest, first.replace(b"-0.1", b"-0.2", 1)]))
    manifest(folder, sealed=schema.sealed(folder))


ALL = tuple(READERS)
TALK = ("samples", "log", "trials", "conversations", "widget")
SHARD = "Unreadable: trials.jsonl in the folder changed since the run finished"
TABLE = "Unreadable: trials.parquet was changed since the run finished"
TORN = "Unreadable: manifest.json: not JSON"
UNSEALED = "Unreadable: the folder has no checksums of its files: it was made by an earlier version; run the same"
OPEN = "Unreadable: the run of calibration in the folder is not finished"
ZERO = "Unreadable: trials.parquet holds 0 trials of first, seed 7; the manifest says 4"
FOREIGN = "Unreadable: manifest.json describes a run of 'x': it belongs to another folder"
for given, spoil, readers, answer in (
    ("a digit in a record", lambda f: flip(shards(f)[-1], 0.5), TALK, SHARD),
    ("a record cut in half", lambda f: os.truncate(shards(f)[-1], 900), TALK, SHARD),
    ("a shard removed", lambda f: shards(f)[-1].unlink(), TALK, SHARD),
    ("an earlier shard removed", lambda f: shards(f)[0].unlink(), TALK, SHARD),
    ("a shard of another folder", lambda f: shutil.copy(shards(f)[0], f / "trials-9-1.jsonl"), TALK, SHARD),
    ("an altered line, sealed anew", older, TALK, "Unreadable: 1 lines of the folder were altered since"),
    ("a bit in the table", lambda f: flip(f / "trials.parquet", 0.3), ALL, TABLE),
    ("a bit in the table, sealed anew", resealed, ALL, "Unreadable: trials.parquet cannot be read"),
    ("a bit in the foot of the table", lambda f: flip(f / "trials.parquet", 0.9), ALL, TABLE),
    ("a table cut", lambda f: (f / "trials.parquet").write_bytes(b"PAR1"), ALL, TABLE),
    ("a table removed", lambda f: (f / "trials.parquet").unlink(), ALL, "FileNotFoundError: trials.parquet is missing"),
    ("every row twice, sealed anew", doubled, ALL, "Unreadable: trials.parquet holds rows of its run twice"),
    ("a folder without checksums", lambda f: manifest(f, sealed={}), ALL, UNSEALED),
    ("a folder without checksums of its records", lambda f: manifest(f, sealed={"table": "x"}), ALL, UNSEALED),
    ("a manifest of another seed", lambda f: manifest(f, seed=7), ALL, ZERO),
    ("a manifest of another probe", lambda f: manifest(f, probe="x"), ALL, FOREIGN),
    ("a manifest that is torn", lambda f: (f / "manifest.json").write_text("{"), ALL, TORN),
    ("a run that was interrupted", lambda f: manifest(f, finished=False), ALL, OPEN),
):  # fmt: skip
    CASES(24, given, f"0 of {len(readers)} silent, then mended: {answer}")(spoilt(spoil, readers))


@CASES(24, "a copied folder", "7 of 7 alike")
def _(bench: Bench) -> str:
    out, _ = ran(bench, {}, {"seed": 1})
    before = answers(out)
    after = answers(shutil.copytree(out, bench.folder / "copy" / "r"))
    return f"{sum(before[name] == after[name] for name in READERS)} of {len(READERS)} alike"


@CASES(24, "a table shown with records that were asked again", "was asked again since this table was made")
def _(bench: Bench) -> str:
    out, folder = ran(bench, {})
    table = records.rows(out, NAME)
    changed = [record | {"asked": [one | {"logprobs": {k: -v for k, v in one["logprobs"].items()}} for one in
                                   record["asked"]]} for record in schema.trials(out, NAME).values()]  # fmt: skip
    (folder / "trials-0009-1.jsonl").write_bytes(b"".join(map(schema.encode, changed)))
    manifest(folder, sealed=schema.sealed(folder))
    return said(show.transcripts, table, out)


@CASES(24, "the table file itself, of a folder of two models", "8 of 8 rows are the last run's")
def _(bench: Bench) -> str:
    out, folder = ran(bench, {}, {"model": always(False)})
    found = [calibration.tables.read(path) for path in (out, folder, folder / "trials.parquet")]
    assert all(set(table["model"]) == {"last"} for table in found)
    return f"{len(found[2])} of {len(found[0])} rows are the last run's"


@CASES(24, "all tables of a folder with two probes of one class", f"has several runs of a probe {type(PROBE).__name__}")
def _(bench: Bench) -> str:
    out, folder = ran(bench, {})
    other = shutil.copytree(folder, folder.with_name(f"{NAME}-0a"))
    manifest(other, probe=other.name, **{"class": f"elsewhere.{type(PROBE).__name__}"})
    return said(calibration.tables.read, out)


@CASES(24, "atlas and personas of a folder whose table was changed", "no axis, no model")
def _(bench: Bench) -> str:
    out, folder = ran(bench, {})
    (out / "claims.json").write_text('{"finished": true, "claims": []}')
    assert set(atlas.survey(bench.folder).rows["measure"]) >= {"knowledge"}
    flip(folder / "trials.parquet", 0.4)
    axes = "an axis" if len(atlas.survey(bench.folder).rows) else "no axis"
    return f"{axes}, {'a model' if len(over_models(out)) else 'no model'}"
