"""A run of very many trials, interrupted half-way and resumed; prints what it cost. Run in a process of its own."""

from __future__ import annotations

import json
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import probes
from probes import Choose, Probe, Row, ScriptedModel, Transcript, Trial
from probes.models.scripted import uniform


@dataclass(frozen=True)
class Soak(Probe):
    """One question and one row a trial, with the facts that a real probe brings."""

    items: int = 1000
    measures = {"p_yes": "probability"}
    unit = "scene"
    source = "made for this test"

    def trials(self):
        return (
            Trial(item=k, scene=f"scene-{k // 8}", wording="plain", persona="none", level=k % 4)
            for k in range(self.items)
        )

    def play(self, trial, rng):
        reply = yield Choose(Transcript().user(f"item {trial.item}: yes or no?"), {"A": "yes", "B": "no"})
        yield Row({"p_yes": reply.p["yes"]}, {"turn": 1}, reply)


class Stopping(ScriptedModel):
    """Stops the run after so many questions."""

    left = 10**12

    def reply(self, questions, progress=None):
        self.left -= len(questions)
        if self.left < 0:
            raise KeyboardInterrupt
        return super().reply(questions, progress)


def peak_mb() -> int:
    """Peak memory of this process alone; `ru_maxrss` would begin with that of the process which started it."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1024


def main(out: str, items: int) -> None:
    told, model = {}, Stopping(uniform, "scripted:soak")
    steps = (("written", items // 2), ("resumed", 10**12), ("read back", 0))
    for step, stop in steps[: 2 if items > 200_000 else 3]:
        begun, model.left = time.perf_counter(), stop
        try:
            rows = len(probes.run(Soak(items), model, out=out, window=2000))
            assert rows == items
        except KeyboardInterrupt:
            pass
        told[step] = round(time.perf_counter() - begun, 1)
    told["MB"] = peak_mb()
    told["disk MB"] = sum(path.stat().st_size for path in Path(out).rglob("*") if path.is_file()) >> 20
    print(json.dumps(told))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main(sys.argv[1], int(sys.argv[2]))
