"""The only loop: advances all trials, batches their questions, and writes every finished trial down."""

from __future__ import annotations

import inspect
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from probes.activations import Capture, Store
from probes.core import Model, Probe
from probes.files import write_json
from probes.progress import Progress
from probes.provenance import now, provenance
from probes.records import Memory, Records
from probes.schema.folder import sealed
from probes.script import Running, answered, digest, partial, planned, probe_name, replay, started, written
from probes.table import table, write

WINDOW = 192
"""Trials in flight: their questions form one batch for the engine, and at most they are lost in a kill."""


def run(
    probe: Probe,
    model: Model,
    seed: int = 0,
    out: str | Path | None = None,
    window: int = WINDOW,
    capture: Capture | None = None,
) -> pd.DataFrame:
    """All trials of a probe on a model: the long table, one row a measure.

    out: run folder; records go to `out/records/<probe>` and finished trials found there are not asked again.
    seed: of every trial's random stream, together with the trial's facts. window: trials in flight.
    capture: activations to stream to the records folder; answers and trial keys are those of a run without.
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
        if capture:
            raise ValueError("activations are streamed to the run folder: capture needs out")
        memory = Memory()
        return _table(memory, _finish(probe, model, seed, memory, window), run_facts, probe)[0]
    folder = Path(out) / "records" / name
    told = _manifest(probe, model)
    with Records(folder, digest(probe.parameters())) as records:
        told |= {"capture": capture.names} if capture else {}
        manifest = {**run_facts, **told, "damaged_lines": records.trials.damaged}
        write_json(folder / "manifest.json", {**manifest, "finished": False})
        store = Store(folder, capture) if capture else None
        order = _finish(probe, model, seed, records, window, store)
        frame, errors = _table(records, order, run_facts, probe)
        write(frame, folder / "trials.parquet", records.parameters)
        counts = {
            "asked": len(order),
            "errors": errors,
            "stale": len(records) - len(order),
            "sealed": sealed(folder),
            "ended": now(),
        }
        write_json(folder / "manifest.json", {**manifest, "finished": True, **counts})
        records.forget_replies()
    return frame


def _finish(
    probe: Probe, model: Model, seed: int, records: Records | Memory, window: int, store: Store | None = None
) -> list[str]:
    """The keys of all trials in their order, every one of them in the records: known there or asked now.

    Every trial is begun twice: once for its key, so that whatever is wrong with the probe is said before the model is
    asked, and once for its turn. In between only the key is kept, so memory does not grow with what trials hold.
    """
    keys = planned(probe, model, seed, records)
    if store:
        store.ask_again(keys.values(), records)
    missing = sum(key not in records for key in keys.values())
    kept, queue = records.begun(), started(probe, seed, keys, records)
    bar = Progress(probe_name(type(probe)), len(keys), len(keys) - missing, probe.steps())
    active: list[Running] = []
    try:
        while True:
            for trial in islice(queue, window - len(active)):
                parts = kept.pop(trial.key, [])
                replay(trial, probe, store.covered(trial.key, parts) if store else parts)
                bar.answered(len(trial.asked))
                active.append(trial)
            if not active:
                return list(keys.values())
            _step(probe, model, active, records, bar, store)
            active = [trial for trial in active if trial.pending]
    finally:
        bar.close()


def _step(
    probe: Probe,
    model: Model,
    active: list[Running],
    records: Records | Memory,
    bar: Progress,
    store: Store | None = None,
) -> None:
    """Answer what every active trial waits for, and write down what was answered and what is finished."""
    began = time.perf_counter()
    asking = [(trial, trial.pending) for trial in active if trial.pending]
    questions = [question for _, pending in asking for question in pending]
    asked = [store.capture.asking(question) for question in questions] if store else questions
    given = model.reply(asked, progress=bar.beat) if asked else []
    if store:  # on the disk before the trials they belong to
        places = [(trial.key, len(trial.asked) + at) for trial, pending in asking for at in range(len(pending))]
        store.keep(list(zip(places, questions, given, strict=True)))
    replies = iter(given)
    parts = []
    for trial, pending in asking:
        mine = list(islice(replies, len(pending)))
        answered(trial, probe, mine)
        if trial.pending and not any(question.sites for question in pending):
            parts.append(partial(trial, pending, mine))
        bar.answered(len(pending))
    finished = [trial for trial in active if not trial.pending]
    records.add(parts, [written(trial, time.perf_counter() - began) for trial in finished])
    for trial in finished:
        bar.finished(len(trial.asked))


def _table(
    records: Records | Memory, order: list[str], run_facts: dict[str, Any], probe: Probe
) -> tuple[pd.DataFrame, int]:
    """(the table, number of trials that failed); RuntimeError where that is all of them."""
    failed: list[str] = []

    def read() -> Iterator[Mapping[str, Any]]:
        for key in order:
            record = records.get(key)
            if record["error"]:
                failed.append(record["error"] if not failed else "")
            yield record

    frame = table(read(), run_facts, probe.measures)
    if failed and len(failed) == len(order):
        raise RuntimeError(f"all {len(order)} trials failed; the first: {failed[0]}")
    return frame, len(failed)


def _manifest(probe: Probe, model: Model) -> dict[str, Any]:
    kind = type(probe)
    says = {"source": kind.source, "question": (inspect.getdoc(kind) or "").partition("\n")[0]}
    declared = {"measures": dict(kind.measures), "chance": dict(kind.chance), "unit": kind.unit}
    return {"parameters": probe.parameters(), **says, **declared, "model_info": dict(model.info), **provenance()}
