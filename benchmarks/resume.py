"""`python -m benchmarks.resume`: what it takes to run again what is finished, a script replayed over stored replies."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import probes
from probes import Choose, Continue, Probe, Row, ScriptedModel, Transcript, Trial
from probes.core import Play
from probes.core.progress import quiet


@dataclass(frozen=True)
class Finished(Probe):
    """A forced choice, a sentence that follows from it, and a row read from both."""

    items: int = 20_000
    measures = {"length": "characters"}
    unit = "item"
    source = "made for this benchmark"

    def trials(self) -> Iterator[Trial]:
        return (Trial(item=number) for number in range(self.items))

    def play(self, trial: Trial, rng: np.random.Generator) -> Play:
        talk = Transcript().user(f"Pick one, {trial.item}.")
        move = yield Choose(talk, {"A": "left", "B": "right"})
        reply = yield Continue(talk.assistant(move.best).user("Say it again."), max_tokens=4)
        yield Row({"length": float(len(reply.text))}, {"move": move.best}, reply)


def policy(question: Any) -> Any:
    """A choice and a sentence."""
    return "left" if isinstance(question, Choose) else "It was the left one."


def measure(items: int, turns: int) -> list[float]:
    """Processor seconds of each of `turns` runs of the same finished trials."""
    probe, model, seconds = Finished(items), ScriptedModel(policy), []
    with tempfile.TemporaryDirectory() as out, quiet():
        probes.run(probe, model, out=out)
        for _ in range(turns):
            begun = time.process_time()
            probes.run(probe, model, out=out)
            seconds.append(time.process_time() - begun)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.resume", description=__doc__)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    seconds = measure(given.items, given.turns)
    print(f"{given.items} finished trials: {statistics.median(seconds):.2f} processor seconds ", end="")
    print(f"(median of {', '.join(f'{each:.2f}' for each in seconds)})")


if __name__ == "__main__":
    main()
