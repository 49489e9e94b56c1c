"""The units that changed most between two runs, and the conversations behind the change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.report.show.conversations import exchange
from analysis.report.show.html import Shown, text
from analysis.report.show.stored import behind
from analysis.study.side import Side

MOST = 20
"""Units shown."""
COLUMNS = ["probe", "unit", "measure", "first", "other", "change", "score"]


def changed(first: Side, other: Side, most: int = MOST) -> pd.DataFrame:
    """The units whose values moved most, one row per unit: probe, unit, measure, first, other, change, score.

    `score` is the unit's mean change over its rows, in standard deviations of that change between units, so that
    measures of different units can be ranked together; of each unit the measure with the largest score is named. A
    unit read in one run alone is no change and is not ranked.
    """
    shared = [name for name in first.manifests if name in other.manifests]
    parts = [_scored(_matched(first.table(name), other.table(name)), name) for name in shared]
    every = pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else None
    if every is None:
        return pd.DataFrame(columns=COLUMNS)
    every = every.iloc[np.argsort(-every["score"].abs().to_numpy(), kind="stable")]
    return every.drop_duplicates(["probe", "unit"]).head(most).reset_index(drop=True)[COLUMNS]


def _matched(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Scored rows of both runs that stand at the same place: unit, row, measure and number of the trial in its unit."""
    keys = ["cluster", "row", "measure", "place"]
    both = [
        table.assign(cluster=table["cluster"].astype(str),
                     place=table.groupby(["cluster", "row", "measure"], sort=False).cumcount())
        for table in (a, b)
    ]  # fmt: skip
    merged = both[0].reset_index().merge(both[1].reset_index(), on=keys, suffixes=("_a", "_b"))
    return merged.dropna(subset=["value_a", "value_b"])


def _scored(matched: pd.DataFrame, probe: str) -> pd.DataFrame:
    means = matched.groupby(["measure", "cluster"], sort=False)[["value_a", "value_b"]].mean().reset_index()
    means["change"] = means["value_b"] - means["value_a"]
    spread = means.groupby("measure", sort=False)["change"].transform(lambda gaps: gaps.std(ddof=1))
    means["score"] = means["change"] / spread.where(spread > 1e-12)
    found = means.dropna(subset=["score"]).rename(columns={"value_a": "first", "value_b": "other", "cluster": "unit"})
    return found[found["change"].abs() > 1e-12].assign(probe=probe)


def conversations(first: Side, other: Side, units: pd.DataFrame, names: tuple[str, str]) -> Shown:
    """Both conversations of each unit beside each other: those of the row that changed most. All text is escaped."""
    body = "".join(_pair(first, other, unit, names, opened=place == 0)
                   for place, (_, unit) in enumerate(units.iterrows()))  # fmt: skip
    said = f"{len(units)} units that changed most"
    return Shown(f'<div class="il-transcripts il-trials"><p class="il-facts">{text(said)}</p>{body}</div>', said)


def _pair(first: Side, other: Side, unit: Any, names: tuple[str, str], opened: bool) -> str:
    tables = first.table(unit["probe"]), other.table(unit["probe"])
    own = [table[(table["cluster"].astype(str) == unit["unit"]) & (table["measure"] == unit["measure"])]
           for table in tables]  # fmt: skip
    rows = _matched(*own)
    top = rows.iloc[int((rows["value_b"] - rows["value_a"]).abs().to_numpy().argmax())]
    cells = "".join(f"<td>{_conversation(side, table, top[f'index_{at}'])}</td>"
                    for side, table, at in zip((first, other), tables, "ab", strict=True))  # fmt: skip
    head = "".join(f'<th scope="col">{text(name)}: {top[f"value_{at}"]:.3g}</th>'
                   for name, at in zip(names, "ab", strict=True))  # fmt: skip
    title = f"{unit['probe']}, {unit['unit']}: {unit['measure']} {unit['first']:.3g} to {unit['other']:.3g}"
    table = f'<table class="plain"><thead><tr>{head}</tr></thead><tbody><tr>{cells}</tr></tbody></table>'
    return (f'<details class="il-trial"{" open" if opened else ""}><summary>{text(title, 400)}</summary>'
            f'<div class="wide" tabindex="0">{table}</div></details>')  # fmt: skip


def _conversation(side: Side, table: pd.DataFrame, at: Any) -> str:
    try:
        ((one, note),) = behind(table.loc[[at]], side.folder)
    except ValueError as error:  # what was altered since is said in place of a conversation
        one, note = {}, str(error)
    return exchange(one, note)
