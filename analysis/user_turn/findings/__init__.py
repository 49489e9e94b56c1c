"""The claims of the user-turn report, and the controls that gate them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.report.claims import INSTRUMENT, Claim, Gate, identifier
from analysis.report.numbers import POINTS, numeral
from analysis.stats import estimate
from analysis.stats.fits import rogan_gladen
from analysis.user_turn.findings.evidence import agrees, likelihoods, likeness, trusted
from analysis.user_turn.findings.wording import by_domain, difference, paper
from analysis.user_turn.tables import (
    CLASSES,
    checked,
    controlled,
    main,
    matched_minus_mismatched,
    net,
    question_rise,
    regimes,
    turns,
    unasked,
)
from analysis.user_turn.tables.instruments import errors

CEILING = 0.9
"""Follow-up rate without a question that a question at the end of the answer need not raise any more."""
NEGATIVE = "negative control, another context"


def gates(table: pd.DataFrame) -> tuple[Gate, Gate]:
    """The two controls without which a rate means nothing.

    Positive: a question appended to the answer, a given one where there are such, raises the follow-up rate, paired by
    context, all decodings together; a rate already at CEILING without it cannot rise. Negative: the same turns read
    against another context count as follow-ups less often. Either interval must lie above 0, or the instrument is not
    valid for this model.
    """
    control, gap = controlled(table), matched_minus_mismatched(main(table))
    rise, full = question_rise(control), turns(control)["value"].mean() >= CEILING
    return (
        _above(
            "positive control, question appended",
            rise,
            "a question at the end of the answer is not shown to raise its follow-ups",
            full,
        ),
        _above(NEGATIVE, gap, "its turns are not shown to belong to their own conversation")
        if turns(main(table))["value"].any()
        else Gate(NEGATIVE, None, None, "there is no follow-up to read against another context", INSTRUMENT),
    )


def _above(name: str, gap: estimate.Estimate, finding: str, full: bool = False) -> Gate:
    if gap.value is None or gap.low is None or gap.high is None:
        return Gate(name, None, None, "the difference of rates could not be estimated", INSTRUMENT, finding)
    low, high = 100 * gap.low, 100 * gap.high
    why = f"its whole interval, {low:+.1f} to {high:+.1f}, must lie above 0"
    return Gate(name, gap.value, gap.low > 0 or bool(full), why, INSTRUMENT, finding, POINTS)


def claims(table: pd.DataFrame, real: pd.DataFrame | None = None, checks: pd.DataFrame | None = None,
           reference: Mapping[str, str] | None = None) -> list[Claim]:  # fmt: skip
    """The first screen: does this model expect a reaction, what does it write instead, how sure are we.

    `real` is a table of `user_turn_likelihood`, `checks` one of `user_turn_instruments`: with them the claims say how
    far the instruments can be trusted. `reference` are real next turns (context -> text), for the turns' likeness.
    """
    kept, name = main(table), str(table["model"].iloc[0])
    written, passed = turns(kept), gates(table)
    agreed, known = (trusted(checks), errors(checks)) if checks is not None else ([], None)
    levels = (*passed, *map(agrees, agreed))
    rates = [_rate(part, kept, decoding, levels, name, known) for decoding, part in regimes(written)]
    listed = [*rates[:1], _instead(written, (*passed[1:], *levels[2:]), name), *rates[1:]]
    if len(rates) > 1:
        listed += _heat(kept, passed, name)
    listed += likeness(table, reference, name) if reference else []
    listed += _questions(table, passed[1:], name) + _decoupled(checked(kept), passed, name)
    listed += likelihoods(table, real, name) if real is not None else []
    return [*listed, *agreed]


def _rate(part: pd.DataFrame, table: pd.DataFrame, decoding: str, passed: Any, name: str,
          known: tuple[int, int, int, int] | None) -> Claim:  # fmt: skip
    other = turns(table, "none", "follow_up_mismatched")
    other = other[other["temperature"].isin(part["temperature"].unique())]
    share = estimate.proportion(part["value"], part["cluster"].to_numpy())
    return Claim(
        f"Does the model expect a reaction to its answer ({decoding})?",
        share,
        "probability",
        null=float(other["value"].mean()),
        over_null=estimate.between(part, other, "proportion"),
        null_name="the same turns read against another context",
        subject=f"Genuine follow-ups of {name}, {decoding} (rules{_without_errors(share, known)})",
        gates=passed,
        paper=paper("followup_greedy" if decoding == "greedy" else "followup_highest"),
        units_name="contexts",
        id=identifier("user_turn", "rate", decoding),
        topic=f"follow-up rate ({decoding})",
        **by_domain(part),
    )


def _without_errors(share: estimate.Estimate, known: tuple[int, int, int, int] | None) -> str:
    """The rate once the rules' own errors are taken out, as far as labelled turns of a model tell them."""
    if known is None:
        return ""
    true = rogan_gladen.rogan_gladen(share, *known)
    if true.value is None:
        return f"; not corrected for their errors: {true.reason}"
    low, high = numeral(true.low, "percentage points", bare=True), numeral(true.high, "probability")
    return f"; with their own errors taken out {numeral(true.value, 'probability')}, {low} to {high}"


def _instead(written: pd.DataFrame, passed: Any, name: str) -> Claim:
    """Without the positive control: a model that no question moves writes something, too."""
    written = written[written["value"].notna()]
    others = written.loc[written["class"] != "follow_up", "class"]
    top = str(others.value_counts().index[0]) if len(others) else "unrelated"
    share = estimate.proportion((written["class"] == top).astype(float), written["cluster"].to_numpy())
    share, spoken = estimate.simultaneous(share, len(CLASSES) - 1, within=(0.0, 1.0)), top.replace("_", " ")
    subject = f"Of all user turns of {name}, those classed as {spoken}"
    asked = f"What does it write instead? Most often: {spoken}"
    return Claim(asked, share, "probability", gates=passed, subject=subject, units_name="contexts",
                 id="user_turn.instead", topic=f"user turns classed as {spoken}")  # fmt: skip


def _heat(table: pd.DataFrame, passed: Any, name: str) -> list[Claim]:
    """All temperatures above 0 together: to pick the best one afterwards would favour a difference. A higher
    temperature also yields words that the rules classify as a follow-up in any context, so the rate is given once more
    net of those."""
    (hot, cold), (more, less) = (_by_heat(rows) for rows in (turns(table), net(table)))
    subject = f"Follow-ups of {name} at all temperatures above 0 minus greedy"
    rest: dict[str, Any] = {"gates": passed, "paper": paper("followup_highest")}
    rate, beyond = estimate.between(hot, cold, "proportion"), estimate.between(more, less)
    return [
        difference(
            "Does temperature increase follow-ups?",
            rate,
            subject,
            id="user_turn.temperature",
            topic="effect of temperature on follow-ups",
            **by_domain(hot, cold),
            **rest,
        ),
        difference(
            "Does temperature increase follow-ups net of the rules' false positives?",
            beyond,
            f"{subject}, net of the null",
            id="user_turn.temperature.net",
            part_of="user_turn.temperature",
            topic="effect of temperature net of false positives",
            **rest,
        ),
    ]


def _by_heat(written: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return written[written["temperature"] > 0], written[written["temperature"] == 0]


def _questions(table: pd.DataFrame, passed: Any, name: str) -> list[Claim]:
    """What the appended question does after each source of answers, all decodings together."""
    listed = []
    for source, part in table[table["depth"] == table["depth"].min()].groupby("answer_source", sort=False):
        if {"none", "question"} <= set(part["perturbation"]):
            asked = f"Positive control: does a question at the end raise follow-ups ({source} answers)?"
            subject = (
                f"Follow-ups of {name} with a question appended minus without, both read after it, {source} answers"
            )
            new = by_domain(turns(part, "question"), unasked(part, turns(part)))
            listed.append(difference(asked, question_rise(part), subject, gates=passed, **new,
                                    id=identifier("user_turn", "question", str(source)),
                                    topic=f"effect of an appended question ({source} answers)"))  # fmt: skip
    return listed


def _decoupled(written: pd.DataFrame, passed: Any, name: str) -> list[Claim]:
    right, wrong = written[written["accuracy"] == 1], written[written["accuracy"] == 0]
    if right.empty or wrong.empty:
        return []
    gap = estimate.between(right, wrong, "proportion")
    subject = f"Follow-ups of {name} after right answers minus after wrong ones"
    asked = "Do right answers make follow-ups more likely?"
    return [difference(asked, gap, subject, gates=passed, id="user_turn.accuracy", topic="effect of a right answer",
                       **by_domain(right, wrong))]  # fmt: skip
