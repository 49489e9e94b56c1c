"""(c) Growth: what a token, a trial or a row costs when there are more of them; one means that it costs the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.families import answered
from benchmarks.timing import interleave, row, spread
from benchmarks.work import asked, unique_tokens
from probes.models.engine import Engine, SampleIds, ScoreIds

ROOT = Path(__file__).parents[1]
SIZES: dict[str, dict[str, tuple[int, ...]]] = {
    "try": {"grid": (1, 2), "length": (64, 128), "rows": (1, 4), "trials": (100, 200)},
    "part": {"grid": (1, 2, 4, 8), "length": (256, 512, 1024, 2048), "rows": (1, 8, 32, 128), "trials": (1000, 4000)},
    "middle": {"grid": (1, 2, 4, 8), "length": (256, 512, 1024, 2048, 4096), "rows": (1, 8, 32, 128, 512),
               "trials": (1000, 10_000)},
    "full": {"grid": (1, 2, 4, 8), "length": (256, 512, 1024, 2048, 4096), "rows": (1, 8, 32, 128, 512),
             "trials": (1000, 10_000, 100_000)},
}  # fmt: skip
FIRST = {"try": 60, "part": 300, "middle": 1500, "full": 4000}
"""New tokens of the smallest grid."""
WRITTEN = 4
"""Tokens that each row writes."""


def measure(model: Any, scale: str, turns: int) -> Iterator[str]:
    """Rows of the table: microseconds a unit, and how many times what it costs at the first size."""
    engine, sizes = Engine(model.model), SIZES[scale]
    yield from _told("grid of persona_tom, new tokens", *grids(engine, model, FIRST[scale], sizes["grid"]), turns)
    yield from _told("one prompt, tokens", *prompts(engine, sizes["length"]), turns)
    yield from _told("decoding, rows", *decoding(engine, sizes["rows"]), turns)
    yield from trials(sizes["trials"], turns)


Growing = tuple[dict[int, Callable[[], Any]], dict[int, float]]
"""Size -> what to run, and how many units it has."""


def grids(engine: Engine, model: Any, first: int, times: tuple[int, ...]) -> Growing:
    """The first trials of the probe, and two, four and eight times as many new tokens."""
    works = {k: asked(model, "minds", first * k) for k in times}
    units = {k: float(unique_tokens(work.fed)) for k, work in works.items()}
    return {k: lambda work=work: answered(engine, work) for k, work in works.items()}, units


def prompts(engine: Engine, lengths: tuple[int, ...]) -> Growing:
    """Random tokens, one of them scored."""
    ids = np.random.default_rng(0).integers(100, engine.vocabulary // 2, max(lengths)).tolist()

    def scored(length: int) -> Any:
        engine.clear()
        return engine.run([ScoreIds(tuple(ids[:length]), ((7,),))])

    return {n: lambda n=n: scored(n) for n in lengths}, {n: float(n) for n in lengths}


def decoding(engine: Engine, rows: tuple[int, ...]) -> Growing:
    """Rows after one short prompt; a row that writes one token more than another is one row's step."""
    prompt = tuple(range(100, 116))

    def drawn(count: int) -> Any:
        return engine.run([SampleIds(prompt, WRITTEN, 1.0, seed=k) for k in range(count)])

    return {n: lambda n=n: drawn(n) for n in rows}, {n: float(n * WRITTEN) for n in rows}


def _told(title: str, work: Mapping[int, Callable[[], Any]], units: Mapping[int, float], turns: int) -> list[str]:
    times = interleave({str(size): run for size, run in work.items()}, turns)
    each = {size: [seconds / units[size] for seconds in times[str(size)].cpu] for size in work}
    return _rows(title, each)


def _rows(title: str, each: Mapping[int, list[float]], more: Mapping[int, str] | None = None) -> list[str]:
    base = each[min(each)]
    return [
        row(f"(c) {title}: {size}", "ours", f"{1e6 * float(np.median(spent)):.0f} us each", (more or {}).get(size, ""),
            spread([a / b for a, b in zip(spent, base, strict=True)]))
        for size, spent in each.items()
    ]  # fmt: skip


def trials(sizes: tuple[int, ...], turns: int) -> list[str]:
    """Trials of two questions on the null model, each size in a process of its own, which tells its peak of memory."""
    found = {size: [_child(size) for _ in range(turns)] for size in sizes}
    each = {size: [fresh / size for fresh, _, _ in spent] for size, spent in found.items()}
    again = {size: [resumed / size for _, resumed, _ in spent] for size, spent in found.items()}
    peaks = {size: f"peak {max(peak for _, _, peak in spent):.0f} MB" for size, spent in found.items()}
    return _rows("null model, trials", each, peaks) + _rows("the same, resumed when finished", again)


def _child(size: int) -> tuple[float, float, float]:
    """(processor seconds of a run, of the same run again, peak in MB)."""
    command = [sys.executable, "-m", "benchmarks.resume", "--items", str(size), "--turns", "1", "--model", "tiny"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True,
                          env={**os.environ, "OMP_NUM_THREADS": "1"})  # fmt: skip
    fresh, resumed, peak = map(float, done.stdout.split()[-3:])
    return fresh, resumed, peak
