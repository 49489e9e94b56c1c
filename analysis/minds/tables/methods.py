"""Role-play and step-by-step reasoning against plain asking, problem by problem."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.minds.tables.shifts import adjusted, smallest_shift
from analysis.stats import estimate, frame
from analysis.stats.fits import mcnemar


def methods(
    table: pd.DataFrame, baseline: str = "zero_shot", measure: str = "correct", unread: float | None = 0.0
) -> pd.DataFrame:
    """One row per task and method: accuracy minus `baseline` on the same problems, exact McNemar, Holm over all.

    unread : what an answer that could not be read counts as, in all methods alike: 0 (not solved, as in the paper) or
        None (left out, its pair too). Columns: value, low, high, units, gained, lost, p, adjusted, rejected, read,
        read_baseline (shares of answers that could be read), mde, and agree, agree_baseline: how often both ways to
        read an answer say the same, which must not differ between methods (NaN where it was not measured).
    """
    rows = frame.rows(table, measure)
    read = rows.assign(read=rows["value"].notna())
    if unread is not None:
        read = read.assign(value=read["value"].fillna(unread))
    both = table[table["measure"] == "agree"]
    alike = both.groupby(["task", "method"], observed=True)["value"].mean()
    cells, lines = read[read["method"] != baseline].groupby(["task", "method"], observed=True, sort=False), []
    for (task, method), part in cells:
        plain = read[(read["method"] == baseline) & (read["task"] == task)]
        agree = {"agree": alike.get((task, method)), "agree_baseline": alike.get((task, baseline))}
        lines.append({"task": task, "method": method} | _against(part, plain, 0.05 / len(cells)) | agree)
    if not lines:
        return pd.DataFrame()
    return adjusted(pd.DataFrame(lines), ["task", "method"])


def _against(part: pd.DataFrame, plain: pd.DataFrame, alpha: float) -> dict[str, Any]:
    shift = estimate.between(part, plain, "proportion")
    pairs = part.set_index("cluster")[["value"]].join(plain.set_index("cluster")["value"].rename("plain"), how="inner")
    gained, lost = mcnemar.pairs(pairs["value"], pairs["plain"])
    return {
        **{name: getattr(shift, name) for name in ("value", "low", "high", "units", "reason")},
        "gained": gained,
        "lost": lost,
        "p": mcnemar.mcnemar(gained, lost).p if gained + lost else None,
        "read": float(part["read"].mean()),
        "read_baseline": float(plain["read"].mean()),
        "mde": smallest_shift(part, plain, alpha),
    }
