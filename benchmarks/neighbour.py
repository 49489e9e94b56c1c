"""(d) Beside a busy neighbour: the same questions alone, and while every processor is also wanted by somebody else.

Here the clock is the figure, and threads are those that a notebook has; on a shared machine it says nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.timing import row, spread

ROOT = Path(__file__).parents[1]
CODE = """
import sys, time, probes
from benchmarks.families import answered
from benchmarks.work import asked
model = probes.load_model(sys.argv[1])
work = asked(model, "minds", float(sys.argv[2]))
answered(model.engine, work)
begun = time.perf_counter()
answered(model.engine, work)
print(time.perf_counter() - begun)
"""
TOKENS = {"try": 60, "part": 1500, "middle": 4000, "full": 8000}


def measure(model: Any, scale: str, turns: int) -> list[str]:
    """Rows of the table."""
    alone, beside = [], []
    for _ in range(turns):
        alone.append(_seconds(model.info["source"], TOKENS[scale]))
        with neighbours(os.cpu_count() or 1):
            beside.append(_seconds(model.info["source"], TOKENS[scale]))
    load = f"load {os.getloadavg()[0]:.1f}"
    ratio = spread([b / a for a, b in zip(alone, beside, strict=True)])
    return [row("(d) choices of persona_tom", "ours, alone", "", median(alone), "", "1"),
            row(f"(d) the same, {load}", "ours, beside a busy neighbour", "", median(beside), "", ratio)]  # fmt: skip


@contextmanager
def neighbours(count: int) -> Iterator[None]:
    """As many programs as there are processors, each of which computes without end."""
    running = [subprocess.Popen([sys.executable, "-c", "while True: sum(range(10 ** 6))"]) for _ in range(count)]
    try:
        yield
    finally:
        for each in running:
            each.kill()
            each.wait()


def _seconds(source: str, tokens: int) -> float:
    """Of a process of its own, with the threads that it gives itself."""
    told = {key: value for key, value in os.environ.items() if not key.startswith("OMP_")}
    done = subprocess.run([sys.executable, "-c", CODE, source, str(tokens)], cwd=ROOT, env=told, text=True,
                          stdout=subprocess.PIPE, check=True)  # fmt: skip
    return float(done.stdout.split()[-1])
