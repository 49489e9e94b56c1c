"""One trial as a running script: begun, advanced reply by reply, its rows and exchanges collected."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from probes.core.probe import Model, Play, Probe, Row, Trial
from probes.core.questions import Continue, Question, Reply, identity, restored
from probes.core.transcript import Transcript
from probes.core.yields import Ended, in_order, kind_of, measured, step
from probes.schema.lines import encode
from probes.schema.names import COLUMNS, SCHEMA, TAIL

_CANONICAL = json.JSONEncoder(sort_keys=True, default=str).encode


@dataclass
class Plan:
    """A trial that has not begun: its facts, its independent unit, and the name that seeds its random stream."""

    trial: Trial
    facts: dict[str, Any]
    cluster: Any
    name: str


@dataclass
class Running:
    """A trial between two questions."""

    plan: Plan
    model: Model
    play: Play
    rows: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    """Exchanges so far: what was asked and what was replied, as the record keeps them."""
    replies: list[Reply] = field(default_factory=list)
    """The replies of `asked`, in its order."""
    pending: list[Question] = field(default_factory=list)
    """What it waits for; nothing once it is finished."""
    several: bool = False
    """Whether it asked with a list, and so gets a list."""
    error: str = ""
    replayed: int = 0
    """How many of the replies came from the records."""
    afresh: bool = False
    """Whether it is to be asked everything anew."""

    def asks(self) -> list[str]:
        """`ask` of every pending question."""
        return [ask(self.model, question) for question in self.pending]

    def key(self) -> str:
        """Hash of model, trial and everything that was asked: records of one key hold the same questions."""
        asks = [exchange["ask"] for exchange in self.asked]
        return digest([self.model.fingerprint, self.plan.name, asks])


def probe_name(kind: type[Probe]) -> str:
    """The file a probe lives in; its class name where it was written in a notebook."""
    package, _, name = kind.__module__.rpartition(".")
    return name if package.startswith("probes.") and package.endswith(".suite") else kind.__name__


def ask(model: Model, question: Question) -> str:
    """Hash of model, words, settings and seed: whatever has it is a reply to exactly this question.

    ValueError where it is addressed to a partner that the model does not have, TypeError without a transcript.
    """
    if not isinstance(question.transcript, Transcript):
        given = type(question.transcript).__name__
        raise TypeError(f"{type(question).__name__} needs a Transcript (probes.Transcript().user(...)), not a {given}")
    if question.to and question.to not in getattr(model, "partners", {}):
        raise ValueError(missing(question.to))
    seed = getattr(question, "seed", None)
    return hashlib.sha256(f"{model.fingerprint} {identity(question)} {seed}".encode()).hexdigest()[:32]


def missing(partner: str) -> str:
    """What to do where a partner is asked that nobody brought."""
    return (f"questions go to {partner!r}, and there is no such model: give "
            f"load_model(..., {partner}=MODEL), in notebooks -p {partner}=MODEL")  # fmt: skip


def plans(probe: Probe, seed: int) -> Iterator[Plan]:
    """All trials in order. ValueError where two have the same facts, or one lacks the probe's unit."""
    kind, seen = probe_name(type(probe)), set()
    for count, trial in enumerate(probe.trials() or (), 1):
        if not isinstance(trial, Trial):
            raise TypeError(f"{kind}.trials() must give Trials, not {kind_of(trial)}")
        facts = _free(trial.facts())
        if probe.unit != "trial" and probe.unit not in facts:
            raise ValueError(f"trial {facts} lacks {probe.unit!r}, which the probe declares as its independent unit")
        _recordable(facts)
        name = digest([seed, digest([kind, facts])])
        if (short := bytes.fromhex(name[:32])) in seen:
            raise ValueError(f"two trials have the same facts: {facts}")
        seen.add(short)
        yield Plan(trial, facts, facts.get(probe.unit, count), name)


def _recordable(facts: dict[str, Any]) -> None:
    """ValueError for a fact that no record can hold, before anything is asked."""
    for name, value in facts.items():
        try:
            encode({name: value})
        except (TypeError, ValueError) as error:
            raise ValueError(f"fact {name}={value!r} cannot stand in a record: {error}") from error


def begin(plan: Plan, probe: Probe, model: Model) -> Running:
    """A trial up to its first question."""
    rng = np.random.Generator(np.random.Philox(int(plan.name[:32], 16)))
    running = Running(plan, model, probe.play(plan.trial, rng))
    advance(running, probe, None)
    return running


def advance(trial: Running, probe: Probe, replies: list[Reply] | None) -> None:
    """Run a trial's script to its next question or questions, collecting rows on the way."""
    sent: Any = None if replies is None else (replies if trial.several else replies[0])
    trial.pending = []
    try:
        while not trial.pending:
            rows, asked, trial.several = in_order(step(trial.play, sent, trial.rows))
            trial.rows += [_row(row, probe, trial.replies) for row in rows]
            trial.pending = [_seeded(trial, question, place) for place, question in enumerate(asked)]
            sent = [] if trial.several else None  # what a script gets back for a row, or for an empty list
    except Ended:
        return
    except Exception as error:  # a trial that fails is a row that says so; the others go on
        trial.error = f"{type(error).__name__}: {error}"
        values = dict.fromkeys(probe.measures, "error")
        trial.rows.append({"values": values, "facts": {}, "question": None, "text": "", "stop": ""})


def _seeded(trial: Running, question: Question, place: int) -> Question:
    """A seed of the trial's own stream for a sampled turn that has none; the same whether asked alone or in a list."""
    if isinstance(question, Continue) and question.seed is None and question.temperature > 0:
        return replace(question, seed=int(digest([trial.plan.name, len(trial.asked) + place])[:15], 16))
    return question


def answered(trial: Running, probe: Probe, asks: list[str], replies: list[Reply]) -> list[dict[str, Any]]:
    """Keep the replies to everything a trial waited for, and go on; returns the new exchanges."""
    exchanges = [exchange(*each) for each in zip(asks, trial.pending, replies, strict=True)]
    own = [
        replace(restored(kept), activations=reply.activations) for kept, reply in zip(exchanges, replies, strict=True)
    ]
    resume(trial, probe, exchanges, own)  # as a replay gives them; one object of the model may answer several questions
    return exchanges


def resume(trial: Running, probe: Probe, exchanges: list[dict[str, Any]], replies: list[Reply]) -> None:
    """Go on with exchanges that exist already. Rows are traced to replies by identity: each is an object of its own."""
    trial.asked += exchanges
    trial.replies += replies
    advance(trial, probe, replies)


def exchange(name: str, question: Question, reply: Reply) -> dict[str, Any]:
    """What the record keeps of a question and its reply."""
    asked = {k: v for k, v in vars(question).items() if k not in ("transcript", "contexts", "options")}
    turns = [[turn.role, turn.text, *([] if turn.closed else [False])] for turn in question.transcript]
    settings = {k: v for k, v in asked.items() if v not in ("", (), None)}
    return {"ask": name, "turns": turns, **settings, **reply.record()}


def _row(row: Row, probe: Probe, replies: list[Reply]) -> dict[str, Any]:
    if set(row.values) != set(probe.measures):
        raise ValueError(f"a row brings {sorted(row.values)}, the probe declares {sorted(probe.measures)}")
    return {
        "values": measured(row.values, probe.measures),
        "facts": _free(dict(row.facts)),
        "question": next((place for place, reply in enumerate(replies) if reply is row.reply), None),
        "text": str(getattr(row.reply, "text", "")),
        "stop": getattr(row.reply, "stop", ""),
    }


def _free(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts become columns, so they may not take the name of one that every table has."""
    if taken := sorted(_TAKEN & set(facts)):
        raise ValueError(f"fact names {taken} are columns of every records table; choose others")
    return facts


_TAKEN = {*COLUMNS, *TAIL}


def partial(trial: Running, exchanges: list[dict[str, Any]], session: str) -> dict[str, Any]:
    """The newest exchanges of a trial that is not finished yet: one line, kept or lost as a whole."""
    return {"schema": SCHEMA, "session": session, "trial": trial.plan.name, "asked": exchanges}


def written(trial: Running, session: str, seconds: float) -> dict[str, Any]:
    """The JSON record of a finished trial; `seconds` is the time of the batch it finished in. It holds no rows."""
    return {
        "schema": SCHEMA,
        "session": session,
        "key": trial.key(),
        "facts": trial.plan.facts,
        "asked": trial.asked,
        "error": trial.error,
        "batch_seconds": round(seconds, 3),
    }


def result(trial: Running) -> dict[str, Any]:
    """What the table is made of. A fact tells of turns that the model's template did not take as they were."""
    plan = trial.plan
    forms = ", ".join(sorted({reply.form for reply in trial.replies} - {""}))
    facts = {"template_form": forms, **plan.facts} if forms else plan.facts
    about = {"key": trial.key(), "cluster": plan.cluster, "facts": facts}
    return {**about, "rows": trial.rows, "error": trial.error}


def digest(content: Any) -> str:
    """SHA-256 of the canonical JSON of anything."""
    return hashlib.sha256(_CANONICAL(content).encode()).hexdigest()
