"""From records, or from a table made elsewhere, to what scoring takes: confidence, correct, cluster, and the rest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.calibration.tables.panel import METRICS
from analysis.calibration.tables.score import EMPTY, score
from analysis.report import records
from analysis.stats import frame
from analysis.stats.metrics._rows import Floats
from probes import schema
from probes.schema.given import columns as given
from probes.schema.given.near import heard

SAME_ROW = ("run", "probe", "fingerprint", "seed", "key", "row")
FACTORS = ("model", "probe", "dataset", "language", "turns", "form", "kind", "persona", "setting")
"""Facts that split a score card by default, where they vary."""
RESULTS = ("metric", *EMPTY, "method", "reason", "level", "units", "rows", "scored", "asked")
"""Columns of a score card, by which no table can be split."""
ROUNDING = 1e-6
"""By so much a probability may lie outside [0, 1]."""


def pairs(table: pd.DataFrame, confidence: str = "confidence", correct: str = "correct") -> pd.DataFrame:
    """One line per observation of a records table: `confidence`, `correct` (NaN unless ok), `status`, cluster, facts.

    status is that of the confidence where the answer was scored, else that of the answer. `mass`, where it was
    measured, is the probability of all options together (NaN where the confidence was read from no options).
    """
    keys = [column for column in SAME_ROW if column in table.columns]
    stated, scored = frame.rows(table, confidence), frame.rows(table, correct)
    answer = scored[[*keys, "value", "status"]].rename(columns={"value": "correct", "status": "answer_status"})
    joined = stated.rename(columns={"value": "confidence"}).merge(answer, on=keys, how="left", validate="one_to_one")
    if (table["measure"] == "mass").any():
        mass = frame.rows(table, "mass")[[*keys, "value"]].rename(columns={"value": "mass"})
        joined = joined.merge(mass, on=keys, how="left", validate="one_to_one")
    joined["status"] = joined["status"].where(joined["answer_status"] == "ok", joined["answer_status"])
    return joined.drop(columns=["answer_status", "measure", "unit"])


def rates(pairs: pd.DataFrame, groups: Sequence[str] = ()) -> pd.DataFrame:
    """How many confidences were asked for in each group, and the share of each status: missing ones have a rate."""
    keys = list(groups) or ["_all"]
    table = pairs if groups else pairs.assign(_all="all")
    counts = table.groupby(keys, observed=True, sort=False)["status"].value_counts(normalize=True).unstack(fill_value=0)
    counts = counts.reindex(columns=list(frame.STATUSES), fill_value=0.0)
    counts.insert(0, "asked", table.groupby(keys, observed=True, sort=False).size())
    return counts.reset_index()


def option_shares(pairs: pd.DataFrame) -> tuple[Floats, np.ndarray]:
    """Probabilities [rows, options] and the place of the right one, of rows that recorded them for all options.

    Items may have any number of options: beyond an item's own the probabilities are NaN.
    """
    listed = [[float(share) for share in text.split()] for text in pairs["shares"]]
    shares = np.full((len(listed), max(map(len, listed), default=0)), np.nan)
    for row, probabilities in enumerate(listed):
        shares[row, : len(probabilities)] = probabilities
    return shares, pairs["place"].to_numpy(dtype=int)


def read(path: str | Path) -> pd.DataFrame:
    """A table from CSV, TSV, Parquet or JSON Lines, or the records of a run folder; records come as `pairs`.

    Cells are text as they were written, but for `confidence` and `correct` (of records `value`), which are numbers.
    """
    source = Path(path).expanduser()
    if located := schema.located(source):
        return pairs(records.rows(*located))
    if source.is_dir():
        return _run(source)
    if not source.is_file():
        raise FileNotFoundError(f"no file or run folder {source}")
    table = pd.DataFrame(given.columns(source), dtype=object)
    if {"measure", "value", "status"} <= set(table.columns):
        return pairs(table.assign(value=given.numbers(table["value"], "value")))
    return _numbered(table)


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    """With confidences and outcomes as numbers. A column of percentages throughout is understood as such."""
    if "confidence" in table:
        table = table.assign(confidence=given.numbers(_shares(table["confidence"]), "confidence"))
    if "correct" in table:
        table = table.assign(correct=given.numbers(table["correct"], "correct", truth=True))
    return table


def _shares(column: pd.Series) -> pd.Series:
    texts = column.map(given.text)
    percent = texts.str.endswith("%", na=False)
    if not percent.any() or not (percent | texts.str.lower().isin(given.MISSING)).all():
        return column
    values = pd.Series(given.numbers(texts.str.removesuffix("%"), "confidence"), column.index) / 100
    return values.astype(object)


def _run(out: Path) -> pd.DataFrame:
    """Pairs of all probes of a run folder that measured them."""
    names = schema.probes(out)
    if not names:
        raise FileNotFoundError(f"{out}: no finished records (no records/*/manifest.json)")
    tables = [records.rows(out, name) for name in names]
    fitting = [one for one in tables if {"confidence", "correct"} <= set(one["measure"])]
    if not fitting:
        raise ValueError(f"{out}: none of its {len(tables)} probes measured both confidence and correct")
    classes = [str(schema.manifest(out, name).get("class", name)).rpartition(".")[2] for name in names]
    if twice := sorted({name for name in classes if classes.count(name) > 1}):
        folders = ", ".join(name for name, kind in zip(names, classes, strict=True) if kind == twice[0])
        raise ValueError(f"{out} has several runs of a probe {twice[0]}: give one of the folders {folders} in records")
    return pairs(pd.concat(fitting, ignore_index=True))


def score_file(
    path: str | Path,
    groups: Sequence[str] | None = None,
    confidence: str = "confidence",
    correct: str = "correct",
    cluster: str = "cluster",
    metrics: Sequence[str] = METRICS,
    draws: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """The score card of a file or run folder, without any model: see `score`.

    confidence, correct, cluster: names of the columns; without a cluster column every row is a unit of its own, with
    one every row needs a cluster.
    groups: columns to split by; None takes those of FACTORS that vary. ValueError and KeyError say what is wrong, and
    in which row.
    """
    source = read(path)
    if missing := [name for name in (confidence, correct) if name not in source.columns]:
        raise KeyError(f"no column {missing[0]!r}; there are {', '.join(map(str, source.columns))}")
    heard((cluster,), source.columns, Path(path).name)
    named = {confidence: "confidence", correct: "correct", cluster: "cluster"}
    table = _numbered(source.drop(columns={*named.values()} & {*source} - {*named}).rename(columns=named))
    for name in ("confidence", "correct"):
        table[name] = _within(table[name], name)
    if "cluster" in table:
        table["cluster"] = given.names(table["cluster"], "cluster")
    if taken := [name for name in groups or () if name in RESULTS]:
        raise ValueError(f"the scores have a column {taken[0]!r} of their own: rename yours to split by it")
    for name in [name for name in (FACTORS if groups is None else groups) if name in table]:
        if (lists := table[name].map(lambda cell: isinstance(cell, list | dict))).any():
            raise ValueError(f"row {int(lists.to_numpy().argmax()) + 1}: {name} is neither a text nor a number")
    chosen = [c for c in FACTORS if c in table.columns and table[c].nunique() > 1] if groups is None else list(groups)
    return score(table, chosen, np.random.default_rng(seed), metrics, draws, level)


def _within(column: pd.Series, name: str) -> pd.Series:
    """Values in [0, 1], those past an end by no more than rounding at it."""
    outside = (column < -ROUNDING) | (column > 1 + ROUNDING)
    if outside.any():
        first, count = int(outside.to_numpy().argmax()), int(outside.sum())
        raise ValueError(f"row {first + 1}: {name} is {column.iloc[first]:g}, outside [0, 1]; divide percentages by 100"
                         + (f"; {count} rows are so" if count > 1 else ""))  # fmt: skip
    return column.clip(0, 1)
