"""What all claims of the user-turn report share: the paper beside them, differences, what an undecided one missed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.report import reference
from analysis.report.claims import Claim, Paper
from analysis.report.sentences import numeral
from analysis.stats import estimate
from analysis.stats.fits.power import detectable

WHY = "other prompts, models, labels and judge; only the direction can be compared"
PAPER = {
    name: float(reference.figure("shekkizhar2026", name)["published"])
    for name in ("followup_greedy", "followup_highest", "gsm8k_small", "gsm8k_large")
}
"""Published: follow-up near 0 when greedy, at most 22 % hot; GSM8K accuracy from 41 to 96.8 %."""

RATES = ("probability", "percentage points")


def paper(name: str) -> Paper:
    """A figure of the paper; of all of them only the direction can be compared."""
    return reference.cite("shekkizhar2026", name, "direction only", WHY)


def difference(question: str, gap: estimate.Estimate, subject: str, **rest: Any) -> Claim:
    """A claim on a difference of rates, in percentage points against none."""
    about: dict[str, Any] = {"null": 0.0, "null_name": "no difference", "units_name": "contexts", **rest}
    return Claim(question, gap, "percentage points", subject=subject, **about)


def restored(line: dict[Any, Any]) -> estimate.Estimate:
    """An estimate that went through a frame, where None had become NaN."""
    kept: dict[str, Any] = {key: line[key] for key in estimate.Estimate.__dataclass_fields__}
    for key in [key for key, value in kept.items() if pd.isna(value)]:
        kept[key] = None
    return estimate.Estimate(**kept)


def powered(claim: Claim) -> Claim:
    """An undecided claim on rates says which difference it would have seen; any other stays as it is."""
    found = claim.estimate
    size = detectable(found.low, found.high, found.units - 1, found.level)
    if size is None or claim.verdict != "undecided" or claim.unit not in RATES:
        return claim
    shown = numeral(size, "percentage points")
    question = f"{claim.question.rstrip('?')} ({numeral(size, 'percentage points', bare=True)} points would be seen)?"
    subject = f"{claim.subject} (smallest true difference that 80 % of such samples would find: {shown})"
    return replace(claim, question=question, subject=subject)
