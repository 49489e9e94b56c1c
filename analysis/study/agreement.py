"""How far labellers agree, in all and class by class, and where they do not."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from analysis.stats.fits.kappa import kappa
from analysis.stats.fits.krippendorff import krippendorff
from analysis.study.sheets import ADJUDICATED, INSTRUMENT, Sheet

COLUMNS = ["who", "class", "statistic", "value", "low", "high", "items", "reason"]


def ratings(sheet: Sheet, labels: pd.DataFrame) -> pd.DataFrame:
    """Items down, labellers across: the label, or nothing."""
    given = labels[labels["labeller"] != ADJUDICATED]
    return given.pivot(index="item", columns="labeller", values="label").reindex([item.id for item in sheet.items])


def agreement(sheet: Sheet, labels: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One row per statistic: who, class (empty: all), statistic, value, low, high, items, reason (there is none).

    Cohen's kappa of every pair of labellers and of the instrument with each, Krippendorff's alpha of all people; both
    for all classes together and for each against the rest. Limits by bootstrap over independent units.
    """
    table = ratings(sheet, labels)
    clusters = np.array([item.cluster for item in sheet.items], dtype=object)
    people = [name for name in sheet.labellers if name in table]
    beside = table.assign(**{INSTRUMENT: [item.instrument for item in sheet.items]})
    pairs = [*combinations(people, 2), *((INSTRUMENT, name) for name in people)]
    rows = []
    for name in ("", *sheet.classes):
        coded = beside if not name else (beside == name).astype(object).where(beside.notna(), None)
        for a, b in pairs:
            fit = kappa(coded[a].to_numpy(), coded[b].to_numpy(), clusters=clusters, rng=rng)
            rows.append((f"{a} and {b}", name, "Cohen's kappa", fit))
        if len(people) > 1:
            fit = krippendorff(_numbers(coded[people]), clusters=clusters, rng=rng)
            rows.append(("all labellers", name, "Krippendorff's alpha", fit))
    told = [(who, name, what, fit.estimate, fit.low, fit.high, fit.rows if what[0] == "C" else fit.units, fit.reason)
            for who, name, what, fit in rows]  # fmt: skip
    return pd.DataFrame(told, columns=COLUMNS)


def _numbers(coded: pd.DataFrame) -> np.ndarray:
    """Labels [labellers, items] as numbers, NaN where nothing was said."""
    levels = sorted({str(value) for value in coded.to_numpy().ravel() if not pd.isna(value)})
    codes = {level: float(at) for at, level in enumerate(levels)}
    return np.array([[np.nan if pd.isna(value) else codes[str(value)] for value in coded[name]] for name in coded])


def disagreements(sheet: Sheet, labels: pd.DataFrame) -> pd.DataFrame:
    """Items with more than one label among people, one row each: item, a column per labeller, adjudicated."""
    table = ratings(sheet, labels)
    apart = table[table.nunique(axis=1) > 1]
    settled = labels[labels["labeller"] == ADJUDICATED].set_index("item")["label"]
    return apart.assign(adjudicated=settled.reindex(apart.index)).reset_index()


def consensus(sheet: Sheet, labels: pd.DataFrame) -> pd.DataFrame:
    """One row per labelled item and one column per class: the share of its labellers who said so.

    The share keeps a disagreement that nobody settled without favouring a labeller; an adjudicated label replaces it.
    """
    settled = set(labels.loc[labels["labeller"] == ADJUDICATED, "item"])
    counted = labels[(labels["labeller"] == ADJUDICATED) | ~labels["item"].isin(settled)]
    shares = pd.crosstab(counted["item"], counted["label"], normalize="index")
    return shares.reindex(columns=list(sheet.classes), fill_value=0.0)
