"""What a sweep will cost, from what runs of the same notebook and model have cost before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from probes.schema import told
from probes.schema.forms import PARAMETERS, STATUS
from runner.sweep.grid import Cell


def past(root: Path) -> dict[tuple[str, str], float]:
    """(notebook, model) -> median seconds of its finished runs below `root`."""
    seen: dict[tuple[str, str], list[float]] = defaultdict(list)
    for file in root.glob("*/status.json"):
        status = told(file, STATUS)
        took = status.get("seconds") if status.get("state") == "finished" else None
        resolved = told(file.parent / "parameters.json", PARAMETERS).get("resolved")
        if took is not None and resolved is not None:
            seen[str(status.get("notebook")), str(resolved.get("model", ""))].append(took)
    return {which: median(seconds) for which, seconds in seen.items()}


def seconds(cells: Sequence[Cell], root: Path) -> tuple[float, int]:
    """(seconds of all cells of which a like has run before, number of cells of which none has)."""
    known = past(root)
    costs = [known.get((Path(cell.notebook).stem, cell.model)) for cell in cells]
    return sum(cost for cost in costs if cost is not None), sum(cost is None for cost in costs)
