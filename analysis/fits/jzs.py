"""JZS Bayes factor of a t-test (Rouder et al. 2009): Cauchy prior on the standardised effect."""

from __future__ import annotations

import math

from scipy import integrate

from analysis.fits._fit import Fit

ASSUMPTION = "the t value comes from independent units, and r is the prior scale you would have chosen beforehand"


def jzs(t: float, n: int, m: int | None = None, r: float = math.sqrt(2) / 2) -> Fit:
    """BF10 of a one-sample or paired t on n units, or of a pooled two-sample t on n and m units.

    Above 1 the data speak for an effect, below 1 for none; 3 and 1/3 are weak by convention.
    """
    smallest = n if m is None else min(n, m)
    if not math.isfinite(t) or smallest < 2 or not r > 0:
        return Fit("jzs", ASSUMPTION, units=n + (m or 0), reason="needs a finite t, two units a side and r > 0")
    size, df = (n, n - 1) if m is None else (n * m / (n + m), n + m - 2)

    def integrand(log_g: float) -> float:
        g = math.exp(log_g)
        shrunk = 1 + size * g * r * r
        tail = -(df + 1) / 2 * (math.log1p(t * t / (shrunk * df)) - math.log1p(t * t / df))
        prior = -0.5 * math.log(2 * math.pi) - 1.5 * log_g - 1 / (2 * g)
        return math.exp(tail - 0.5 * math.log(shrunk) + prior + log_g)

    value, _ = integrate.quad(integrand, -8, 60, points=(-2, 0, 5, 15), limit=400)
    return Fit("jzs", ASSUMPTION, float(value), "Bayes factor BF10", statistic=float(t), df=df, units=n + (m or 0),
               details={"r": r})  # fmt: skip
