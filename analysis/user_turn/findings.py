"""The claims of the user-turn report, and the controls that gate them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis import estimate, frame, reference
from analysis.claims import INSTRUMENT, Claim, Gate, Paper
from analysis.user_turn.instruments import GROUNDED, separation
from analysis.user_turn.tables import checked, controlled, main, matched_minus_mismatched, question_rise, regimes, turns

CEILING = 0.9
"""Follow-up rate that a question at the end of the answer need not raise any more."""
WHY = "other prompts, models, labels and judge; only the direction can be compared"
PAPER = {
    name: float(reference.figure("shekkizhar2026", name)["published"])
    for name in ("followup_greedy", "followup_highest", "gsm8k_small", "gsm8k_large")
}
"""Published: follow-up near 0 when greedy, at most 22 % hot; GSM8K accuracy from 41 to 96.8 %."""


def gates(table: pd.DataFrame) -> tuple[Gate, Gate]:
    """The two controls without which a rate means nothing.

    Positive: a question appended to the answer, a given one where there are such, raises the follow-up rate, paired by
    context, all decodings together; a rate already at CEILING with it cannot rise. Negative: the same turns read
    against another context count as follow-ups less often. Either interval must lie above 0, or the instrument is not
    valid for this model.
    """
    control, gap = controlled(table), matched_minus_mismatched(main(table))
    rise, full = question_rise(control), turns(control, "question")["value"].mean() >= CEILING
    return (
        _above("positive control: question appended", rise, "the rate with a question at the end minus without", full),
        _above("negative control: another context", gap, "the rate read in place minus read against another context"),
    )


def _above(name: str, gap: estimate.Estimate, what: str, full: bool = False) -> Gate:
    if gap.value is None or gap.low is None or gap.high is None:
        return Gate(name, None, None, f"{what} could not be estimated", INSTRUMENT)
    low, high = 100 * gap.low, 100 * gap.high
    why = f"{what} must be above 0 ({low:+.0f} to {high:+.0f} percentage points)"
    return Gate(name, 100 * gap.value, gap.low > 0 or bool(full), why, INSTRUMENT)


def claims(table: pd.DataFrame, real: pd.DataFrame | None = None) -> list[Claim]:
    """The first screen: does this model expect a reaction, how sure are we, and what does it write instead.

    `real` is a table of `user_turn_likelihood`; with it the claims say whether likelihoods see what follows what.
    """
    kept, name = main(table), str(table["model"].iloc[0])
    said, passed = turns(kept), gates(table)
    found = [_rate(part, kept, decoding, passed, name) for decoding, part in regimes(said)]
    found.append(_instead(said, name))
    if {"greedy", "sampled"} <= {decoding for decoding, _ in regimes(said)}:
        found.append(_heat(said, passed, name))
    found += _questions(table, passed[1:], name)
    found += _decoupled(checked(kept), passed, name) + _tied(kept, name)
    return found + ([_separated(real, name)] if real is not None else [])


def _rate(part: pd.DataFrame, table: pd.DataFrame, decoding: str, passed: Any, name: str) -> Claim:
    other = turns(table, "none", "follow_up_mismatched")
    null = other.loc[other["temperature"].isin(part["temperature"].unique()), "value"].mean()
    return Claim(
        f"Does the model expect a reaction to its answer ({decoding})?",
        estimate.proportion(part["value"], part["cluster"].to_numpy()),
        "probability",
        null=float(null),
        null_name="the same turns read against another context",
        subject=f"Genuine follow-ups of {name}, {decoding} (rules)",
        gates=passed,
        paper=_paper("followup_greedy" if decoding == "greedy" else "followup_highest"),
        units_name="contexts",
    )


def _paper(name: str) -> Paper:
    return reference.cite("shekkizhar2026", name, "direction only", WHY)


def _estimate(line: dict[Any, Any]) -> estimate.Estimate:
    """An estimate that went through a frame, where None had become NaN."""
    kept: dict[str, Any] = {key: line[key] for key in estimate.Estimate.__dataclass_fields__}
    for key in [key for key, value in kept.items() if pd.isna(value)]:
        kept[key] = None
    return estimate.Estimate(**kept)


def _difference(question: str, gap: estimate.Estimate, subject: str, **rest: Any) -> Claim:
    about: dict[str, Any] = {"null": 0.0, "null_name": "no difference", "units_name": "contexts", **rest}
    return Claim(question, gap, "percentage points", subject=subject, **about)


def _instead(said: pd.DataFrame, name: str) -> Claim:
    said = said[said["value"].notna()]
    others = said.loc[said["class"] != "follow_up", "class"]
    top = str(others.value_counts().index[0]) if len(others) else "unrelated"
    share = estimate.proportion((said["class"] == top).astype(float), said["cluster"].to_numpy())
    spoken = top.replace("_", " ")
    subject = f"Of all user turns of {name}, those classed as {spoken}"
    return Claim(f"What does it write instead? Most often: {spoken}", share, "probability", subject=subject,
                 units_name="contexts")  # fmt: skip


def _heat(said: pd.DataFrame, passed: Any, name: str) -> Claim:
    """All temperatures above 0 together: to pick the best one afterwards would favour a difference."""
    hot, cold = said[said["temperature"] > 0], said[said["temperature"] == 0]
    gap = estimate.between(hot, cold, "proportion")
    subject = f"Follow-ups of {name} at all temperatures above 0 minus greedy"
    return _difference("Does heat bring follow-ups out?", gap, subject, gates=passed, paper=_paper("followup_highest"))


def _questions(table: pd.DataFrame, passed: Any, name: str) -> list[Claim]:
    """What the appended question does after each source of answers, all decodings together."""
    found = []
    for source, part in table[table["depth"] == table["depth"].min()].groupby("answer_source", sort=False):
        if {"none", "question"} <= set(part["perturbation"]):
            asked = f"Does a question at the end of the answer raise the rate ({source} answers)?"
            subject = f"Follow-ups of {name} with a question appended minus without, {source} answers"
            found.append(_difference(asked, question_rise(part), subject, gates=passed))
    return found


def _decoupled(said: pd.DataFrame, passed: Any, name: str) -> list[Claim]:
    right, wrong = said[said["accuracy"] == 1], said[said["accuracy"] == 0]
    if right.empty or wrong.empty:
        return []
    gap = estimate.between(right, wrong, "proportion")
    subject = f"Follow-ups of {name} after right answers minus after wrong ones"
    return [_difference("Is a model that answers right more likely to expect a reaction?", gap, subject, gates=passed)]


def _tied(table: pd.DataFrame, name: str) -> list[Claim]:
    said = turns(table, "none", "grounding")
    if said["value"].notna().sum() == 0:
        return []
    tied = (said["value"] > GROUNDED).astype(float).where(said["value"].notna(), np.nan)
    share = estimate.proportion(tied, said["cluster"].to_numpy())
    subject = f"User turns of {name} with a grounding above {GROUNDED:g}"
    asked = "Do its user turns belong to their conversation at all, by likelihood?"
    return [Claim(asked, share, "probability", subject=subject, units_name="contexts")]


def _separated(real: pd.DataFrame, name: str) -> Claim:
    """Shared words alone tell true from mismatched turns, also for a model that knows nothing: they are the null."""
    lines = separation(frame.check(real), np.random.default_rng(0)).to_dict("records")
    area, words = (_estimate(line) for line in lines if line["measure"] in ("grounding", "link"))
    asked = "Do its likelihoods tell what really followed from what did not?"
    subject = f"True against mismatched next turns, grounding by {name}"
    null = 0.5 if words.value is None else words.value
    about: dict[str, Any] = {"null": null, "null_name": "shared words alone", "units_name": "contexts"}
    return Claim(asked, area, "AUROC", subject=subject, **about)
