"""Rows are made by replaying today's script over stored replies; the model is asked what no stored reply answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from probes.core.activations import Store
from probes.core.probe import Model, Probe
from probes.core.progress import Progress
from probes.core.questions import Question, Reply, restored
from probes.core.records import Memory, Records
from probes.core.script import Running, answered, begin, plans, probe_name, result, resume

_BATCH = 1000
"""Trials written together where all their replies stand in other records already."""


@dataclass
class Tally:
    """What one pass over all trials counted, and what it lacked."""

    keys: list[str] = field(default_factory=list)
    """Of the trials whose rows were made, in order."""
    asks: dict[str, list[str]] = field(default_factory=dict)
    """Key -> the `ask` of each of its questions, where activations are captured."""
    errors: list[str] = field(default_factory=list)
    missing: dict[str, bool] = field(default_factory=dict)
    """Name of a trial that stored replies do not carry to its end -> whether those that there are may be used."""
    trials: int = 0


@dataclass
class Desk:
    """A probe, a model, and where replies are kept."""

    probe: Probe
    model: Model
    seed: int
    window: int
    kept: Records | Memory
    store: Store | None = None

    def rows(self, tally: Tally, first: bool) -> Iterator[dict[str, Any]]:
        """Rows of all trials, in order, up to the first that is missing.

        On the `first` pass a trial that fails on stored replies is missing too, to be asked anew, and a question that
        the model cannot be asked is refused before it is asked anything.
        """
        elsewhere: list[Running] = []
        for plan in plans(self.probe, self.seed):
            tally.trials += 1
            done = self.kept.finished(plan.name)
            if done is None:
                trial = begin(plan, self.probe, self.model)
                self._replay(trial)
                afresh = first and bool(trial.error) and trial.replayed > 0
                if trial.pending or afresh:
                    tally.missing[plan.name] = not afresh
                    for question in trial.pending if first else ():
                        self.model.digest(question)
                    continue
                done = result(trial)
                if self.store and self.store.capture:
                    tally.asks[done["key"]] = [exchange["ask"] for exchange in trial.asked]
                elsewhere += [] if self.kept.holds(done["key"], trial.asked) else [trial]
            if len(elsewhere) >= _BATCH:
                self.kept.add([], elsewhere)
                elsewhere = []
            if not tally.missing:
                tally.keys.append(done["key"])
                tally.errors += [done["error"]] if done["error"] else []
                yield done
        self.kept.add([], elsewhere)

    def ask(self, tally: Tally) -> None:
        """Ask the model for the trials that are missing, a window of them at a time, and write down what it replied."""
        missing, steps = tally.missing, self.probe.steps()
        queue = self._begun(tally)
        bar = Progress(probe_name(type(self.probe)), tally.trials, tally.trials - len(missing), steps)
        active: list[Running] = []
        try:
            while True:
                for trial in islice(queue, self.window - len(active)):
                    bar.answered(len(trial.asked))
                    active.append(trial)
                if not active:
                    return
                self._step(active, bar)
                active = [trial for trial in active if trial.pending]
        finally:
            bar.close()

    def _begun(self, tally: Tally) -> Iterator[Running]:
        left = len(tally.missing)
        for plan in plans(self.probe, self.seed):
            if plan.name in tally.missing:
                left -= 1
                trial = begin(plan, self.probe, self.model)
                trial.afresh = not tally.missing[plan.name]
                self._replay(trial)
                yield trial
        if left:
            name = probe_name(type(self.probe))
            raise ValueError(f"{name}.trials() must give the same trials every time, and did not")

    def _replay(self, trial: Running) -> None:
        """Give a trial the stored replies to what it asks, until it asks something that has none."""
        while trial.pending and not trial.afresh:
            exchanges, replies = [], []
            for ask, question in zip(trial.asks(), trial.pending, strict=True):
                exchange = self.kept.exchange(ask)
                if exchange is None or (self.store and not self.store.holds(ask, question)):
                    return
                reply = restored(exchange)
                exchanges.append(exchange)
                replies.append(self.store.complete(ask, question, reply) if self.store else reply)
            trial.replayed += len(replies)
            resume(trial, self.probe, exchanges, replies)

    def _step(self, active: list[Running], bar: Progress) -> None:
        """Answer what every active trial waits for, and write down what was answered and what is finished."""
        began = time.perf_counter()
        waiting = [(trial, trial.asks()) for trial in active if trial.pending]
        given = self._given(
            {ask: one for trial, asks in waiting for ask, one in zip(asks, trial.pending, strict=True)}, bar
        )
        parts = []
        for trial, asks in waiting:
            exchanges = answered(trial, self.probe, asks, [given[ask] for ask in asks])
            bar.answered(len(exchanges))
            self._replay(trial)
            if trial.pending:
                parts.append((trial, exchanges))
        finished = [trial for trial in active if not trial.pending]
        self.kept.add(parts, finished, time.perf_counter() - began)
        for trial in finished:
            bar.finished(len(trial.asked))

    def _given(self, questions: dict[str, Question], bar: Progress) -> dict[str, Reply]:
        """`ask` -> the model's reply. What several trials ask alike is asked once: a later run finds one reply too."""
        asked = (
            [self.store.asking(question) for question in questions.values()] if self.store else [*questions.values()]
        )
        given = self.model.reply(asked, progress=bar.beat) if asked else []
        if self.store:  # on the disk before the records they belong to
            self.store.keep(zip(questions, questions.values(), given, strict=True))
        return dict(zip(questions, given, strict=True))
