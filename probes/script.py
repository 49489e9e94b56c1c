"""One trial as a running script: started up to its first question, keyed, advanced reply by reply, written down."""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from probes.core import Continue, Model, Play, Probe, Question, Reply, Row
from probes.questions import identity, restored
from probes.records import COLUMNS, SCHEMA, TAIL


@dataclass
class Running:
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


def probe_name(kind: type[Probe]) -> str:
    """The file a probe lives in; its class name where it was written in a notebook."""
    module = kind.__module__.rpartition(".")
    return module[2] if module[0] == "probes.suite" else kind.__name__


def prepare(probe: Probe, model: Model, seed: int) -> Iterator[Running]:
    """Start every trial up to its first question, and give it its key."""
    code = _code(type(probe))
    seen: set[str] = set()
    for trial in probe.trials():
        facts = _free(trial.facts())
        if probe.unit != "trial" and probe.unit not in facts:
            raise ValueError(f"trial {facts} lacks {probe.unit!r}, which the probe declares as its independent unit")
        name = _hash([probe_name(type(probe)), facts])
        if name in seen:
            raise ValueError(f"two trials have the same facts: {facts}")
        seen.add(name)
        rng = np.random.Generator(np.random.Philox(int(_hash([seed, name])[:32], 16)))
        running = Running(facts, facts.get(probe.unit, len(seen)), _hash([seed, name]), probe.play(trial, rng))
        advance(running, probe, None)
        first = model.digest(running.pending) if running.pending is not None else ""
        running.key = _hash([model.fingerprint, type(probe).version, code, name, first, seed])
        yield running


def advance(trial: Running, probe: Probe, reply: Reply | None) -> None:
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


def replay(trial: Running, probe: Probe, kept: list[dict[str, Any]]) -> None:
    """Give a trial the replies that an interrupted run got for it, as far as its questions are still the same."""
    for part in kept:
        if trial.pending is None or part["question"] != identity(trial.pending):
            return
        reply = restored(part["reply"])
        note(trial, reply)
        advance(trial, probe, reply)


def partial(trial: Running, question: Question, reply: Reply) -> dict[str, Any]:
    """The record of one reply of a trial that is not finished yet."""
    return {"schema": SCHEMA, "key": trial.key, "question": identity(question), "reply": reply.record()}


def _row(row: Row, probe: Probe) -> dict[str, Any]:
    if set(row.values) != set(probe.measures):
        raise ValueError(f"a row brings {sorted(row.values)}, the probe declares {sorted(probe.measures)}")
    text = str(getattr(row.reply, "text", ""))
    values = {k: v if isinstance(v, str) else float(v) for k, v in row.values.items()}
    return {"values": values, "facts": _free(dict(row.facts)), "text": text, "stop": getattr(row.reply, "stop", "")}


def _free(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts become columns, so they may not take the name of one that every table has."""
    taken = sorted({*COLUMNS, *TAIL} & set(facts))
    if taken:
        raise ValueError(f"fact names {taken} are columns of every records table; choose others")
    return facts


def note(trial: Running, reply: Reply) -> None:
    """Keep question and reply in the trial's record."""
    asked = {k: v for k, v in vars(trial.pending).items() if k not in ("transcript", "contexts", "options")}
    shown = trial.pending.transcript if trial.pending else ()
    turns = [[turn.role, turn.text, *([] if turn.closed else [False])] for turn in shown]
    settings = {k: v for k, v in asked.items() if v not in ("", (), None)}
    trial.asked.append({"turns": turns, **settings, **reply.record()})


def written(trial: Running, seconds: float) -> dict[str, Any]:
    """The JSON record of a finished trial; `seconds` is the time of the batch it finished in."""
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


def _code(kind: type[Probe]) -> str:
    """Hash of the source of the probe's module: a changed script is a new key."""
    module = sys.modules.get(kind.__module__)
    try:
        return _hash([inspect.getsource(module if module and kind.__module__ != "__main__" else kind)])
    except (OSError, TypeError):
        return kind.__qualname__


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
