"""From records of `refine` to estimates: what passes do to a draft beyond being one more pass."""

from __future__ import annotations

import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate

MEASURES = {
    "style_change": "manner kept",
    "facts_change": "facts kept",
    "length_change": "length, words",
    "damage": "damage",
}
PLACEBO = "again"


def over_again(table: pd.DataFrame, measure: str, order: str, draft: str = "") -> Estimate:
    """A measure of an order of passes minus the same of as many placebo passes, paired by user; of one draft or all."""
    rows = frame.rows(table, measure)
    rows = rows[rows["draft"] == draft] if draft else rows
    kind = "proportion" if measure == "damage" else "mean"
    return estimate.between(rows[rows["order"] == order], rows[rows["order"] == PLACEBO], kind=kind)


def refining(table: pd.DataFrame) -> pd.DataFrame:
    """All measures by draft and order: as they are, and over the placebo of as many passes."""
    lines = []
    for draft in dict.fromkeys(table["draft"]):
        for order in dict.fromkeys(table["order"]):
            for measure, name in MEASURES.items():
                rows = frame.rows(table, measure)
                rows = rows[(rows["draft"] == draft) & (rows["order"] == order)]
                own, net = (
                    estimate.mean(rows["value"], rows["cluster"].to_numpy()),
                    over_again(table, measure, order, draft),
                )
                over = {"over again": net.value, "low": net.low, "high": net.high} if order != PLACEBO else {}
                lines.append({"draft": draft, "order": order, "measure": name, "value": own.value, **over,
                              "units": own.units})  # fmt: skip
    return pd.DataFrame(lines)
