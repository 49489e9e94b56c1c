"""Side by side in one run: contenders take turns, and what counts is the median of ratios within a turn."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

import torch


@dataclass
class Times:
    """Seconds of every turn: by the clock, and of the processor (what another program cannot inflate so easily)."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def interleave(contenders: Mapping[str, Callable[[], object]], turns: int) -> dict[str, Times]:
    """Run every contender once a turn, the order reversed every other turn."""
    times = {name: Times() for name in contenders}
    for turn in range(turns):
        for name in list(contenders)[:: 1 if turn % 2 == 0 else -1]:
            wall, cpu = time.perf_counter(), time.process_time()
            contenders[name]()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            times[name].wall.append(time.perf_counter() - wall)
            times[name].cpu.append(time.process_time() - cpu)
    return times


def rows(title: str, times: Mapping[str, Times], ours: str = "ours") -> list[str]:
    """Markdown rows: contender, median seconds (wall, processor), median ratio to ours (wall, processor)."""
    lines = []
    for name, each in times.items():
        cells = [f"{statistics.median(values):.2f}" for values in (each.wall, each.cpu)]
        for kind in ("wall", "cpu"):
            ratios = [a / b for a, b in zip(getattr(each, kind), getattr(times[ours], kind), strict=True)]
            cells.append(f"{statistics.median(ratios):.2f}")
        lines.append(f"| {title} | {name} | " + " | ".join(cells) + " |")
    return lines


HEAD = "| work | who | wall s | processor s | wall / ours | processor / ours |\n|---|---|---:|---:|---:|---:|"


def unique_tokens(sequences: list[tuple[int, ...]]) -> int:
    """Tokens of the prefix tree of the sequences: what must be computed at least."""
    ordered = sorted(sequences)
    shared = (
        sum(1 for _ in takewhile(lambda ab: ab[0] == ab[1], zip(a, b, strict=False))) for a, b in pairwise(ordered)
    )
    return sum(map(len, ordered)) - sum(shared)
