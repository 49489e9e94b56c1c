"""The only loop: advances all trials, batches their questions, and writes every finished trial down."""

from __future__ import annotations

import inspect
import time
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from probes.core import Model, Probe
from probes.progress import Progress
from probes.provenance import provenance
from probes.records import Records, table, write_json
from probes.script import Running, advance, note, partial, prepare, probe_name, replay, written

WINDOW = 192
"""Trials in flight: their questions form one batch for the engine, and at most they are lost in a kill."""


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
        finished = _finish(probe, model, seed, None, {}, window)
        _raise_if_all_failed(finished)
        return table(finished, run_facts, probe.measures)
    folder = Path(out) / "records" / name
    with Records(folder) as records:
        known = {record["key"]: record for record in records.trials.read()}
        manifest = {**run_facts, **_manifest(probe, model), "damaged_lines": records.trials.damaged}
        write_json(folder / "manifest.json", {**manifest, "finished": False})
        finished = _finish(probe, model, seed, records, known, window)
        stale = len(known) - sum(record["key"] in known for record in finished)
        frame = table(finished, run_facts, probe.measures)
        frame.map(_storable).to_parquet(folder / "trials.parquet", compression="zstd")
        counts = {"asked": len(finished), "errors": sum(bool(r["error"]) for r in finished), "stale": stale}
        write_json(folder / "manifest.json", {**manifest, "finished": True, **counts})
        records.forget_replies()
    _raise_if_all_failed(finished)
    return frame


def _finish(
    probe: Probe, model: Model, seed: int, records: Records | None, known: dict[str, dict[str, Any]], window: int
) -> list[dict[str, Any]]:
    """Every trial's record in the order of the trials, from the shards where it is known, else from the model."""
    kept: dict[str, list[dict[str, Any]]] = {}
    for part in records.replies.read() if records else ():
        kept.setdefault(part["key"], []).append(part)
    waiting = list(prepare(probe, model, seed))
    order = [trial.key for trial in waiting]
    done = {key: known[key] for key in order if key in known}
    queue = iter([trial for trial in waiting if trial.key not in done])
    bar = Progress(probe_name(type(probe)), len(order), len(done), probe.steps())
    active: list[Running] = []
    try:
        while True:
            for trial in islice(queue, window - len(active)):
                replay(trial, probe, kept.get(trial.key, []))
                bar.answered(len(trial.asked))
                active.append(trial)
            if not active:
                return [done[key] for key in order]
            fresh = _step(probe, model, active, records, bar)
            done |= {record["key"]: record for record in fresh}
            active = [trial for trial in active if trial.pending is not None]
    finally:
        bar.close()


def _step(
    probe: Probe, model: Model, active: list[Running], records: Records | None, bar: Progress
) -> list[dict[str, Any]]:
    """Answer one question of every active trial; write down what was answered; return the finished trials."""
    began = time.perf_counter()
    asking = [(trial, trial.pending) for trial in active if trial.pending is not None]
    replies = model.reply([question for _, question in asking], progress=bar.beat) if asking else []
    parts = []
    for (trial, question), reply in zip(asking, replies, strict=True):
        note(trial, reply)
        advance(trial, probe, reply)
        if trial.pending is not None and not question.sites:
            parts.append(partial(trial, question, reply))
        bar.answered(1)
    finished = [trial for trial in active if trial.pending is None]
    fresh = [written(trial, time.perf_counter() - began) for trial in finished]
    if records:
        records.replies.append(parts)
        records.trials.append(fresh)
    for trial in finished:
        bar.finished(len(trial.asked))
    return fresh


def _raise_if_all_failed(finished: list[dict[str, Any]]) -> None:
    if finished and all(record["error"] for record in finished):
        raise RuntimeError(f"all {len(finished)} trials failed; the first: {finished[0]['error']}")


def _manifest(probe: Probe, model: Model) -> dict[str, Any]:
    kind = type(probe)
    says = {"source": kind.source, "question": (inspect.getdoc(kind) or "").partition("\n")[0]}
    declared = {"measures": dict(kind.measures), "chance": dict(kind.chance), "unit": kind.unit}
    return {"parameters": probe.parameters(), **says, **declared, "model_info": dict(model.info), **provenance()}


def _storable(value: Any) -> Any:
    """Lone surrogates cannot be UTF-8; they become U+FFFD."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value
