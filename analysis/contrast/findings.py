"""The claims of the context report: what own words are worth, for whom, at what price, and which user turns counted."""

from __future__ import annotations

import pandas as pd

from analysis import estimate, frame
from analysis.claims import Claim, Gate, negative_control
from analysis.contrast import effects, own_claims
from analysis.contrast.omission import Omission
from analysis.contrast.own_claims import CONTROL, NATS


def claims(words: pd.DataFrame, played: pd.DataFrame, later: pd.DataFrame, told: pd.DataFrame,
           fit: Omission, judged: pd.DataFrame | None = None) -> list[Claim]:  # fmt: skip
    """From the tables of `own_words`, `own_rounds`, `hindsight`, `information_gain` and (if any) `own_judge`, and the
    fitted `omission`."""
    name = str(words["model"].iloc[0])
    return [
        *own_claims.worth(words, played, name),
        own_claims.pollution(words, name),
        *own_claims.omitting(played, name),
        own_claims.filtered(words, fit, name),
        *_hindsight(later, name),
        *_turns(told, name),
        *(own_claims.judgement(judged) if judged is not None and len(judged) else []),
    ]


def _hindsight(later: pd.DataFrame, name: str) -> list[Claim]:
    found = frame.rows(later, "over_unrelated")
    null = found[found["message"] == "unrelated"]
    gate = negative_control(estimate.mean(null["value"], null["cluster"].to_numpy()))
    said = {"constrain": "a complaint about the reply", "reinforce": "praise of the reply"}
    return [
        Claim(
            f"Does {what} change how likely the reply seems in hindsight?",
            estimate.mean(part["value"], part["cluster"].to_numpy()),
            NATS,
            null=0.0,
            null_name="unrelated messages",
            subject=f"Token advantage of {name} given {what}, over unrelated messages",
            gates=(gate,),
            units_name="cases",
        )
        for tag, what in said.items()
        for part in [found.query("message == 'relevant' and tag == @tag")]
    ]


def _turns(told: pd.DataFrame, name: str) -> list[Claim]:
    lines = effects.profile(told)
    newest, older = lines[lines["back"] == 0], lines[lines["back"] > 0]
    sides = (newest["value"], older["value"], newest["cluster"].to_numpy(), older["cluster"].to_numpy())
    positive = Gate("positive control: newest message", float(newest["value"].mean()) if len(newest) else None,
                    bool(newest["value"].mean() > CONTROL) if len(newest) else None,
                    f"overwriting it must move the reply by {CONTROL:g} nats per token")  # fmt: skip
    return [
        Claim(
            "Which user turn carries the information: the newest or the earlier ones?",
            estimate.difference(*sides),
            NATS,
            null=0.0,
            null_name="no difference",
            subject=f"Divergence of {name}'s last reply with the newest user turn overwritten, minus an earlier one",
            units_name="conversations",
        ),
        Claim(
            "Do earlier user turns still matter to the last reply?",
            estimate.mean(older["value"], older["cluster"].to_numpy()),
            NATS,
            null=0.0,
            null_name="forgotten (a divergence is never below 0)",
            subject=f"Divergence of {name}'s last reply when an earlier user turn is overwritten",
            gates=(positive,),
            units_name="conversations",
        ),
    ]
