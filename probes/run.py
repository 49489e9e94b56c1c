"""The only loop: advances all trials, batches their questions, and writes every finished trial down."""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from probes.core import Continue, Model, Play, Probe, Question, Reply, Row
from probes.progress import Progress
from probes.provenance import provenance
from probes.records import SCHEMA, Records, table, write_json

WINDOW = 192
"""Trials in flight: their questions form one batch for the engine, and at most they are lost in a kill."""


@dataclass
class _Running:
    """A trial between two questions."""

    facts: dict[str, Any]
    cluster: Any
    name: str
    play: Play
    rows: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    pending: Question | None = None
    error: str = ""
    key: str = ""


def run(probe: Probe, model: Model, seed: int = 0, out: str | Path | None = None, window: int = WINDOW) -> pd.DataFrame:
    """All trials of a probe on a model: the long table, one row a measure.

    out: run folder; records go to `out/records/<probe>` and finished trials found there are not asked again.
    seed: of every trial's random stream, together with the trial's facts. window: trials in flight.
    An exception inside a trial becomes rows of status `error`; if every trial fails, the first one is raised.
    """
    name = probe_name(type(probe))
    run_facts = {
        "run": Path(out).name if out else "",
        "probe": name,
        "version": type(probe).version,
        "model": model.name,
        "fingerprint": model.fingerprint[:16],
        "seed": seed,
    }
    if out is None:
        finished = list(_finish(probe, model, seed, {}, None, window))
        _raise_if_all_failed(finished)
        return table(finished, run_facts, probe.measures)
    folder = Path(out) / "records" / name
    with Records(folder) as records:
        known = {record["key"]: record for record in records.read()}
        manifest = {**run_facts, **_manifest(probe, model), "damaged_lines": records.damaged}
        write_json(folder / "manifest.json", {**manifest, "finished": False})
        finished = list(_finish(probe, model, seed, known, records, window))
        stale = len(known) - sum(record["key"] in known for record in finished)
        frame = table(finished, run_facts, probe.measures)
        frame.map(_storable).to_parquet(folder / "trials.parquet", compression="zstd")
        counts = {"asked": len(finished), "errors": sum(bool(r["error"]) for r in finished), "stale": stale}
        write_json(folder / "manifest.json", {**manifest, "finished": True, **counts})
    _raise_if_all_failed(finished)
    return frame


def probe_name(kind: type[Probe]) -> str:
    """The file a probe lives in; its class name where it was written in a notebook."""
    module = kind.__module__.rpartition(".")
    return module[2] if module[0] == "probes.suite" else kind.__name__


def _finish(
    probe: Probe, model: Model, seed: int, known: dict[str, dict[str, Any]], records: Records | None, window: int
) -> Iterator[dict[str, Any]]:
    """Every trial's record in the order of the trials, from the shards where it is known, else from the model."""
    waiting = list(_prepare(probe, model, seed))
    order = [trial.key for trial in waiting]
    done = {key: known[key] for key in order if key in known}
    queue = iter([trial for trial in waiting if trial.key not in done])
    bar = Progress(probe_name(type(probe)), len(order), len(done))
    try:
        active: list[_Running] = []
        while True:
            active += [trial for _, trial in zip(range(window - len(active)), queue, strict=False)]
            if not active:
                break
            began = time.perf_counter()
            asking = [trial for trial in active if trial.pending is not None]
            for trial, reply in zip(asking, _answers(model, asking, bar), strict=True):
                _note(trial, reply)
                _advance(trial, probe, reply)
            fresh = [_record(trial, time.perf_counter() - began) for trial in active if trial.pending is None]
            if records:
                records.append(fresh)
            done |= {record["key"]: record for record in fresh}
            bar.advance(len(fresh))
            active = [trial for trial in active if trial.pending is not None]
    finally:
        bar.close()
    yield from (done[key] for key in order)


def _prepare(probe: Probe, model: Model, seed: int) -> Iterator[_Running]:
    """Start every trial up to its first question, and give it its key."""
    code = _code(type(probe))
    seen: set[str] = set()
    for trial in probe.trials():
        facts = trial.facts()
        if probe.unit != "trial" and probe.unit not in facts:
            raise ValueError(f"trial {facts} lacks {probe.unit!r}, which the probe declares as its independent unit")
        name = _hash([probe_name(type(probe)), facts])
        if name in seen:
            raise ValueError(f"two trials have the same facts: {facts}")
        seen.add(name)
        rng = np.random.Generator(np.random.Philox(int(_hash([seed, name])[:32], 16)))
        running = _Running(facts, facts.get(probe.unit, len(seen)), _hash([seed, name]), probe.play(trial, rng))
        _advance(running, probe, None)
        first = model.digest(running.pending) if running.pending is not None else ""
        running.key = _hash([model.fingerprint, type(probe).version, code, name, first, seed])
        yield running


def _advance(trial: _Running, probe: Probe, reply: Reply | None) -> None:
    """Run a trial's script to its next question, collecting rows on the way."""
    trial.pending = None
    try:
        item: Question | Row = next(trial.play) if reply is None else trial.play.send(reply)
        while isinstance(item, Row):
            trial.rows.append(_row(item, probe))
            item = next(trial.play)
        if isinstance(item, Continue) and item.seed is None and item.temperature > 0:
            item = replace(item, seed=int(_hash([trial.name, len(trial.asked)])[:15], 16))
        trial.pending = item
    except StopIteration:
        return
    except Exception as error:  # a trial that fails is a row that says so; the others go on
        trial.error = f"{type(error).__name__}: {error}"
        trial.rows.append({"values": dict.fromkeys(probe.measures, "error"), "facts": {}, "text": "", "stop": ""})


def _row(row: Row, probe: Probe) -> dict[str, Any]:
    if set(row.values) != set(probe.measures):
        raise ValueError(f"a row brings {sorted(row.values)}, the probe declares {sorted(probe.measures)}")
    text = str(getattr(row.reply, "text", ""))
    values = {k: v if isinstance(v, str) else float(v) for k, v in row.values.items()}
    return {"values": values, "facts": dict(row.facts), "text": text, "stop": getattr(row.reply, "stop", "")}


def _answers(model: Model, asking: list[_Running], bar: Progress) -> list[Reply]:
    questions = [trial.pending for trial in asking if trial.pending is not None]
    return model.reply(questions, progress=bar.beat) if questions else []


def _note(trial: _Running, reply: Reply) -> None:
    """Keep question and reply in the trial's record."""
    asked = {k: v for k, v in vars(trial.pending).items() if k not in ("transcript", "contexts", "options")}
    shown = trial.pending.transcript if trial.pending else ()
    turns = [[turn.role, turn.text, *([] if turn.closed else [False])] for turn in shown]
    settings = {k: v for k, v in asked.items() if v not in ("", (), None)}
    trial.asked.append({"turns": turns, **settings, **reply.record()})


def _record(trial: _Running, seconds: float) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "key": trial.key,
        "cluster": trial.cluster,
        "facts": trial.facts,
        "rows": trial.rows,
        "asked": trial.asked,
        "error": trial.error,
        "batch_seconds": round(seconds, 3),
    }


def _raise_if_all_failed(finished: list[dict[str, Any]]) -> None:
    if finished and all(record["error"] for record in finished):
        raise RuntimeError(f"all {len(finished)} trials failed; the first: {finished[0]['error']}")


def _manifest(probe: Probe, model: Model) -> dict[str, Any]:
    kind = type(probe)
    says = {"source": kind.source, "question": (inspect.getdoc(kind) or "").partition("\n")[0]}
    declared = {"measures": dict(kind.measures), "chance": dict(kind.chance), "unit": kind.unit}
    return {"parameters": probe.parameters(), **says, **declared, "model_info": dict(model.info), **provenance()}


def _code(kind: type[Probe]) -> str:
    """Source of the probe's module: a changed script is a new key."""
    try:
        return _hash([inspect.getsource(sys.modules[kind.__module__] if kind.__module__ != "__main__" else kind)])
    except (OSError, TypeError):
        return kind.__qualname__


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _storable(value: Any) -> Any:
    """Lone surrogates cannot be UTF-8; they become U+FFFD."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value
