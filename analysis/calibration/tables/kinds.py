"""Which kind of confidence to trust: all kinds on the same answers, with multiplicity handled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.calibration.tables.score import score
from analysis.stats.estimate import Estimate
from analysis.stats.fits._fit import Fit
from analysis.stats.fits.area import area
from analysis.stats.fits.holm import holm

SHOWN = ("persona", "kind", "form", "confidence", "item", "wording_text", "answer", "truth")
COLUMNS = (
    *("recommended", "readable", "auroc", "auroc_low", "auroc_high", "p", "adjusted", "accuracy", "mean_confidence"),
    *("signed_gap", "ece", "ece_corrected", "ece_low", "ece_high", "ece_null_low", "ece_null_high", "ece_p_calibrated"),
    *("brier", "brier_low", "brier_high", "units", "scored", "asked", "reason"),
)
READABLE = 0.8
"""A kind whose confidence could be read less often than this is shown and never recommended."""


def compare(pairs: pd.DataFrame, rng: np.random.Generator, draws: int = 1000, level: float = 0.95) -> pd.DataFrame:
    """One line per form and kind: its score card in columns, `readable`, and the test that it ranks at all.

    p: AUROC against .5, by permutation of outcomes between clusters. adjusted: Holm over all lines.
    recommended: the readable line of highest AUROC among those Holm leaves, one a form at most.
    """
    groups = [name for name in ("form", "kind") if name in pairs.columns]
    card = score(
        pairs, groups, rng, ("accuracy", "mean_confidence", "signed_gap", "ece", "brier", "auroc"), draws, level
    )
    cells: Any = card.set_index([*groups, "metric"])[["value", "low", "high", "corrected"]].unstack("metric")
    wide = cells.reindex(card[groups].drop_duplicates().set_index(groups).index)
    wide.columns = pd.Index([f"{name}_{part}".removesuffix("_value") for part, name in wide.columns.to_flat_index()])
    counts = card.drop_duplicates(groups).set_index(groups)[["units", "scored", "asked"]]
    nulls = card[card.metric == "ece"].set_index(groups)[["null_low", "null_high", "p_calibrated"]].add_prefix("ece_")
    why = card[card.metric == "auroc"].set_index(groups)["reason"]
    lines = wide.join([counts, nulls, why]).reset_index()
    lines["readable"] = lines["scored"] / lines["asked"]
    ranked = {cell: _ranks(part, rng).p for cell, part in pairs.groupby(groups, observed=True, dropna=False)}
    lines["p"] = pd.Series([ranked[cell] for cell in lines[groups].itertuples(index=False, name=None)], dtype=float)
    names = ["|".join(map(str, line)) for line in lines[groups].to_numpy()]
    p_values = {name: None if np.isnan(p) else p for name, p in zip(names, lines["p"], strict=True)}
    lines["adjusted"] = holm(p_values, names)["adjusted"].to_numpy()
    lines["recommended"] = _recommended(lines, groups[:-1])
    return lines[[*groups, *COLUMNS]]


def shown(lines: pd.DataFrame) -> pd.DataFrame:
    """What a reader needs of `compare`, intervals as text; an ECE stands beside the most a calibrated model shows."""
    columns = {name: lines[name].str.replace("_", " ") for name in ("form", "kind") if name in lines}
    return pd.DataFrame(
        {
            **columns,
            "trust": np.where(lines["recommended"], "yes", ""),
            "read": [f"{part:.0f} of {whole:.0f}" for part, whole in zip(lines["scored"], lines["asked"], strict=True)],
            "AUROC": _between(lines, "auroc"),
            "Holm p": lines["adjusted"],
            "accuracy": lines["accuracy"],
            "confidence": lines["mean_confidence"],
            "ECE without noise": _between(lines, "ece", "ece_corrected"),
            "plain ECE": lines["ece"],
            "calibrated up to": lines["ece_null_high"],
            "no interval because": np.where(lines["scored"] > 0, lines["reason"], ""),
        }
    )


def _between(lines: pd.DataFrame, name: str, value: str = "") -> list[str]:
    parts = lines[[value or name, f"{name}_low", f"{name}_high"]].astype(float).to_numpy()
    return ["" if a != a else f"{a:.2f}" + (f" ({b:.2f} to {c:.2f})" if b == b else "") for a, b, c in parts]


def _ranks(part: pd.DataFrame, rng: np.random.Generator | None = None, level: float = 0.95) -> Fit:
    """Does this confidence rank right answers above wrong ones? Permutations between clusters where `rng` is given."""
    clusters = part["cluster"].to_numpy() if "cluster" in part else None
    return area(part["confidence"], part["correct"], clusters, rng, level=level)


def best_area(seen: pd.DataFrame, form: str, kind: str, family: int, level: float = 0.95) -> Fit:
    """Area of one kind, with limits that hold for all `family` kinds among which it was chosen (Bonferroni)."""
    mine = seen[(seen["form"] == form) & (seen["kind"] == kind)]
    return _ranks(mine, level=1 - (1 - level) / family)


def _recommended(lines: pd.DataFrame, forms: list[str]) -> np.ndarray:
    fit = (lines["readable"] >= READABLE) & (lines["adjusted"] < 0.05) & (lines["auroc"] > 0.5)
    ranked = lines[fit].sort_values("auroc", ascending=False, kind="stable")
    best = ranked.drop_duplicates(forms) if forms else ranked.head(1)
    return lines.index.isin(best.index)


def as_estimate(card: pd.DataFrame, metric: str, corrected: bool = False) -> Estimate:
    """One line of a score card as an estimate; `corrected` takes the median-unbiased value of a distance."""
    line = card[card.metric == metric].iloc[0]
    value, low, high = (None if np.isnan(line[k]) else float(line[k]) for k in ("value", "low", "high"))
    if corrected and value is not None and low is not None:
        value = float(line.corrected)
    return Estimate(value, low, high, float(line.level), int(line.units), int(line.rows), int(line.scored),
                    int(line.asked), str(line.method), reason=str(line.reason))  # fmt: skip


def mistakes(pairs: pd.DataFrame, limit: int = 20) -> pd.DataFrame:
    """The wrong answers of highest confidence, with the columns that say what they are."""
    wrong = pairs[(pairs["correct"] == 0) & pairs["confidence"].notna()]
    columns = [column for column in SHOWN if column in wrong.columns]
    return wrong.sort_values("confidence", ascending=False, kind="stable")[columns].head(limit)


def with_brier(pairs: pd.DataFrame) -> pd.DataFrame:
    """With the squared error of each row, whose mean is the Brier score."""
    return pairs.assign(brier=(pairs["confidence"] - pairs["correct"]) ** 2)
