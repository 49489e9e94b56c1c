"""What a study of a given size can detect: from the intervals of a pilot, or from a stated spread between units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.report import style
from analysis.report.numbers import difference_unit
from analysis.report.verdicts import margin_of
from analysis.stats.fits import power
from analysis.stats.fits._units import quantile
from probes import schema

POWER, ALPHA = 0.8, 0.05
MOST = 10_000_000
"""Units beyond which no number is looked for."""

HUGE = 1e100
"""From here on an effect is none, and no axis can show it."""


@dataclass(frozen=True)
class Spread:
    """What is known of one claim before the study.

    Parameters
    ----------
    id, unit, margin : of the claim, the margin in the unit of differences.
    sd : standard deviation between units of what the claim averages (of differences, in a comparison).
    units : of the pilot that it comes from; 0 where it was stated.
    """

    id: str
    unit: str
    margin: float | None
    sd: float
    units: int


def spreads(pilot: str | Path) -> tuple[list[Spread], list[str]]:
    """(spread of every claim of a run or comparison, why the others have none).

    The standard deviation follows from the width of the interval and the number of units: half / t * sqrt(n).
    """
    published = schema.published(pilot)
    if not published:
        raise ValueError(f"{pilot} has no claims.json of a run or comparison to take variances from")
    known, without = [], []
    for claim in published["claims"]:
        unit = difference_unit(claim["unit"])
        if claim["low"] is None or claim["high"] is None or claim["units"] < 2 or claim["low"] == claim["high"]:
            without.append(f"{claim['id']}: {claim['reason'] or 'its interval has no width'}")
            continue
        half = (claim["high"] - claim["low"]) / 2
        sd = half / quantile(claim["level"], claim["units"] - 1) * math.sqrt(claim["units"])
        known.append(Spread(claim["id"], unit, claim["margin"], sd, claim["units"]))
    return known, without


def stated(sd: float, unit: str = "percentage points") -> list[Spread]:
    """The spread of any mean, where it is given and not measured. ValueError for one that is not positive."""
    if not 0 < sd < math.inf:
        raise ValueError(f"--sd {sd:g} must be positive and finite: the spread between units, 0.5 at most for shares")
    return [Spread("any mean", unit, margin_of(unit), sd, 0)]


def detectable(known: Spread, units: int, family: int = 1, target: float = POWER) -> float | None:
    """Smallest true difference found with probability `target` by `units` units and `family` tests under Holm.

    The first step of Holm, alpha / family, is what the smallest of several effects must pass; None below two units,
    and for a spread that nothing is detected in.

    Examples
    --------
    >>> round(detectable(Spread("x", "percentage points", 0.05, 0.5, 0), 100), 3)
    0.141
    """
    if units < 2:
        return None
    found = power.power(known.sd / math.sqrt(units), units - 1, ALPHA / family, target).estimate
    return found if found is not None and found < HUGE else None


def needed(known: Spread, effect: float, family: int = 1, target: float = POWER) -> int | None:
    """Fewest units that detect an effect; None beyond ten millions."""
    low, high = 1, 2
    while (found := detectable(known, high, family, target)) is None or found > effect:
        low, high = high, 2 * high
        if high > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        found = detectable(known, middle, family, target)
        low, high = (low, middle) if found is not None and found <= effect else (middle, high)
    return high


def table(known: Sequence[Spread], factor: float, effect: tuple[float, str] | None = None, units: int = 0,
          target: float = POWER) -> pd.DataFrame:  # fmt: skip
    """One row per claim: claim, unit, sd, from (pilot units or stated), units, detectable, margin, effect, needed
    (units for that effect).

    Parameters
    ----------
    factor : planned units per unit of the pilot.
    effect : that `needed` is for, and the unit it is in ("": whatever the claim's is); claims of another unit, and all
        without it, take their own margin.
    units : planned, for stated spreads.
    """
    rows = []
    for spread in known:
        planned = round(spread.units * factor) if spread.units else units
        wanted = effect[0] if effect and effect[1] in ("", spread.unit) else spread.margin
        rows.append({"claim": spread.id, "unit": spread.unit, "sd": spread.sd,
                     "from": f"{spread.units} pilot units" if spread.units else "stated", "units": planned,
                     "detectable": detectable(spread, planned, len(known), target), "margin": spread.margin,
                     "effect": wanted,
                     "needed": needed(spread, wanted, len(known), target) if wanted else None})  # fmt: skip
    return pd.DataFrame(rows).astype({"needed": "Int64"})


def curve(
    known: Sequence[Spread], factor: float, minutes: float, units: int = 0, target: float = POWER
) -> pd.DataFrame:
    """One row per claim and size from a quarter to eight times the plan: claim, times, units, minutes, detectable."""
    rows = []
    for spread in known:
        planned = spread.units * factor if spread.units else units
        for times in (0.25, 0.5, 1, 2, 4, 8):
            at = round(planned * times)
            rows.append({"claim": spread.id, "times": times, "units": at, "minutes": minutes * times,
                         "detectable": detectable(spread, at, len(known), target)})  # fmt: skip
    return pd.DataFrame(rows, columns=["claim", "times", "units", "minutes", "detectable"])


@style.styled
def draw(lines: pd.DataFrame, ax: Any = None) -> Any:
    """Minimum detectable effect against units, in log scales, and the minutes it takes above."""
    import matplotlib.pyplot as plt

    ax = ax or plt.subplots()[1]
    colours = style.colours(lines["claim"].unique())
    for name, part in lines.dropna(subset=["detectable"]).groupby("claim", sort=False):
        ax.plot(part["units"], part["detectable"], marker="o", color=colours[name], label=str(name))
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlabel("independent units")
    ax.set_ylabel("minimum detectable effect (80 % power)")
    first = lines[lines["claim"] == lines["claim"].iloc[0]] if len(lines) else lines
    for _, row in first.iterrows():
        ax.annotate(f"{row['minutes']:.3g} min", (row["units"], 1), xycoords=("data", "axes fraction"),
                    xytext=(0, 3), textcoords="offset points", ha="center", color=style.SOFT,
                    fontsize="x-small")  # fmt: skip
    style.direct(ax)
    return ax
