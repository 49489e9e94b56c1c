"""Which conversations stand for a table: failures, extremes and an even spread, never more than asked for."""

from __future__ import annotations

import pandas as pd

from analysis.report.show.conversations import telling_rows


def rows(many, failed=()):
    status = ["unscored" if at in failed else "ok" for at in range(many)]
    values = [(at * 7) % many for at in range(many)]
    return pd.DataFrame(
        {"key": [f"k{at}" for at in range(many)], "row": 0, "measure": "share", "value": values, "status": status}
    )


def test_failures_and_extremes_are_among_them():
    table = rows(100, failed=(40, 41, 42, 43, 44))
    chosen, rule = telling_rows(table, 12)
    assert len(chosen) == 12
    assert (chosen["status"] == "unscored").sum() >= 3
    scored = table[table["status"] == "ok"].sort_values("value")["key"]
    assert {*scored.iloc[:3], *scored.iloc[-3:]} <= set(chosen["key"])
    assert "at most 3 that could not be scored" in rule
    assert chosen.index.is_monotonic_increasing


def test_all_are_taken_where_they_fit_and_one_where_one_is_asked_for():
    assert len(telling_rows(rows(12), 12)[0]) == 12
    assert telling_rows(rows(12), 12)[1] == ""
    assert len(telling_rows(rows(100), 1)[0]) == 1


def test_rows_that_were_never_scored_are_shown_all_the_same():
    assert len(telling_rows(rows(30, failed=range(30)), 8)[0]) == 8
