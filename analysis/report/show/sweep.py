"""The ledger of a sweep as a table, for a notebook cell that is run again to see how it goes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from probes import schema

COLUMNS = ("run", "state", "reason", "seconds", "attempts", "notebook", "written")


def sweep(folder: str | Path) -> pd.DataFrame:
    """The ledger of a sweep.

    Parameters
    ----------
    folder : str or Path
        `reports/sweeps/<name>`.

    Returns
    -------
    DataFrame
        One row per cell: run, state, reason, seconds, attempts, notebook, written, parameters. A cell that no living
        process holds is `stopped`, not `running`: its process was killed.

    Examples
    --------
    >>> sweep("reports/sweeps/no_such_sweep").empty
    True
    """
    return pd.DataFrame([_row(path) for path in sorted(Path(folder).glob("cells/*.json"))])


def _row(path: Path) -> dict[str, Any]:
    try:
        cell = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        cell = {"run": path.stem, "state": "unreadable"}
    if cell.get("state") == "running" and not schema.held(path.parents[1] / "locks" / path.stem):
        cell["state"] = "stopped"
    return {**{name: cell.get(name) for name in COLUMNS}, **cell.get("given", {})}
