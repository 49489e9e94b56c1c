"""JZS Bayes factor of a t-test (Rouder et al. 2009): Cauchy prior on the standardised effect."""

from __future__ import annotations

import math

from scipy import integrate, optimize

from analysis.stats.fits._fit import Fit

ASSUMPTION = "the t value comes from independent units, and r is the prior scale you would have chosen beforehand"

LOWEST, HIGHEST, POINTS = -8, 60, (-2, 0, 5, 15)
"""Range of log g, and where the integrand may bend."""
LARGEST = 709.0
"""Natural logarithm of the largest float."""


def jzs(t: float, n: int, m: int | None = None, r: float = math.sqrt(2) / 2) -> Fit:
    """BF10 of a one-sample or paired t on n units, or of a pooled two-sample t on n and m units.

    Above 1 the data speak for an effect, below 1 for none; 3 and 1/3 are weak by convention.
    Details: r, log_bf10 (natural logarithm). Refused where BF10 itself is no float any more.
    """
    smallest = n if m is None else min(n, m)
    if not math.isfinite(t) or smallest < 2 or not r > 0:
        return Fit("jzs", ASSUMPTION, units=n + (m or 0), reason="needs a finite t, two units a side and r > 0")
    size, df = (n, n - 1) if m is None else (n * m / (n + m), n + m - 2)

    def log_integrand(log_g: float) -> float:
        g = math.exp(log_g)
        shrunk = 1 + size * g * r * r
        tail = -(df + 1) / 2 * (math.log1p(t * t / (shrunk * df)) - math.log1p(t * t / df))
        return tail - 0.5 * math.log(shrunk) - 0.5 * math.log(2 * math.pi) - 0.5 * log_g - 1 / (2 * g)

    peak = optimize.minimize_scalar(lambda x: -log_integrand(x), bounds=(LOWEST, HIGHEST), method="bounded")
    top = -float(peak.fun)  # scaled by its peak, the integrand stays within a float whatever t is
    marks = (*POINTS, float(peak.x))
    area, _ = integrate.quad(lambda x: math.exp(log_integrand(x) - top), LOWEST, HIGHEST, points=marks, limit=400)
    log_bf = top + math.log(area)
    details = {"r": r, "log_bf10": log_bf}
    if log_bf > LARGEST:
        reason = f"BF10 is e^{log_bf:.0f}, beyond the largest number: see log_bf10"
        return Fit("jzs", ASSUMPTION, units=n + (m or 0), reason=reason, details=details)
    return Fit("jzs", ASSUMPTION, math.exp(log_bf), "Bayes factor BF10", statistic=float(t), df=df,
               units=n + (m or 0), details=details)  # fmt: skip
