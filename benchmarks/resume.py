"""`python -m benchmarks.resume`: what it takes to run again what is finished, a script replayed over stored replies."""

from __future__ import annotations

import argparse
import resource
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


def measure(items: int, turns: int, model: Any = None) -> tuple[float, list[float]]:
    """Processor seconds of a run, and of each of `turns` runs of the same trials when they are finished."""
    probe, seconds = Finished(items), []
    with tempfile.TemporaryDirectory() as out, quiet():
        for _ in range(1 + turns):
            begun = time.process_time()
            probes.run(probe, model or ScriptedModel(policy), out=out)
            seconds.append(time.process_time() - begun)
    return seconds[0], seconds[1:]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.resume", description=__doc__)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--model", default="", help="as in probes.load_model; a script by default")
    given = parser.parse_args()
    fresh, seconds = measure(given.items, given.turns, probes.load_model(given.model) if given.model else None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{given.items} trials, and again when finished, in processor seconds; peak in MB:")
    print(f"{fresh:.2f} {statistics.median(seconds):.2f} {peak:.0f}")


if __name__ == "__main__":
    main()
