"""Where a shift is carried: what a patch from the shifted run brings back, by layer and position."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats import estimate
from analysis.stats.fits import max_t

COLUMNS = ["positions", "site", "value", "low", "high", "units", "gap", "gap_low", "gap_high", "p"]
LIMITS = (
    "What this does not show: a patch asks whether a state is enough to bring the shift about while the rest of the "
    "conversation is still the unshifted one. Positions before the common end differ and cannot be patched, so what "
    "later blocks read from the persona's own words stays out; a mixed state may also do what neither run does."
)


def carried(patched: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Change that a patch makes (nats, patched minus base) by positions and site, beside the whole `gap` (source minus
    base); limits over units, p adjusted for all sites and positions by max-T."""
    if not len(patched):
        return pd.DataFrame(columns=COLUMNS)
    moved = patched.assign(gain=patched["patched"] - patched["base"], gap=patched["source"] - patched["base"])
    gap = estimate.mean(moved["gap"], moved["cluster"].to_numpy())
    lines = []
    for (place, site), part in moved.groupby(["positions", "site"], observed=True, sort=False):
        gain = estimate.mean(part["gain"], part["cluster"].to_numpy())
        limits = {"value": gain.value, "low": gain.low, "high": gain.high, "units": gain.units}
        lines.append({"positions": place, "site": site, **limits})
    units = moved.groupby(["cluster", "positions", "site"], observed=True, sort=False)["gain"].mean()
    wide = units.unstack(["positions", "site"])[[(line["positions"], line["site"]) for line in lines]]
    fit = max_t.max_t(wide.to_numpy(), rng)
    p = fit.table["p"].to_numpy() if fit.table is not None else np.nan
    gaps = {"gap": gap.value, "gap_low": gap.low, "gap_high": gap.high}
    return pd.DataFrame(lines).assign(**gaps, p=p)[COLUMNS]
