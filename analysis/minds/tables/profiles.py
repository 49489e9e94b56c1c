"""What kind of reader the model is: which strategy its answers agree with, and whether whole sets are right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.turns import plain

STRATEGIES = ("omniscient", "egocentric", "first_order")
CORRECT = "correct"
SHOWN = ("value", "low", "high", "units", "scored", "asked")


def strategies(table: pd.DataFrame, by: Sequence[str] = ("persona", "guise")) -> pd.DataFrame:
    """Share of answers that each strategy would have given, one row per cell and strategy, clustered by scene.

    `correct` gives the ledger's answer; `omniscient` takes everybody to know everything; `egocentric` answers every
    question with the present state; `first_order` takes a belief about a belief for the first person's own. Items on
    which all agree are left out: they cannot tell the strategies apart; so are items not asked in every cell. Imported
    items bring no ledger: no line.
    """
    if not set(STRATEGIES) <= set(table):
        return pd.DataFrame(columns=[*by, "strategy", *SHOWN])
    rows = _common(frame.rows(plain(table), "hit"), by)
    rights = rows[list(STRATEGIES)].astype(bool)
    telling = rows[~rights.all(axis=1)].assign(correct=True)
    lines = []
    for name in (CORRECT, *STRATEGIES):
        agrees = np.where(telling["value"].isna(), np.nan, telling["value"] == telling[name].astype(float))
        lines.append(estimate.by(telling.assign(value=agrees), "hit", list(by)).assign(strategy=name))
    return pd.concat(lines, ignore_index=True)[[*by, "strategy", *SHOWN]]


def sets(
    table: pd.DataFrame, tasks: Sequence[str] = (), by: Sequence[str] = ("placement", "persona", "guise")
) -> pd.DataFrame:
    """FANToM's all-of-a-set score: share of sets with every question right, over `tasks` (all by default).

    A set with a wrong answer is wrong; one without, but with an unreadable answer, is unscored. Wordings of one guise
    are sets of their own within the scene. Items not asked in every cell are left out.
    """
    rows = _common(frame.rows(plain(table), "hit"), by)
    kept = rows[rows["task"].isin(tasks)] if tasks else rows
    linked = kept["linked"].fillna(kept["cluster"]) if "linked" in kept else kept["cluster"]
    kept = kept.assign(linked=linked)
    grouped = kept.groupby([*by, "wording", "cluster", "linked"], observed=True, dropna=False)["value"]
    worst, complete = grouped.min(), grouped.count() == grouped.size()
    whole = worst.where(complete | (worst == 0)).reset_index()
    states = np.where(whole["value"].isna(), "unscored", "ok")
    return estimate.by(whole.assign(measure="all_of_a_set", status=states), "all_of_a_set", list(by))[[*by, *SHOWN]]


def _common(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Only items asked in every cell of `by`: cells are compared on the same questions."""
    cells = rows.groupby(list(by), observed=True, dropna=False).ngroup()
    return rows[cells.groupby(rows["item"]).transform("nunique") == cells.nunique()]


def variability(table: pd.DataFrame, by: Sequence[str] = ("placement", "task")) -> pd.DataFrame:
    """SD of the score over personas, beside the SD over wordings and the SD that sampling of scenes alone would give.

    Columns `by` + personas, sd, sampling_sd, low, high (lowest and highest persona).
    """
    rows = frame.rows(table, "hit")
    spoken = rows[rows["guise"] == "persona"]
    cells = estimate.by(spoken, "hit", [*by, "persona"]).dropna(subset=["value"])
    units = spoken.groupby([*by, "persona", "cluster"], observed=True)["value"].mean()
    errors = units.groupby(level=[*by, "persona"], observed=True).sem()
    cells = cells.join(errors.rename("error"), on=[*by, "persona"])
    lines = []
    for cell, part in cells.groupby(list(by), observed=True, sort=False):
        facts = dict(zip(by, cell if isinstance(cell, tuple) else (cell,), strict=True))
        scores = {"personas": len(part), "sd": part["value"].astype(float).std(ddof=1)}
        spread = {"sampling_sd": float(np.sqrt((part["error"] ** 2).mean()))}
        lines.append(facts | scores | spread | {"low": part["value"].min(), "high": part["value"].max()})
    return pd.DataFrame(lines)


def items(table: pd.DataFrame, measure: str = "hit") -> pd.DataFrame:
    """One row per item: its task, what is right, its ledger, and mean scores, a column a persona: persona / control.

    The baseline's column is `no persona`; what was not asked is empty.
    """
    rows = frame.rows(plain(table), measure)
    about = [name for name in ("task", "right", "ledger") if name in rows.columns]
    means = rows.groupby(["item", "persona", "guise"], observed=True, sort=False)["value"].mean().map("{:.2g}".format)
    listed = rows.groupby("item", sort=False)[about].first()
    for name in dict.fromkeys(rows["persona"]):
        sides = means.xs(name, level="persona").unstack("guise").fillna("").sort_index(axis=1, ascending=False)
        column = sides.agg(" / ".join, axis=1) if len(sides.columns) > 1 else sides.iloc[:, 0]
        listed = listed.join(column.rename("no persona" if name == "none" else str(name).replace("_", " ")))
    return listed.fillna("").reset_index()
