"""The claims of the context report, the answers to its four questions first: how much own words matter, for which kind
of turn, what leaving them out saves and costs, and which user turns carried the information."""

from __future__ import annotations

import pandas as pd

from analysis.context import tables
from analysis.context.findings import own_words as own_claims
from analysis.context.findings.own_words import CONTROL, NATS, mean_claim
from analysis.context.tables.omission import Omission
from analysis.report.claims import Claim, negative_control, positive_control
from analysis.stats import estimate, frame


def claims(words: pd.DataFrame, played: pd.DataFrame, later: pd.DataFrame, edited: pd.DataFrame,
           fit: Omission, judged: pd.DataFrame | None = None) -> list[Claim]:  # fmt: skip
    """From the tables of `own_words`, `own_rounds`, `hindsight`, `information_gain` and (if any) `own_judge`, and the
    fitted `omission`. The first six are the headline."""
    name = str(words["model"].iloc[0])
    return [
        own_claims.overall(words, name),
        own_claims.follow_ups(words, name),
        *own_claims.saved(played, name),
        *own_claims.price(played, name, "user_joined"),
        newest(edited, name),
        own_claims.pollution(words, name),
        *own_claims.details(words, played, name),
        *own_claims.price(played, name, "user_only"),
        own_claims.filtered(words, fit, name),
        *in_hindsight(later, name),
        older(edited, name),
        *(own_claims.judgement(judged) if judged is not None and len(judged) else []),
    ]


def in_hindsight(later: pd.DataFrame, name: str) -> list[Claim]:
    """Whether feedback that is shown in advance moves the reply more than an unrelated message does."""
    rows = frame.rows(later, "over_unrelated")
    null = rows[rows["message"] == "unrelated"]
    gate = negative_control(estimate.mean(null["value"], null["cluster"].to_numpy()), CONTROL)
    messages = {"constrain": "a complaint about the reply", "reinforce": "praise of the reply"}
    return [
        mean_claim(
            f"Does {what} change how likely the reply seems in hindsight?",
            f"Token advantage of {name} given {what}, over unrelated messages",
            rows.query("message == 'relevant' and tag == @tag"),
            null_name="unrelated messages",
            gates=(gate,),
            units_name="cases",
            id=f"context.hindsight.{tag}",
            topic=f"effect of {what} in hindsight",
        )
        for tag, what in messages.items()
    ]


def newest(edited: pd.DataFrame, name: str) -> Claim:
    """Which user turns carried the information: the newest against an earlier one."""
    lines = tables.profile(edited)
    last, before = lines[lines["back"] == 0], lines[lines["back"] > 0]
    return Claim(
        "Which user turn carries the information: the newest or the earlier ones?",
        estimate.between(last, before),
        NATS,
        null=0.0,
        null_name="no difference",
        subject=f"Divergence of {name}'s last reply with the newest user turn overwritten, minus an earlier one",
        units_name="conversations",
        id="context.newest_turn",
        topic="newest minus earlier user turns",
    )


def older(edited: pd.DataFrame, name: str) -> Claim:
    """Whether the earlier user turns are forgotten."""
    lines = tables.profile(edited)
    newest_turn = lines[lines["back"] == 0]
    control = estimate.mean(newest_turn["value"], newest_turn["cluster"].to_numpy())
    return mean_claim(
        "Do earlier user turns still matter to the last reply?",
        f"Divergence of {name}'s last reply when an earlier user turn is overwritten (never below 0, so not tested)",
        lines[lines["back"] > 0],
        null_name=None,
        gates=(positive_control(control, CONTROL, "positive control: newest message"),),
        id="context.earlier_turns",
        topic="influence of earlier user turns",
    )
