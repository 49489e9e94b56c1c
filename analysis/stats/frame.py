"""What a records table is, and the counts and pivots every analysis begins with. No intervals here: see `estimate`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from probes import schema

COLUMNS = (*schema.COLUMNS, *schema.TAIL)
"""Columns of every records table; whatever else it has are the facts of the trials."""
NEEDED = ("measure", "value", "status", "cluster")
STATUSES = schema.STATUSES


def check(table: pd.DataFrame) -> pd.DataFrame:
    """The table itself, if it is a records table: one row per measure, `value` empty unless `status` is ok.

    Raises ValueError naming the missing columns, an unknown status, a value without ok, or an ok without value.
    """
    missing = [column for column in NEEDED if column not in table.columns]
    if missing:
        raise ValueError(f"not a records table: it lacks {', '.join(missing)}")
    unknown = sorted(set(table["status"].unique()) - set(STATUSES), key=str)
    if unknown:
        raise ValueError(f"unknown status {unknown}; known are {', '.join(STATUSES)}")
    ok, empty = (table["status"] == "ok").to_numpy(), ~np.isfinite(_numbers(table))
    if (ok & empty).any() or (~ok & ~empty).any():
        raise ValueError("status and value disagree: exactly the rows with status ok carry a finite value")
    return table


def _numbers(table: pd.DataFrame) -> np.ndarray:
    return pd.to_numeric(table["value"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def facts(table: pd.DataFrame) -> list[str]:
    """Names of the columns that are facts of the trials."""
    return [column for column in table.columns if column not in COLUMNS]


def rows(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The rows of one measure, unscored ones included; `value` is NaN unless ok. KeyError names the known measures."""
    check(table)
    found = table[table["measure"] == measure]
    if found.empty:
        raise KeyError(f"no measure {measure!r}; this table has {', '.join(map(str, table['measure'].unique()))}")
    return found.assign(value=_numbers(found))


def asked(table: pd.DataFrame, groups: Sequence[str] = ("measure",)) -> pd.DataFrame:
    """How many rows were asked and what became of them, per group: `asked`, one column a status, `scored` = ok/asked.

    A group in which nothing could be scored stays, with `scored` 0.
    """
    check(table)
    keys = [table[group] for group in groups]
    counts = pd.crosstab(keys, table["status"], dropna=False).reindex(columns=list(STATUSES), fill_value=0)
    total = counts.sum(axis=1)
    counts.insert(0, "asked", total)
    counts["scored"] = counts["ok"] / total
    counts.columns.name = None
    return counts[total > 0].reset_index()


def wide(table: pd.DataFrame, measure: str, columns: str, index: str | Sequence[str] = "cluster") -> pd.DataFrame:
    """Mean of a measure with one line per `index` (the independent unit) and one column per level of a fact.

    A unit none of whose rows could be scored under a level is NaN there; it never disappears.
    """
    found, keys = rows(table, measure), [index] if isinstance(index, str) else list(index)
    means = found.groupby([*keys, columns], observed=True, dropna=False, sort=False)["value"].mean()
    return means.unstack(columns)


def by_arm(table: pd.DataFrame, measure: str, index: str | Sequence[str] = "cluster") -> pd.DataFrame:
    """`wide` over the arms: the same unit under every presentation of the options."""
    return wide(table, measure, "arm", index)


def position_bias(table: pd.DataFrame, measure: str, meaning: str | None = None) -> float | None:
    """How much `measure` moves with the option shown first: 0 is none, 1 is nothing but position (for a probability).

    With `meaning`: mean when that meaning is shown first minus mean when it is not. Without: the largest minus the
    smallest mean over what was shown first. None where only one order was scored. Units weigh alike.
    """
    means = wide(table, measure, "first_option").mean()
    if meaning is not None:
        first, later = means.get(meaning, np.nan), means.drop(meaning, errors="ignore").mean()
        return float(first - later) if np.isfinite(first) and np.isfinite(later) else None
    return float(means.max() - means.min()) if means.notna().sum() > 1 else None


def option_mass(table: pd.DataFrame, measure: str = "mass") -> float | None:
    """Median probability that the options got at all: below a half, the model mostly wanted to say something else."""
    values = rows(table, measure)["value"].dropna()
    return float(values.median()) if len(values) else None
