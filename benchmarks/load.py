"""(e) Load to hold: an index of many runs, a list of many cells, a report of many figures."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.timing import interleave, row

SIZES = {"try": (10, 100, 2), "part": (1000, 10_000, 100), "middle": (1000, 10_000, 100), "full": (1000, 10_000, 100)}
"""Runs, cells, figures."""


def measure(model: Any, scale: str, turns: int) -> list[str]:
    """Rows of the table: seconds, beside the bound that is to hold."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "runner"))
    runs, cells, figures = SIZES[scale]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        work: dict[str, Callable[[], Any]] = {
            f"index of {runs} runs, bound 4 s": index(root / "index", runs),
            f"list of a sweep of {cells} cells, bound 2 s": sweep(root / "sweep", cells),
            f"report of {figures} figures, bound 8 s": report(root / "report", figures),
        }
        times = interleave(work, turns)
    return [row(f"(e) {name}", "ours", median(each.cpu), median(each.wall)) for name, each in times.items()]


def index(root: Path, count: int) -> Callable[[], Any]:
    from runner_cases import make_run

    from runner.index import write_index

    for k in range(count):
        make_run(root, f"demo-{k:010d}")
    return lambda: write_index(root)


def sweep(root: Path, count: int) -> Callable[[], Any]:
    from runner.sweep.grid import Cell
    from runner.sweep.ledger import Ledger

    ledger = Ledger(root, "large")
    ledger.enter([Cell(f"demo-{k:06d}", "demo.ipynb", {"seed": k}) for k in range(count)])
    return ledger.count


def report(root: Path, count: int) -> Callable[[], Any]:
    import matplotlib.pyplot as plt
    from runner_cases import make_run, shown

    from runner.report import write_report

    cells = []
    for k in range(count):
        figure, axes = plt.subplots()
        axes.plot(range(1, 30), [(k * n) % 17 for n in range(1, 30)])
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg")
        plt.close(figure)
        cells.append(shown(**{"image_svg+xml": drawn.getvalue()}))
    run = make_run(root, cells=cells)
    return lambda: write_report(run)
