"""Over models: does theory of mind vary more where personas take more? From the records of several runs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.minds.tables.profiles import variability
from analysis.minds.tables.traits import linked
from analysis.report import records
from analysis.stats import frame

PROBES = ("persona_tom", "personality")


def over_models(out: str | Path) -> pd.DataFrame:
    """One row per model among the runs beside `out` (itself too) with records of both probes; of several, the largest.

    Columns: model, run, personas, scenes, moved (SD over personas of the share right), sampling_sd (what the sampling
    of scenes alone would give), controllability (mean change of the named trait, in SD of the statements), rho
    (Spearman over models) and n. Descriptive: with fewer than five models rho says nothing. What cannot be read is
    left out.
    """
    best: dict[str, tuple[str, list[pd.DataFrame]]] = {}
    for run in sorted(Path(out).parent.glob("*")):
        tables = _tables(run)
        name = _model(tables[0]) if tables else ""
        if tables and (name not in best or len(tables[0]) > len(best[name][1][0])):
            best[name] = (run.name, [table.assign(model=name) for table in tables])
    if not best:
        return pd.DataFrame(columns=["model", "run", "moved", "sampling_sd", "controllability", "rho", "n"])
    tom, inventory = (pd.concat(parts) for parts in zip(*(tables for _, tables in best.values()), strict=True))
    spread = variability(tom, by=("model",)).set_index("model")[["personas", "sampling_sd"]]
    scenes = frame.rows(tom, "hit").groupby("model")["cluster"].nunique().rename("scenes")
    runs = pd.Series({name: run for name, (run, _) in best.items()}, name="run")
    lines = linked(tom, inventory, over="model").set_index("model").join([runs, spread, scenes])
    order = ["run", "personas", "scenes", "moved", "sampling_sd", "controllability", "rho", "n"]
    return lines[order].rename_axis("model").reset_index()


def _tables(run: Path) -> list[pd.DataFrame]:
    """Both probes' finished tables, or nothing."""
    try:
        return [records.rows(run, probe) for probe in PROBES]
    except (OSError, ValueError):
        return []


def _model(table: pd.DataFrame) -> str:
    """Name, and the beginning of the fingerprint: the same name may have had other weights."""
    return f"{table['model'].iloc[0]} ({str(table['fingerprint'].iloc[0])[:6]})" if len(table) else "no model"
