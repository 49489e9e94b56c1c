"""The claims of the user-turn report, and the controls that gate them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import estimate, frame, reference
from analysis.claims import INSTRUMENT, INTERPRETATION, Claim, Gate, Paper
from analysis.user_turn.tables import contrasts, matched_minus_mismatched, regimes, turns

WHY = "other prompts, models, labels and judge; only the direction can be compared"
PAPER = {
    name: float(reference.figure("shekkizhar2026", name)["published"])
    for name in ("followup_greedy", "followup_highest", "gsm8k_small", "gsm8k_large")
}
"""Published: follow-up near 0 when greedy, at most 22 % hot; GSM8K accuracy from 41 to 96.8 %."""


def _paper(name: str) -> Paper:
    return reference.cite("shekkizhar2026", name, "direction only", WHY)


def gates(table: pd.DataFrame, floor: float = 0.1) -> tuple[Gate, ...]:
    """The two controls without which a rate means nothing.

    Positive: with a question appended to the answer, at least `floor` of the turns are follow-ups (a broken template
    gives none). Negative: the same turns read against another context count as follow-ups less often.
    """
    asked = turns(table, "question")
    shown = float(asked["value"].mean()) if asked["value"].notna().any() else None
    positive = Gate(
        "positive control: question appended",
        shown,
        None if shown is None else shown >= floor,
        f"its follow-up rate must reach {floor:g}",
        INSTRUMENT,
    )
    gap = matched_minus_mismatched(table)
    negative = Gate(
        "negative control: another context",
        gap.value,
        None if gap.low is None else gap.low > 0,
        "own context must beat another's: interval above 0",
        INTERPRETATION,
    )
    return positive, negative


def claims(table: pd.DataFrame) -> list[Claim]:
    """The first screen: does this model expect a reaction, how sure are we, and what does it write instead."""
    said, checked, name = turns(table), gates(table), str(table["model"].iloc[0])
    found = [_rate_claim(part, table, regime, checked, name) for regime, part in regimes(said)]
    cold, hot = said[said["temperature"] == 0], said[said["temperature"] == said["temperature"].max()]
    if len(cold) and len(hot) and said["temperature"].max() > 0:
        found.append(_heat_claim(cold, hot, checked, name))
    lifted = contrasts(table)
    for line in lifted[lifted["perturbation"] == "question"].to_dict("records") if len(lifted) else []:
        found.append(_question_claim(line, checked[1:], name))
    return [*found, _instead_claim(said, checked, name)]


def _rate_claim(part: pd.DataFrame, table: pd.DataFrame, regime: str, checked: Any, name: str) -> Claim:
    other = frame.rows(table, "follow_up_mismatched")
    other = other[(other["perturbation"] == "none") & (other["temperature"].isin(part["temperature"].unique()))]
    return Claim(
        f"Does the model expect a reaction to its answer ({regime})?",
        estimate.proportion(part["value"], part["cluster"].to_numpy()),
        "share of user turns",
        null=float(other["value"].mean()),
        null_name="the same turns read against another context",
        subject=f"The genuine follow-up rate of {name}, {regime},",
        gates=checked,
        paper=_paper("followup_greedy" if regime == "greedy" else "followup_highest"),
        units_name="contexts",
    )


def _heat_claim(cold: pd.DataFrame, hot: pd.DataFrame, checked: Any, name: str) -> Claim:
    gap = estimate.difference(
        hot["value"], cold["value"], hot["cluster"].to_numpy(), cold["cluster"].to_numpy(), kind="proportion"
    )
    top = hot["temperature"].iloc[0]
    return Claim(
        "Does heat bring follow-ups out?",
        gap,
        "difference of shares",
        null=0.0,
        null_name="no difference",
        subject=f"The follow-up rate of {name} at temperature {top:g} minus greedy",
        gates=checked,
        paper=_paper("followup_highest"),
        units_name="contexts",
    )


def _question_claim(line: dict[Any, Any], checked: Any, name: str) -> Claim:
    keep = ("value", "low", "high", "level", "units", "rows", "scored", "asked", "method", "spread", "reason")
    return Claim(
        f"Does a question at the end of the answer raise the rate ({line['decoding']})?",
        estimate.Estimate(**{key: line[key] for key in keep}),
        "difference of shares",
        null=0.0,
        null_name="no difference",
        subject=f"With a question appended, the {line['decoding']} follow-up rate of {name} minus without",
        gates=checked,
        units_name="contexts",
    )


def _instead_claim(said: pd.DataFrame, checked: Any, name: str) -> Claim:
    others = said[said["class"] != "follow_up"]["class"]
    top = str(others.value_counts().index[0]) if len(others) else "nothing else"
    share = estimate.proportion((said["class"] == top).astype(float), said["cluster"].to_numpy())
    return Claim(
        f"What does it write instead? Most often: {top.replace('_', ' ')}",
        share,
        "share of user turns",
        subject=f"Of all user turns of {name}, the share classed as {top.replace('_', ' ')}",
        units_name="contexts",
    )
