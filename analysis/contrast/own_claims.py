"""Claims about the model's own words: what they are worth, when they harm, what leaving them out saves and costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis import estimate, frame
from analysis.claims import Claim, Gate, Paper, at_most, position_bias, positive_control
from analysis.contrast import effects
from analysis.contrast.omission import Omission, rounds, tradeoff

NATS = "nats per token"
PAPER = "Huang et al. 2026, arXiv:2602.24287"
CONTROL = 0.1
"""Nats per token that a context must be worth where the answer is in it, or the instrument sees nothing."""


def worth(words: pd.DataFrame, played: pd.DataFrame, name: str) -> list[Claim]:
    """Gain of the full context over joined user messages, overall and by type; over the newest ask alone; over
    placeholders."""
    found = frame.rows(words, "gain").query("target == 'reply' and not planted")
    joined, hidden = found.query("context == 'user_joined'"), found.query("context == 'user_only'")
    alone = found.query("context == 'last_turn' and type == 'new_ask'")
    parts = {kind.replace("_", " "): joined[joined["type"] == kind] for kind in effects.TYPES}
    return [
        _gain(joined, "How much do its own earlier replies help?", "all later messages", name),
        *(_gain(part, f"... on messages of type {kind}?", f"{kind} messages", name) for kind, part in parts.items()),
        _gain(alone, "... on new asks, over the newest message alone?", "new asks shown alone instead", name),
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


def pollution(words: pd.DataFrame, name: str) -> Claim:
    """Whether a planted error draws the next reply towards it."""
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


def omitting(played: pd.DataFrame, name: str) -> list[Claim]:
    """What leaving replies out saves, and what it costs in right answers."""
    saved = effects.savings(played).query("context == 'user_joined' and round == 'all'")
    why = "other conversations, models of 8B and more, longer replies"
    found = []
    if len(saved):
        paper = Paper(0.15, PAPER, "full", "direction only", f"a 5- to 10-fold saving; {why}")
        subject = f"Context length of {name} without its own replies, as a share of the full context"
        found.append(Claim("What does omitting its replies save?", recorded(saved), "share of characters", null=1.0,
                           null_name="nothing saved", subject=subject, paper=paper,
                           units_name="conversations"))  # fmt: skip
    for line in effects.quality(played, "correct").to_dict("records"):
        how, gates = ("joined", ()) if line["context"] == "user_joined" else ("placeholders", (echoed(played),))
        subject = (
            f"Share of checkable rounds {name} answers rightly without its earlier replies ({how}), minus with them"
        )
        found.append(Claim(f"What does omitting them cost in right answers ({how})?", recorded(pd.DataFrame([line])),
                           "share of checkable rounds", null=0.0, null_name="no difference", subject=subject,
                           gates=gates, units_name="conversations"))  # fmt: skip
    return found


def filtered(words: pd.DataFrame, fit: Omission, name: str) -> Claim:
    """Loss under the filter at one half; under omission on new asks where nothing could be fitted."""
    curve = tradeoff(rounds(words), fit)
    half = curve[(curve["rule"] == "filter") & np.isclose(curve["threshold"], 0.5)]
    chosen = half if len(half) else curve[curve["rule"] == "omit new asks"]
    kept, rule = float(chosen["kept"].iloc[0]), "the filter at one half" if len(half) else "omitting on new asks"
    return Claim(
        "Can a filter decide when to omit?",
        recorded(chosen),
        NATS,
        null=0.0,
        null_name="the full context",
        subject=f"Loss of {name} under {rule}, which keeps {100 * kept:.0f} % of the context",
        paper=Paper(0.05, PAPER, "full", "no", "its loss is in judged wins (under 5 % at 70 % of the context)"),
        units_name="conversations",
    )


def judgement(judged: pd.DataFrame) -> list[Claim]:
    """A judge's preference in each view, gated by its position bias."""
    lines = effects.verdicts(judged).set_index(["measure", "view"])
    return [
        Claim(
            f"Does a judge prefer the reply given with the full context ({view} view)?",
            recorded(lines.loc[[("preference", view)]]),
            "difference of probabilities",
            null=0.0,
            null_name="no preference",
            subject=f"Preference of {judged['model'].iloc[0]} as judge for replies that saw the earlier ones",
            gates=(position_bias(plain(lines.loc[("first", view), "value"]), 0.5),),
            units_name="conversations",
        )
        for view in judged["view"].unique()
    ]


def recorded(line: pd.DataFrame) -> estimate.Estimate:
    """The estimate that one line of a table records."""
    found = line.iloc[0].to_dict()
    return estimate.Estimate(**{name: plain(found[name]) for name in estimate.Estimate.__dataclass_fields__})


def plain(value: Any) -> Any:
    """A NumPy scalar as Python's own, NaN as None: what JSON can hold."""
    plain = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(plain, float) and np.isnan(plain) else plain
