"""What all claims of the user-turn report share: the published figures, and differences of rates."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.report import reference
from analysis.report.claims import Claim, Paper
from analysis.stats import estimate, target

WHY = "other prompts, models, labels and judge"
PAPER = {
    name: float(reference.figure("shekkizhar2026", name)["published"])
    for name in ("followup_greedy", "followup_highest", "gsm8k_small", "gsm8k_large")
}
"""Published: follow-up near 0 when greedy, at most 22 % hot; GSM8K accuracy from 41 to 96.8 %."""

FOLLOW_UP = 0.08
"""Smallest difference of follow-up rates of interest."""


def paper(name: str) -> Paper:
    """A figure of the paper; of all of them only the direction can be compared."""
    return reference.cite("shekkizhar2026", name, "direction only", WHY)


def difference(question: str, gap: estimate.Estimate, subject: str, **rest: Any) -> Claim:
    """A claim on a difference of rates, in percentage points against none."""
    about: dict[str, Any] = {
        "null": 0.0,
        "null_name": "no difference",
        "units_name": "contexts",
        "margin": FOLLOW_UP,
        "wanted": FOLLOW_UP,
        **rest,
    }
    return Claim(question, gap, "percentage points", subject=subject, **about)


def by_domain(rows: pd.DataFrame, other: pd.DataFrame | None = None) -> dict[str, Any]:
    """A share, or a difference of shares, with its interval for new domains, as a claim takes it."""
    return {"kinds": target.across(rows, "domain", other, "proportion"), "kinds_name": "domains"}


def restored(line: dict[Any, Any]) -> estimate.Estimate:
    """An estimate that went through a frame, where None had become NaN."""
    kept: dict[str, Any] = {key: line[key] for key in estimate.Estimate.__dataclass_fields__}
    for key in [key for key, value in kept.items() if pd.isna(value)]:
        kept[key] = None
    return estimate.Estimate(**kept)
