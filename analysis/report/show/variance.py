"""Where the variance of a measure lies: stimulus, family, wording, persona, or the rest. One picture per family."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.report import style
from analysis.report.show.figures import figure
from analysis.report.show.html import Shown
from analysis.stats import frame
from analysis.stats.fits.components import REST, components

COLUMNS = ["term", "variance", "sd", "share", "levels", "reason"]


def variance(table: pd.DataFrame, measure: str, factors: Sequence[str]) -> Shown:
    """Shares of the variance of a measure by crossed random factors, as a figure with its data.

    Parameters
    ----------
    table : DataFrame
        A records table.
    measure : str
        The measure whose variance is divided.
    factors : sequence of str
        Facts of the trials, e.g. ("scene", "family", "wording", "persona"); a fact with fewer than three levels is
        fixed, and named as such.

    Returns
    -------
    Shown

    Examples
    --------
    >>> table = pd.DataFrame({"measure": "hit", "value": [1.0, 0.0] * 6, "status": "ok", "cluster": [*"aabbccddeeff"]})
    >>> print(variance(table, "hit", ["cluster"]))
    [figure] Where the variance of hit lies
    """
    lines = prepare(table, measure, factors)
    fixed = "; ".join(f"{line['term']}: {line['reason']}" for line in lines.to_dict("records") if line["reason"])
    title = f"Where the variance of {measure.replace('_', ' ')} lies"
    return figure(draw(lines), lines, alt=title, caption=f"{title}{f' ({fixed})' if fixed else ''}")


def prepare(table: pd.DataFrame, measure: str, factors: Sequence[str]) -> pd.DataFrame:
    """One line per factor and the rest: term, variance, sd, share, levels, reason (why it has no share)."""
    rows = frame.rows(table, measure)
    fit = components(rows["value"], {name: rows[name] for name in factors if name in rows})
    if fit.table is None:
        return pd.DataFrame([{"term": REST, "reason": fit.reason}], columns=COLUMNS)
    return fit.table.assign(reason=fit.table["reason"].fillna(""))[COLUMNS]


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A bar a factor, the largest share on top; what has no share has no bar."""
    estimated = lines.dropna(subset=["share"])
    ax = ax or plt.subplots(figsize=(5, 0.6 + 0.32 * max(len(estimated), 1)))[1]
    names = [f"{line['term']} ({line['levels']:.0f})" if line["term"] != REST else "rest"
             for line in estimated.to_dict("records")]  # fmt: skip
    ax.barh(names, 100 * estimated["share"].astype(float), color=style.PALETTE[0], height=0.6)
    ax.set(xlabel="share of the variance, % (levels in brackets)", xlim=(0, 100))
    ax.invert_yaxis()
    return ax
