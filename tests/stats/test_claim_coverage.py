"""The committed table of claims keeps its promise, and the code of today still gives it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

sys.path.insert(0, str(Path(__file__).parent))
import simulate_claims

TABLE = pd.read_csv(simulate_claims.KNOWN)


def test_every_kind_of_claim_covers_or_refuses():
    error = np.sqrt(0.05 * 0.95 / TABLE["samples"])
    judged = TABLE[TABLE["refused"] < 0.9]
    short = judged[judged["covered"] < simulate_claims.COVERAGE - 2 * error]
    false = judged[judged["false"] > simulate_claims.FALSE + 2 * error]
    assert short.empty, short[["claims", "design", "covered"]]
    assert false.empty, false[["claims", "design", "false"]]


def test_whole_reports_cry_wolf_in_one_of_twenty_at_most():
    reports = TABLE[TABLE["claims"].str.contains("whole report")]
    assert len(reports) == 2
    assert (reports["false"] <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / reports["samples"])).all()


def test_the_page_shows_the_table():
    page = (simulate_claims.ROOT / "docs/coverage.md").read_text(encoding="utf-8")
    for line in TABLE.itertuples():
        assert f"| {line.design} |" in page
        assert f"| {100 * line.false:.1f} |" in page


def test_every_line_can_still_be_drawn():
    known = set(zip(TABLE["claims"], TABLE["design"], strict=True))
    for line in simulate_claims.lines():
        assert (line.claims, line.design) in known
        found, truth = line.make(np.random.default_rng(0), True)
        assert found.value is None or np.isfinite(truth)


@pytest.mark.slow
def test_a_fresh_simulation_agrees_with_the_table():
    repeats = 40
    fresh = simulate_claims.table(repeats, seed=2)
    both = fresh.merge(TABLE, on=["claims", "design"], suffixes=("", "_known"))
    for line in both.itertuples():
        judged = round(repeats * (1 - line.refused))
        chance = stats.binomtest(round(line.false * judged), max(judged, 1), max(line.false_known, 0.01)).pvalue
        assert chance > 1e-4, f"{line.claims}, {line.design}: {line.false}, not {line.false_known}"
