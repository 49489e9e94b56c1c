"""What is killed: a probe of two questions a trial on a model that takes its time. Imported by the killed processes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import probes
from probes import Choose, Continue, Probe, Row, Transcript, Trial


@dataclass(frozen=True)
class Killed(Probe):
    """Sampled turns, so that a wrong seed would show."""

    items: int = 60
    measures = {"p_yes": "probability", "length": "tokens"}
    unit = "item"
    source = "made for this test"

    def trials(self):
        return (Trial(item=k) for k in range(self.items))

    def play(self, trial, rng):
        talk = Transcript().user(f"item {trial.item}: yes or no?")
        first = yield Choose(talk, {"A": "yes", "B": "no"})
        second = yield Continue(talk.assistant(first.draw(rng)), role="user", temperature=1.0, max_tokens=6)
        yield Row({"p_yes": first.p["yes"], "length": len(second.ids)}, {}, second)


class Slow:
    """A model that waits before every batch."""

    def __init__(self, inner, seconds: float) -> None:
        self.inner, self.seconds = inner, seconds
        self.name, self.fingerprint, self.info, self.digest = inner.name, inner.fingerprint, inner.info, inner.digest

    def reply(self, questions, progress=None):
        time.sleep(self.seconds)
        return self.inner.reply(questions, progress)


@cache
def opened(source: str):
    """On weights every question alone, so that numbers are the same to the bit."""
    return probes.load_model(source, check=False, strict=True) if source == "tiny" else probes.load_model(source)


def work(out: str | Path | None, items: int, seconds: float, source: str = "tiny"):
    """The run, from wherever it stands."""
    return probes.run(Killed(items), Slow(opened(source), seconds), out=out, window=4)
