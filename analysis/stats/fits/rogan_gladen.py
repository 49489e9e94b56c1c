"""A rate read by an imperfect instrument, corrected for what the instrument is known to get wrong."""

from __future__ import annotations

import numpy as np

from analysis.stats.fits._units import Estimate, quantile

METHOD = "Rogan-Gladen, limits with the labels' uncertainty"


def rogan_gladen(rate: Estimate, hits: int, positives: int, rejections: int, negatives: int) -> Estimate:
    """True rate behind a `rate` that an instrument read, given how it did on rows that a person labelled.

    (rate + specificity - 1) / (sensitivity + specificity - 1), cut to [0, 1] (Rogan & Gladen 1978). The limits add the
    variances of the rate, of the sensitivity and of the specificity, each moved towards one half by as much as a Wilson
    interval is, with the correction of Lang & Reiczigel 2014 (doi:10.1016/j.prevetmed.2013.09.015).

    Parameters
    ----------
    rate : the raw rate with its interval; how sure it is follows from the interval, so clusters are kept.
    hits, positives : rows the instrument called yes, of those that a person called yes.
    rejections, negatives : rows the instrument called no, of those that a person called no.

    Returns
    -------
    Estimate
        Without a value, and with the reason, where the rate has no interval, a class of labels is empty, or the
        instrument is no better than chance.
    """
    if not (0 <= hits <= positives and 0 <= rejections <= negatives):
        raise ValueError(f"{hits} of {positives} and {rejections} of {negatives} are no counts of labelled rows")
    counts = {"units": rate.units, "rows": rate.rows, "scored": rate.scored, "asked": rate.asked, "method": METHOD}
    reason = _unusable(rate, hits, positives, rejections, negatives)
    if reason or rate.value is None or rate.low is None or rate.high is None:
        return Estimate(None, None, None, rate.level, reason=reason, **counts)  # type: ignore[arg-type]
    value = (rate.value + rejections / negatives - 1) / (hits / positives + rejections / negatives - 1)
    z = quantile(rate.level)
    centre, spread = (rate.low + rate.high) / 2, ((rate.high - rate.low) / 2 / z) ** 2
    (sensitivity, at_yes), (specificity, at_no) = _shrunk(hits, positives), _shrunk(rejections, negatives)
    skill = sensitivity + specificity - 1
    true = (centre + specificity - 1) / skill
    shift = 2 * z**2 * (true * at_yes - (1 - true) * at_no)
    half = z * np.sqrt(spread + true**2 * at_yes + (1 - true) ** 2 * at_no) / skill
    low, high = np.clip([true + shift - half, true + shift + half], 0.0, 1.0)
    return Estimate(float(np.clip(value, 0, 1)), float(low), float(high), rate.level, **counts)  # type: ignore[arg-type]


def _shrunk(right: int, labelled: int) -> tuple[float, float]:
    """Share right with one more of each kind, and its variance."""
    share = (right + 1) / (labelled + 2)
    return share, share * (1 - share) / (labelled + 2)


def _unusable(rate: Estimate, hits: int, positives: int, rejections: int, negatives: int) -> str:
    if rate.value is None or rate.low is None:
        return rate.reason or "the raw rate has no interval"
    if not positives or not negatives:
        return f"the labels have {positives} yes and {negatives} no: the instrument is not known"
    skill = _shrunk(hits, positives)[0] + _shrunk(rejections, negatives)[0] - 1
    return (
        ""
        if skill > 0.05 and hits / positives + rejections / negatives > 1
        else "the instrument is no better than chance"
    )
