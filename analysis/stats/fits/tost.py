"""Equivalence by two one-sided tests (Schuirmann 1987): the only way to say "no effect"."""

from __future__ import annotations

from dataclasses import replace

from scipy import stats

from analysis.stats.fits._fit import Fit

ASSUMPTION = "the margin was declared before looking, and the fit's own assumption holds: "


def tost(fit: Fit, margin: float, alpha: float = 0.05) -> Fit:
    """Is the estimate of `fit` (a t or z based one: welch, paired_t, a regression) within +-margin?

    p is the larger of the two one-sided p-values; low and high are the 1 - 2 alpha limits, which lie inside the margin
    exactly when p < alpha. Refuses when the fit itself is not estimable.
    """
    if not margin > 0:
        raise ValueError("margin must be positive")
    assumption = ASSUMPTION + fit.assumption
    if fit.estimate is None or fit.low is None or fit.high is None or fit.df is None:
        reason = fit.reason or f"{fit.name} has no symmetric interval"
        return Fit("tost", assumption, units=fit.units, rows=fit.rows, reason=reason)
    se = (fit.high - fit.low) / 2 / stats.t.ppf((1 + fit.level) / 2, fit.df)
    below, above = (fit.estimate + margin) / se, (fit.estimate - margin) / se
    ps = float(stats.t.sf(below, fit.df)), float(stats.t.cdf(above, fit.df))
    half = float(stats.t.ppf(1 - alpha, fit.df) * se)
    details = {"margin": margin, "p_above_lower": ps[0], "p_below_upper": ps[1], "equivalent": float(max(ps) < alpha)}
    fitted = replace(fit, name="tost", assumption=assumption, statistic=float(min(below, -above)), p=max(ps))
    return replace(fitted, low=fit.estimate - half, high=fit.estimate + half, level=1 - 2 * alpha, details=details)
