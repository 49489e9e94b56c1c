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

    Parameters
    ----------
    table : DataFrame
        Columns measure, value, status and cluster, and any facts.

    Returns
    -------
    DataFrame

    Raises
    ------
    ValueError
        It names the missing columns, an unknown status, or says that value and status disagree.

    Examples
    --------
    >>> check(pd.DataFrame({"measure": ["hit"], "value": [1.0]}))
    Traceback (most recent call last):
    ValueError: not a records table: it lacks status, cluster
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
    """Names of the columns that are facts of the trials.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    list of str
        All columns but COLUMNS, in the order of the table.

    Examples
    --------
    >>> facts(pd.DataFrame(columns=["measure", "value", "status", "cluster", "persona"]))
    ['persona']
    """
    return [column for column in table.columns if column not in COLUMNS]


def rows(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The rows of one measure, unscored ones included; `value` is NaN unless ok.

    Parameters
    ----------
    table : DataFrame
    measure : str

    Returns
    -------
    DataFrame
        All columns, with `value` as float.

    Raises
    ------
    KeyError
        It names the measures that there are.

    Examples
    --------
    >>> table = pd.DataFrame({"measure": "hit", "value": [1.0, 0.0, None], "status": ["ok", "ok", "unscored"],
    ...                       "cluster": ["a", "b", "b"]})
    >>> rows(table, "hit")["value"].tolist()
    [1.0, 0.0, nan]
    """
    check(table)
    lines = table[table["measure"] == measure]
    if lines.empty:
        raise KeyError(f"no measure {measure!r}; this table has {', '.join(map(str, table['measure'].unique()))}")
    return lines.assign(value=_numbers(lines))


def asked(table: pd.DataFrame, groups: Sequence[str] = ("measure",)) -> pd.DataFrame:
    """How many rows were asked and what became of them. A group in which nothing could be scored stays.

    Parameters
    ----------
    table : DataFrame
    groups : sequence of str
        Columns that make a group.

    Returns
    -------
    DataFrame
        The groups, `asked`, one column a status, and `scored`, the share of rows with status ok.

    Examples
    --------
    >>> table = pd.DataFrame({"measure": "hit", "value": [1.0, 0.0, None], "status": ["ok", "ok", "unscored"],
    ...                       "cluster": ["a", "b", "b"]})
    >>> asked(table)[["measure", "asked", "ok", "unscored"]].values.tolist()
    [['hit', 3, 2, 1]]
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
    """Mean of a measure by independent unit and level of a fact.

    Parameters
    ----------
    table : DataFrame
    measure : str
    columns : str
        The fact whose levels become columns.
    index : str or sequence of str

    Returns
    -------
    DataFrame
        One line per unit. A unit none of whose rows could be scored under a level is NaN there; it never disappears.

    Examples
    --------
    >>> table = pd.DataFrame({"measure": "hit", "value": [1.0, 0.0, None], "status": ["ok", "ok", "unscored"],
    ...                       "cluster": ["a", "b", "b"]})
    >>> wide(table.assign(persona=["none", "nurse", "none"]), "hit", "persona").to_numpy().tolist()
    [[1.0, nan], [nan, 0.0]]
    """
    measured, keys = rows(table, measure), [index] if isinstance(index, str) else list(index)
    means = measured.groupby([*keys, columns], observed=True, dropna=False, sort=False)["value"].mean()
    return means.unstack(columns)


def by_arm(table: pd.DataFrame, measure: str, index: str | Sequence[str] = "cluster") -> pd.DataFrame:
    """`wide` over the arms: the same unit under every presentation of the options.

    Parameters
    ----------
    table : DataFrame
        A records table with a column `arm`.
    measure : str
    index : str or sequence of str

    Returns
    -------
    DataFrame
        One line per unit, one column an arm.

    Examples
    --------
    >>> table = pd.DataFrame({"measure": "hit", "value": [1.0, 0.0, None], "status": ["ok", "ok", "unscored"],
    ...                       "cluster": ["a", "b", "b"]})
    >>> by_arm(table.assign(arm="AB"), "hit")["AB"].tolist()
    [1.0, 0.0]
    """
    return wide(table, measure, "arm", index)


def position_bias(table: pd.DataFrame, measure: str, meaning: str | None = None) -> float | None:
    """How much a measure moves with the option that is listed first; units weigh alike.

    Parameters
    ----------
    table : DataFrame
        A records table with a column `first_option`.
    measure : str
    meaning : str or None
        Mean when this meaning is listed first minus mean when it is not; None: largest minus smallest mean over what
        was listed first.

    Returns
    -------
    float or None
        In the unit of the measure; for a probability 0 is no bias and 1 nothing but position. None where only one
        order was scored.

    Examples
    --------
    >>> table = pd.DataFrame({"measure": "hit", "value": [1.0, 0.0, None], "status": ["ok", "ok", "unscored"],
    ...                       "cluster": ["a", "b", "b"]})
    >>> position_bias(table.assign(first_option=["yes", "no", "no"]), "hit", "yes")
    1.0
    """
    means = wide(table, measure, "first_option").mean()
    if meaning is not None:
        first, later = means.get(meaning, np.nan), means.drop(meaning, errors="ignore").mean()
        return float(first - later) if np.isfinite(first) and np.isfinite(later) else None
    return float(means.max() - means.min()) if means.notna().sum() > 1 else None


def option_mass(table: pd.DataFrame, measure: str = "mass") -> float | None:
    """Median probability that the options got at all: below a half, the model mostly wanted to say something else.

    Parameters
    ----------
    table : DataFrame
    measure : str
        The measure that holds the mass.

    Returns
    -------
    float or None
        In [0, 1]; None where no row could be scored.

    Examples
    --------
    >>> table = pd.DataFrame({"measure": "hit", "value": [1.0, 0.0, None], "status": ["ok", "ok", "unscored"],
    ...                       "cluster": ["a", "b", "b"]})
    >>> option_mass(table, "hit")
    0.5
    """
    values = rows(table, measure)["value"].dropna()
    return float(values.median()) if len(values) else None
