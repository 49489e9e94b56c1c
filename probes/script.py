"""One trial as a running script: started up to its first question, keyed, advanced reply by reply, written down."""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from probes.core import Choice, Continuation, Continue, Model, Play, Probe, Question, Reply, Row, Scored
from probes.questions import identity, restored
from probes.records import Memory, Records
from probes.schema.names import COLUMNS, SCHEMA, TAIL

_CANONICAL = json.JSONEncoder(sort_keys=True, default=str).encode


@dataclass
class Running:
    """A trial between two questions."""

    facts: dict[str, Any]
    cluster: Any
    name: str
    play: Play
    place: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    """What it got, in the order of `asked`."""
    pending: list[Question] = field(default_factory=list)
    """What it waits for; nothing once it is finished."""
    several: bool = False
    """Whether it asked with a list, and so gets a list."""
    error: str = ""
    key: str = ""


def probe_name(kind: type[Probe]) -> str:
    """The file a probe lives in; its class name where it was written in a notebook."""
    module = kind.__module__.rpartition(".")
    return module[2] if module[0] == "probes.suite" else kind.__name__


def planned(probe: Probe, model: Model, seed: int, records: Records | Memory) -> dict[str, str]:
    """Name of every trial, in order -> its key. Each is begun, up to its first question, and let go again.

    A finished trial of other parameters that has the same key is taken over only if its script, given the recorded
    replies, asks what it asked then; else the trial gets a key of its own, and both are kept.
    Raises ValueError where two trials have the same facts or one lacks the probe's unit.
    """
    code = _code(type(probe))
    keys: dict[str, str] = {}
    for running in _begun(probe, seed):
        if running.name in keys:
            raise ValueError(f"two trials have the same facts: {running.facts}")
        first = "".join(model.digest(question) for question in running.pending)
        key = digest([model.fingerprint, type(probe).version, code, running.place, first, seed])
        if key in records.elsewhere and not _same(running, probe, records.get(key)):
            key = digest([key, records.parameters])
        keys[running.name] = key
    return keys


def started(probe: Probe, seed: int, keys: Mapping[str, str], records: Records | Memory) -> Iterator[Running]:
    """The trials that are not in the records, begun when they are asked for."""
    missing = sum(key not in records for key in keys.values())
    for running in _begun(probe, seed, lambda name: keys.get(name) not in records) if missing else ():
        if running.name not in keys:
            break
        missing -= 1
        running.key = keys[running.name]
        yield running
    if missing:
        raise ValueError(f"{probe_name(type(probe))}.trials() must give the same trials every time, and did not")


def _begun(probe: Probe, seed: int, wanted: Callable[[str], bool] = lambda name: True) -> Iterator[Running]:
    """Trials up to their first question, those whose name is wanted."""
    kind = probe_name(type(probe))
    for count, trial in enumerate(probe.trials(), 1):
        facts = _free(trial.facts())
        if probe.unit != "trial" and probe.unit not in facts:
            raise ValueError(f"trial {facts} lacks {probe.unit!r}, which the probe declares as its independent unit")
        place = digest([kind, facts])
        name = digest([seed, place])
        if wanted(name):
            rng = np.random.Generator(np.random.Philox(int(name[:32], 16)))
            running = Running(facts, facts.get(probe.unit, count), name, probe.play(trial, rng), place)
            advance(running, probe, None)
            yield running


def _same(trial: Running, probe: Probe, record: Mapping[str, Any]) -> bool:
    """Whether a trial, given the replies of a record, asks what the record says was asked."""
    rest = list(record["asked"])
    while trial.pending:
        mine, rest = rest[: len(trial.pending)], rest[len(trial.pending) :]
        if any(question.sites for question in trial.pending):
            return False
        if [part.get("question") for part in mine] != [identity(question) for question in trial.pending]:
            return False
        answered(trial, probe, [_reply(part) for part in mine])
    return not rest


def _reply(part: Mapping[str, Any]) -> Reply:
    """The reply in what `note` wrote."""
    kind = next(kind for kind in (Choice, Continuation, Scored) if kind.__name__ == part["kind"])
    own = {spec.name for spec in fields(kind)}
    return restored({name: value for name, value in part.items() if name == "kind" or name in own})


def advance(trial: Running, probe: Probe, replies: list[Reply] | None) -> None:
    """Run a trial's script to its next question or questions, collecting rows on the way."""
    sent: Any = None if replies is None else (replies if trial.several else replies[0])
    trial.pending = []
    try:
        item = trial.play.send(sent)
        while isinstance(item, Row) or item == []:
            if isinstance(item, Row):
                trial.rows.append(_row(item, probe, trial.replies))
            item = trial.play.send(None if isinstance(item, Row) else [])
        trial.several = isinstance(item, list)
        asked = item if isinstance(item, list) else [item]
        trial.pending = [_seeded(trial, question, place) for place, question in enumerate(asked)]
    except StopIteration:
        return
    except Exception as error:  # a trial that fails is a row that says so; the others go on
        trial.error = f"{type(error).__name__}: {error}"
        trial.rows.append(_row(Row(dict.fromkeys(probe.measures, "error")), probe, []))


def _seeded(trial: Running, question: Question, place: int) -> Question:
    """A seed of the trial's own stream for a sampled turn that has none; the same whether asked alone or in a list."""
    if isinstance(question, Continue) and question.seed is None and question.temperature > 0:
        return replace(question, seed=int(digest([trial.name, len(trial.asked) + place])[:15], 16))
    return question


def replay(trial: Running, probe: Probe, kept: list[dict[str, Any]]) -> None:
    """Give a trial the replies that an interrupted run got for it, as far as its questions are still the same."""
    for part in kept:
        if not trial.pending or part["question"] != _identities(trial.pending):
            return
        found = part["reply"] if isinstance(part["reply"], list) else [part["reply"]]
        answered(trial, probe, [restored(record) for record in found])


def answered(trial: Running, probe: Probe, replies: list[Reply]) -> None:
    """Keep the replies to everything a trial waited for, and go on.

    Each is an object of its own, even where a model gives the same one twice: rows are traced to replies by identity.
    """
    replies = [copy(reply) for reply in replies]
    for question, reply in zip(trial.pending, replies, strict=True):
        note(trial, question, reply)
    advance(trial, probe, replies)


def partial(trial: Running, questions: list[Question], replies: list[Reply]) -> dict[str, Any]:
    """The record of the newest replies of a trial that is not finished yet: one line, kept or lost as a whole."""
    found = [reply.record() for reply in replies]
    reply = found if len(found) > 1 else found[0]
    return {"schema": SCHEMA, "key": trial.key, "question": _identities(questions), "reply": reply}


def _identities(questions: list[Question]) -> str | list[str]:
    found = [identity(question) for question in questions]
    return found if len(found) > 1 else found[0]


def _row(row: Row, probe: Probe, replies: list[Reply]) -> dict[str, Any]:
    if set(row.values) != set(probe.measures):
        raise ValueError(f"a row brings {sorted(row.values)}, the probe declares {sorted(probe.measures)}")
    text = str(getattr(row.reply, "text", ""))
    values = {k: v if isinstance(v, str) else float(v) for k, v in row.values.items()}
    made = {"text": text, "stop": getattr(row.reply, "stop", ""), "question": _question(row, replies)}
    return {"values": values, "facts": _free(dict(row.facts)), **made}


def _question(row: Row, replies: list[Reply]) -> int | None:
    """Which of the trial's replies the row was made from: that very object, since equal texts are common."""
    return next((at for at, reply in enumerate(replies) if reply is row.reply), None)


def _free(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts become columns, so they may not take the name of one that every table has."""
    taken = sorted({*COLUMNS, *TAIL} & set(facts))
    if taken:
        raise ValueError(f"fact names {taken} are columns of every records table; choose others")
    return facts


def note(trial: Running, question: Question, reply: Reply) -> None:
    """Keep question and reply in the trial's record."""
    asked = {k: v for k, v in vars(question).items() if k not in ("transcript", "contexts", "options")}
    turns = [[turn.role, turn.text, *([] if turn.closed else [False])] for turn in question.transcript]
    settings = {k: v for k, v in asked.items() if v not in ("", (), None)}
    trial.replies.append(reply)
    trial.asked.append({"question": identity(question), "turns": turns, **settings, **reply.record()})


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
        return digest([inspect.getsource(module if module and kind.__module__ != "__main__" else kind)])
    except (OSError, TypeError):
        return kind.__qualname__


def digest(content: Any) -> str:
    """SHA-256 of the canonical JSON of anything."""
    return hashlib.sha256(_CANONICAL(content).encode()).hexdigest()
