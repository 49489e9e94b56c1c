"""What personas do to accuracy and calibration: paired by item, adjusted together, with what could have been missed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.calibration.tables import option_shares
from analysis.calibration.tables.kinds import with_brier
from analysis.stats.fits._fit import Fit
from analysis.stats.fits.holm import holm
from analysis.stats.fits.paired_t import paired_t
from analysis.stats.fits.power import detectable

MEASURES = ("correct", "brier", "confidence")
TITLES = {"correct": "expected accuracy", "brier": "Brier score", "confidence": "mean confidence"}


def contrasts(pairs: pd.DataFrame, measures: tuple[str, ...] = MEASURES, baseline: str = "none") -> pd.DataFrame:
    """One line per persona and measure: persona minus baseline, low, high, p, adjusted, detectable.

    baseline: a persona, or `control` for each persona's own length-matched one. Items (`cluster`) are paired; adjusted
    is Holm's over the table; detectable is the minimum detectable effect (80 % power). `correct` is `expected`.
    """
    table, lines = with_brier(pairs), []
    table = table.assign(correct=expected(table))
    sides = {str(name): part for name, part in table.groupby("persona", sort=False, observed=True)}
    for persona, part in sides.items():
        base = sides.get(f"control_{persona}" if baseline == "control" else baseline)
        if base is None or persona == baseline:
            continue
        for measure in measures:
            fit = paired_t(part[measure].to_numpy(), base[measure].to_numpy(), part["cluster"].to_numpy(),
                           base["cluster"].to_numpy())  # fmt: skip
            lines.append({"persona": persona, "measure": measure} | line(fit))
    return _adjusted(pd.DataFrame(lines), ["persona", "measure"])


def expected(pairs: pd.DataFrame) -> pd.Series[float]:
    """Accuracy in expectation, were answers drawn from their probabilities, which the same items tell far more closely.

    That is the probability of the right option where those of all were recorded, elsewhere whether the answer is right.
    """
    known = pairs["shares"].fillna("").str.strip().ne("") & pairs["place"].ge(0) if "shares" in pairs else None
    if known is None or not known.any():
        return pairs["correct"].astype(float)
    shares, places = option_shares(pairs[known])
    value = pd.Series(shares[np.arange(len(places)), places], pairs.index[known])
    return value.reindex(pairs.index).fillna(pairs["correct"].astype(float)).where(pairs["correct"].notna())


def interaction(pairs: pd.DataFrame, levels: tuple[str, str], measure: str = "correct", factor: str = "setting",
                baseline: str = "none") -> pd.DataFrame:  # fmt: skip
    """One line per persona: its effect at the first of `levels` of a factor minus that at the second, paired by unit.

    The levels are named, so that the sign of the contrast does not depend on the order of the rows.
    """
    table, lines = with_brier(pairs), []
    if missing := set(levels) - set(table[factor].astype(str)):
        raise ValueError(f"{factor} has no level {sorted(missing)}; it has {sorted(set(table[factor].astype(str)))}")
    first, second = levels
    means = table.pivot_table(index="cluster", columns=["persona", factor], values=measure, aggfunc="mean")
    for persona in [name for name in pd.unique(table["persona"]) if name != baseline]:
        effects = [means[persona][level] - means[baseline][level] for level in (first, second)]
        fit = paired_t(effects[0].to_numpy(), effects[1].to_numpy(), means.index.to_numpy(), means.index.to_numpy())
        lines.append({"persona": persona, "measure": measure, "contrast": f"{first} minus {second}"} | line(fit))
    return _adjusted(pd.DataFrame(lines), ["persona", "measure"])


def line(fit: Fit) -> dict[str, Any]:
    """A paired fit as a line."""
    return {key: getattr(fit, key) for key in ("estimate", "low", "high", "level", "p", "df", "units", "reason")}


def _adjusted(lines: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    if lines.empty:
        return lines
    family = ["|".join(row) for row in lines[names].to_numpy()]
    p = {name: None if pd.isna(value) else float(value) for name, value in zip(family, lines["p"], strict=True)}
    sides: Any = lines[["low", "high", "df", "level"]].astype(object).where(lines["low"].notna(), None).to_numpy()
    sizes: list[Any] = [detectable(low, high, df, level, len(lines)) for low, high, df, level in sides]
    seen = pd.Series(sizes, index=lines.index, dtype=object)
    return lines.assign(adjusted=holm(p, family)["adjusted"].to_numpy(), detectable=seen)


def plane(pairs: pd.DataFrame, group: str = "persona", level: float = 0.95) -> pd.DataFrame:
    """One line per group: accuracy, mean confidence, overconfidence (their difference), and a joint confidence ellipse.

    width, height, angle (degrees) are Hotelling's ellipse of the unit means in the plane of accuracy and confidence;
    NaN below four units.
    """
    lines = []
    for name, part in pairs.dropna(subset=["confidence", "correct"]).groupby(group, sort=False, observed=True):
        means = part.groupby("cluster")[["correct", "confidence"]].mean()
        (accuracy, confidence), n = means.mean(), len(means)
        width = height = angle = np.nan
        if n > 3:
            spread, axes = np.linalg.eigh(np.cov(means.to_numpy().T) / n)
            reach = 2 * (n - 1) / (n - 2) * stats.f.ppf(level, 2, n - 2)
            height, width = 2 * np.sqrt(np.maximum(spread, 0) * reach)
            angle = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])))
        lines.append({group: name, "accuracy": accuracy, "confidence": confidence, "units": n, "width": width,
                      "overconfidence": confidence - accuracy, "height": height, "angle": angle})  # fmt: skip
    return pd.DataFrame(lines)


def shown(lines: pd.DataFrame) -> pd.DataFrame:
    """`contrasts` for readers: differences in points with their intervals as text, and the smallest that is found."""
    if lines.empty:
        return lines
    parts = zip(*(100 * lines[name].astype(float) for name in ("estimate", "low", "high")), strict=True)
    return pd.DataFrame(
        {
            "persona": lines["persona"].str.replace("_", " "),
            "measure": lines["measure"].map(TITLES),
            "change in points": ["" if a != a else f"{a:+.1f} ({b:+.1f} to {c:+.1f})" for a, b, c in parts],
            "Holm p": lines["adjusted"],
            "minimum detectable effect": [f"{100 * value:.1f}" if value == value else "" for value in
                                   lines["detectable"].astype(float)],
            "items": lines["units"],
            "no interval because": lines["reason"],
        }
    )  # fmt: skip
