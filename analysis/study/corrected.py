"""Rates read by a rule or judge, corrected by the turns that people labelled: prediction-powered inference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.stats import estimate
from analysis.stats.fits._units import Estimate, quantile
from analysis.study.agreement import consensus
from analysis.study.sheets import Sheet

METHOD = "prediction-powered, by stratum and unit"
LABELLED = "labelled turns only, weighted by stratum"
FEWEST = 10
"""Labelled units below which nothing is corrected."""


def corrected(rows: pd.DataFrame, labelled: pd.DataFrame, level: float = 0.95, sensitivity: float = 1.0,
              specificity: float = 1.0) -> Estimate:  # fmt: skip
    """Rate over units of what people would say, from what the instrument says of all rows and people of some.

    The instrument's rate plus the weighted mean of label minus instrument over the labelled rows (Angelopoulos et al.
    2023, doi:10.1126/science.adi6000), with the variance of both parts by unit, since rows of a unit are alike. What
    is rare among the labels weighs much: the units' pulls are skewed, and t misses to the side of their longer tail.
    The limit there lies further out by the term of Johnson 1978, as in `estimate.mean`.

    Parameters
    ----------
    rows : all rows: `cluster`, `stratum`, `said` (0 or 1, the instrument).
    labelled : those that people labelled, by a probability sample within strata: `cluster`, `stratum`, `said`, and
        `label` in [0, 1], the share of labellers who said yes; `weight`, rows of the sheet's stratum per labelled
        one, where a stratum here joins several of the sheet's.
    sensitivity, specificity : of the labellers, where they are known to err; taken as known exactly.

    Returns
    -------
    Estimate
        `units` counts units with a label. Without a value where fewer than FEWEST have one, or a stratum has none.
        Where few labels differ from the instrument the limits are at least those of no difference found in the labels
        of a stratum.

    Examples
    --------
    >>> rows = pd.DataFrame({"cluster": range(100), "stratum": "all", "said": [1.0] * 50 + [0.0] * 50})
    >>> round(corrected(rows, rows[::2].assign(label=rows["said"])).value, 3)
    0.5
    """
    units = labelled["cluster"].nunique()
    counts: dict[str, Any] = {"units": units, "rows": len(rows), "scored": len(labelled), "asked": len(rows)}
    missing = sorted(set(rows["stratum"]) - set(labelled["stratum"]))
    reason = (
        f"only {units} units have a label" if units < FEWEST else f"no label in {', '.join(missing)}" * bool(missing)
    )
    skill = sensitivity + specificity - 1
    if reason or not skill > 0:
        why = reason or "labellers no better than chance"
        return Estimate(None, None, None, level, method=METHOD, reason=why, **counts)
    weights = _row_weights(rows)
    rows = rows.assign(weight=weights)
    value, pulls = _combined(rows, labelled)
    below, above = _halves(pulls, quantile(level, units - 1), _unseen(rows, labelled, level))
    ends = [(at + specificity - 1) / skill for at in (value, value - below, value + above)]
    value, low, high = np.clip(ends, 0.0, 1.0)
    return Estimate(float(value), float(low), float(high), level, method=METHOD, **counts)


def _halves(pulls: np.ndarray, q: float, least: float) -> tuple[float, float]:
    """Half widths below and above: q standard errors, at least `least`, and on the longer tail's side the skewness."""
    variance = float((pulls**2).sum())
    half = max(q * float(np.sqrt(len(pulls) / (len(pulls) - 1) * variance)), least)
    longer = float((pulls**3).sum()) / (6 * variance) * (1 + 2 * q * q) if variance > 0 else 0.0
    return half - min(longer, 0.0), half + max(longer, 0.0)


def _unseen(rows: pd.DataFrame, labelled: pd.DataFrame, level: float) -> float:
    """What errors that no label showed may still amount to: the exact limit of none in the labels of a stratum."""
    share, many = rows.groupby("stratum")["weight"].sum(), labelled["stratum"].value_counts()
    return float((share * (1 - ((1 - level) / 2) ** (1 / many[share.index]))).max())


def _row_weights(rows: pd.DataFrame) -> pd.Series[float]:
    """Every unit weighs the same, and so do the rows within it; the weights add up to 1."""
    return 1 / rows.groupby("cluster")["said"].transform("size") / rows["cluster"].nunique()


def _combined(rows: pd.DataFrame, labelled: pd.DataFrame) -> tuple[float, np.ndarray]:
    """(the estimate, each unit's pull on it)."""
    share = rows.groupby("stratum")["weight"].sum()
    own = rows.drop_duplicates(["cluster", "stratum"]).set_index(["cluster", "stratum"])["weight"]
    weights = own.reindex(pd.MultiIndex.from_frame(labelled[["cluster", "stratum"]])).to_numpy()
    drawn = labelled["weight"].to_numpy() if "weight" in labelled else 1.0
    marked = labelled.assign(weight=weights * drawn, gap=labelled["label"] - labelled["said"])
    marked["weight"] *= marked["stratum"].map(share) / marked.groupby("stratum")["weight"].transform("sum")
    mean = (marked["gap"] * marked["weight"]).groupby(marked["stratum"]).sum() / share
    expected = rows["said"] + rows["stratum"].map(mean)  # of people, by what the instrument said
    value = float((expected * rows["weight"]).sum())
    pulls = ((expected - value) * rows["weight"]).groupby(rows["cluster"]).sum()
    off = (marked["gap"] - marked["stratum"].map(mean)) * marked["weight"]
    many = marked.groupby("stratum")["gap"].transform("size")
    off *= np.sqrt(many / np.maximum(many - 1, 1))  # the mean of a stratum was taken from its own labels
    pulls = pulls.add(off.groupby(marked["cluster"]).sum(), fill_value=0.0)
    return value, pulls.to_numpy()


def rates(sheet: Sheet, rows: pd.DataFrame, labels: pd.DataFrame, said: str = "instrument", sensitivity: float = 1.0,
          specificity: float = 1.0) -> dict[str, dict[str, Estimate]]:  # fmt: skip
    """Class -> three rates: `raw` (the instrument's, over all rows), `corrected`, `labelled only`.

    rows : those of `sheets.instrument`, or a part of them; `said` is the column of the instrument that is corrected.
    sensitivity, specificity : of the labellers for every class, as in `corrected`.
    """
    items, held = _labelled(sheet, rows, consensus(sheet, labels), said), _held(sheet, rows)
    every = pd.DataFrame({"cluster": rows["cluster"].astype(str), "stratum": rows["instrument"], "class": rows[said]})
    every, found = every[every["class"].notna()], {}
    skill = {"sensitivity": sensitivity, "specificity": specificity}
    for name in sheet.classes:
        strata = _strata(name, every, items, held)
        whole = every.assign(said=(every["class"] == name).astype(float), stratum=every["stratum"].map(strata))
        part = items.assign(said=(items["class"] == name).astype(float), label=items[name],
                            stratum=items["stratum"].map(strata))  # fmt: skip
        alone = corrected(whole.assign(said=0.0), part.assign(said=0.0), **skill)
        found[name] = {
            "raw": estimate.proportion(whole["said"], whole["cluster"].to_numpy()),
            "corrected": corrected(whole, part, **skill),
            "labelled only": replace(alone, method=LABELLED),
        }
    return found


def _labelled(sheet: Sheet, rows: pd.DataFrame, shares: pd.DataFrame, said: str) -> pd.DataFrame:
    """The labelled items among `rows`, one line each: cluster, stratum when drawn, weight, class today, shares."""
    today = _by_place(rows, said)
    kept = [(item.cluster, item.instrument, item.weight, today[item.key, item.row], *shares.loc[item.id])
            for item in sheet.items if item.id in shares.index and (item.key, item.row) in today]  # fmt: skip
    lines = pd.DataFrame(kept, columns=["cluster", "stratum", "weight", "class", *shares.columns])
    return lines[lines["class"].notna()]


def _held(sheet: Sheet, rows: pd.DataFrame) -> bool:
    """Whether the instrument still says of every item what it said when the sheet was drawn."""
    today = _by_place(rows, "instrument")
    return all(today.get((item.key, item.row), item.instrument) == item.instrument for item in sheet.items)


def _by_place(rows: pd.DataFrame, column: str) -> dict[tuple[str, int], Any]:
    return dict(zip(zip(rows["key"], rows["row"], strict=True), rows[column], strict=True))


def _strata(name: str, every: pd.DataFrame, items: pd.DataFrame, held: bool) -> dict[str, str]:
    """Stratum when drawn -> stratum of the estimate: itself where each has a label, else the class against the rest.

    Where a rule changed since the sheet was drawn, nobody knows in which stratum the other rows were: all are then one,
    and the weights of the sheet hold it together.
    """
    names = {*every["stratum"], *items["stratum"]}
    if not held:
        return dict.fromkeys(names, "all")
    if set(items["stratum"]) >= set(every["stratum"]):
        return {stratum: str(stratum) for stratum in names}
    return {stratum: name if stratum == name else "the rest" for stratum in names}
