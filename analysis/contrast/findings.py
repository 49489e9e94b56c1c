"""The claims of the context report: what own words are worth, for whom, at what price, and which user turns counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis import estimate, frame
from analysis.claims import Claim, Gate, Paper, at_most, negative_control, position_bias, positive_control
from analysis.contrast import effects
from analysis.contrast.omission import Omission, rounds, tradeoff

NATS = "nats per token"
PAPER = "Huang et al. 2026, arXiv:2602.24287"
CONTROL = 0.1
"""Nats per token that earlier replies must be worth where the answer is in them, or the instrument sees nothing."""


def claims(words: pd.DataFrame, played: pd.DataFrame, later: pd.DataFrame, told: pd.DataFrame,
           fit: Omission, judged: pd.DataFrame | None = None) -> list[Claim]:  # fmt: skip
    """From the tables of `own_words`, `own_rounds`, `hindsight`, `information_gain` and (if any) `own_judge`, and the
    fitted `omission`."""
    name = str(words["model"].iloc[0])
    return [
        *_worth(words, played, name),
        _pollution(words, name),
        *_omitting(played, name),
        _filter(words, fit, name),
        *_hindsight(later, name),
        *_turns(told, name),
        *(_judgement(judged) if judged is not None and len(judged) else []),
    ]


def _worth(words: pd.DataFrame, played: pd.DataFrame, name: str) -> list[Claim]:
    found = frame.rows(words, "gain").query("target == 'reply' and not planted")
    joined, hidden = found.query("context == 'user_joined'"), found.query("context == 'user_only'")
    parts = {kind: joined[joined["type"] == kind] for kind in effects.TYPES}
    return [
        _gain(joined, "How much do its own earlier replies help?", "all later messages", name),
        *(_gain(part, f"... on messages of type {kind}?", f"{kind} messages", name) for kind, part in parts.items()),
        _gain(hidden, "... over placeholders in their stead?", "placeholders instead", name, echoed(played)),
    ]


def _gain(part: pd.DataFrame, question: str, which: str, name: str, *gates: Gate) -> Claim:
    control = part.query("needs == 'assistant'")["value"].mean() if (part["needs"] == "assistant").any() else None
    seen = () if control is None else (positive_control(float(control), CONTROL),)
    return Claim(
        question,
        estimate.mean(part["value"], part["cluster"].to_numpy()),
        NATS,
        null=0.0,
        null_name="replies that do not matter",
        subject=f"Gain of {name} in the log-probability of the right reply from seeing its earlier ones, {which}",
        gates=(*seen, *gates),
        units_name="conversations",
    )


def echoed(played: pd.DataFrame) -> Gate:
    """`own_rounds`: how many replies repeat the placeholder; above a tenth the model imitates it."""
    found = frame.rows(played, "echo").query("context == 'user_only' and round > 1")["value"]
    return at_most("replies that repeat the placeholder", float(found.mean()) if len(found) else None, 0.1)


def _pollution(words: pd.DataFrame, name: str) -> Claim:
    lines = effects.pull(words)
    return Claim(
        "Does a past error of its own draw it into the next one?",
        estimate.mean(lines["pull"], lines["cluster"].to_numpy()),
        NATS,
        null=0.0,
        null_name="no pollution",
        subject=f"Pull of {name} towards a planted error by its own earlier replies, over that towards the truth",
        units_name="conversations",
    )


def _omitting(played: pd.DataFrame, name: str) -> list[Claim]:
    saved = effects.savings(played).query("context == 'user_joined' and round == 'all'")
    why = "other conversations, models of 8B and more, longer replies"
    found = []
    if len(saved):
        paper = Paper(0.15, PAPER, "full", "direction only", f"a 5- to 10-fold saving; {why}")
        subject = f"Context length of {name} without its own replies, as a share of the full context"
        found.append(Claim("What does omitting its replies save?", _estimate(saved), "share of characters", null=1.0,
                           null_name="nothing saved", subject=subject, paper=paper,
                           units_name="conversations"))  # fmt: skip
    for line in effects.quality(played, "correct").to_dict("records"):
        how, gates = ("joined", ()) if line["context"] == "user_joined" else ("placeholders", (echoed(played),))
        subject = (
            f"Share of checkable rounds {name} answers rightly without its earlier replies ({how}), minus with them"
        )
        found.append(Claim(f"What does omitting them cost in right answers ({how})?", _estimate(pd.DataFrame([line])),
                           "share of checkable rounds", null=0.0, null_name="no difference", subject=subject,
                           gates=gates, units_name="conversations"))  # fmt: skip
    return found


def _filter(words: pd.DataFrame, fit: Omission, name: str) -> Claim:
    curve = tradeoff(rounds(words), fit)
    half = curve[(curve["rule"] == "filter") & np.isclose(curve["threshold"], 0.5)]
    chosen = half if len(half) else curve[curve["rule"] == "omit new asks"]
    kept, rule = float(chosen["kept"].iloc[0]), "the filter at one half" if len(half) else "omitting on new asks"
    return Claim(
        "Can a filter decide when to omit?",
        _estimate(chosen),
        NATS,
        null=0.0,
        null_name="the full context",
        subject=f"Loss of {name} under {rule}, which keeps {100 * kept:.0f} % of the context",
        paper=Paper(0.05, PAPER, "full", "no", "its loss is in judged wins (under 5 % at 70 % of the context)"),
        units_name="conversations",
    )


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


def _judgement(judged: pd.DataFrame) -> list[Claim]:
    lines = effects.verdicts(judged).set_index(["measure", "view"])
    return [
        Claim(
            f"Does a judge prefer the reply given with the full context ({view} view)?",
            _estimate(lines.loc[[("preference", view)]]),
            "difference of probabilities",
            null=0.0,
            null_name="no preference",
            subject=f"Preference of {judged['model'].iloc[0]} as judge for replies that saw the earlier ones",
            gates=(position_bias(_plain(lines.loc[("first", view), "value"]), 0.5),),
            units_name="conversations",
        )
        for view in judged["view"].unique()
    ]


def _estimate(line: pd.DataFrame) -> estimate.Estimate:
    """The estimate that one line of a table records."""
    found = line.iloc[0].to_dict()
    return estimate.Estimate(**{name: _plain(found[name]) for name in estimate.Estimate.__dataclass_fields__})


def _plain(value: Any) -> Any:
    """A NumPy scalar as Python's own, NaN as None: what JSON can hold."""
    plain = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(plain, float) and np.isnan(plain) else plain
