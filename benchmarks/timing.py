"""Side by side in one run: contenders take turns, and what counts are ratios within a turn."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

HEAD = (
    "| work | who | processor s | wall s | processor / ours | wall / ours |\n|---|---|---:|---:|---:|---:|\n"
    "| ratios: | median (least to most over the turns) | | | | |"
)


@dataclass
class Times:
    """Seconds of every turn, by the clock and of the processor (what another program cannot inflate so easily), and
    what the first turn brought."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    found: Any = None


def interleave(
    contenders: Mapping[str, Callable[[], Any]],
    turns: int,
    check: Callable[[dict[str, Any]], None] = lambda found: None,
) -> dict[str, Times]:
    """Run every contender once a turn, the order reversed every other turn; `check` sees what the first brought."""
    times = {name: Times() for name in contenders}
    for turn in range(turns):
        for name in list(contenders)[:: 1 if turn % 2 == 0 else -1]:
            wall, cpu = time.perf_counter(), time.process_time()
            found = contenders[name]()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            times[name].wall.append(time.perf_counter() - wall)
            times[name].cpu.append(time.process_time() - cpu)
            times[name].found = found if turn == 0 else times[name].found
        if turn == 0:
            check({name: each.found for name, each in times.items()})
    return times


def rows(title: str, times: Mapping[str, Times], ours: str = "ours") -> list[str]:
    """Markdown rows: contender, median seconds, ratios to ours within a turn."""
    base = times[ours]
    return [
        row(title, name, statistics.median(each.cpu), statistics.median(each.wall),
            spread([a / b for a, b in zip(each.cpu, base.cpu, strict=True)]),
            spread([a / b for a, b in zip(each.wall, base.wall, strict=True)]))
        for name, each in times.items()
    ]  # fmt: skip


def row(title: str, who: str, *cells: Any) -> str:
    """One row of the table; numbers with two digits, what is missing empty."""
    shown = [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells]
    return f"| {title} | {who} | " + " | ".join([*shown, *[""] * (4 - len(shown))]) + " |"


def spread(values: Sequence[float]) -> str:
    """Median (least to most)."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
