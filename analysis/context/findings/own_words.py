"""Claims about the model's own words: what they are worth, when they harm, what leaving them out saves and costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.context import tables
from analysis.context.tables.omission import Omission, rounds, tradeoff
from analysis.report.claims import Claim, Gate, Paper, at_most, identifier, position_bias, positive_control
from analysis.stats import estimate, frame, target

NATS = "nats per token"
PAPER = "Huang et al. 2026, arXiv:2602.24287"
CONTROL, OVERALL = 0.1, "context.gain"
"""Nats per token that a context must be worth where the answer is in it, or the instrument sees nothing."""


def mean_claim(question: str, subject: str, part: pd.DataFrame, null_name: str | None, gates: Iterable[Gate] = (),
               units_name: str = "conversations", **about: Any) -> Claim:  # fmt: skip
    """A mean in nats per token against zero, `part` having a `value` in each row and its `cluster`.

    Without a `null_name` it is described: a quantity that cannot fall below zero is no evidence for being above it.
    """
    average = estimate.mean(part["value"], part["cluster"].to_numpy())
    null: dict[str, Any] = {} if null_name is None else {"null": 0.0, "null_name": null_name}
    new = target.across(part, "topic")
    return Claim(question, average, NATS, subject=subject, gates=tuple(gates), units_name=units_name, kinds=new,
                 kinds_name="topics", **null, **about)  # fmt: skip


def overall(words: pd.DataFrame, name: str) -> Claim:
    """Gain of the full context over the user's messages joined, over all later messages."""
    about = {"id": OVERALL, "topic": "gain from its own earlier replies"}
    asked, which = "How much do its own earlier replies help?", "all later messages"
    return _gain(joined(words), asked, which, name, control(words), **about)


def follow_ups(words: pd.DataFrame, name: str) -> Claim:
    """For which kind of turn: the gain on follow-ups minus that on new asks, within conversations."""
    rows = joined(words)
    new, rest = rows[rows["type"] == "new_ask"], rows[rows["type"] != "new_ask"]
    return Claim(
        "Do they help more on follow-ups than on new asks?",
        estimate.between(rest, new),
        NATS,
        null=0.0,
        null_name="all kinds of message alike",
        subject=f"Gain of {name} from seeing its earlier replies, on follow-ups minus on new asks",
        gates=control(words),
        units_name="conversations",
        id="context.follow_ups",
        topic="gain on follow-ups minus new asks",
        kinds=target.across(rest, "topic", new),
        kinds_name="topics",
    )


def details(words: pd.DataFrame, played: pd.DataFrame, name: str) -> list[Claim]:
    """Gain by type of message, on new asks over the newest message alone, and over placeholders."""
    rows = _gains(words)
    alone, hidden = rows.query("context == 'last_turn' and type == 'new_ask'"), rows.query("context == 'user_only'")
    asked = "How much do its own earlier replies help"
    kinds = {kind: kind.replace("_", " ") for kind in tables.TYPES}
    by_kind = joined(words)
    return [
        *(
            _gain(
                by_kind[by_kind["type"] == kind],
                f"{asked} on messages of type {label}?",
                f"{label} messages",
                name,
                control(words),
                id=f"context.gain.type.{kind}",
                part_of=OVERALL,
                topic=f"gain on {label} messages",
            )
            for kind, label in kinds.items()
        ),
        _gain(
            alone,
            f"{asked} on new asks, over the newest message alone?",
            "new asks shown alone instead",
            name,
            control(words),
            id="context.gain.over_newest",
            part_of=OVERALL,
            topic="gain over the newest message alone",
        ),
        _gain(
            hidden,
            f"{asked} compared with placeholders?",
            "placeholders instead",
            name,
            (*control(words), echoed(played)),
            id="context.gain.over_placeholders",
            part_of=OVERALL,
            topic="gain over placeholders",
        ),
    ]


def joined(words: pd.DataFrame) -> pd.DataFrame:
    """Gains on the right reply over the user's messages joined, rounds with planted errors left out."""
    return _gains(words).query("context == 'user_joined'")


def _gains(words: pd.DataFrame) -> pd.DataFrame:
    return frame.rows(words, "gain").query("target == 'reply' and not planted")


def _gain(part: pd.DataFrame, question: str, which: str, name: str, gates: tuple[Gate, ...], **about: str) -> Claim:
    subject = f"Gain of {name} in the log-probability of the right reply from seeing its earlier ones, {which}"
    return mean_claim(question, subject, part, "no gain", gates, **about)


def control(words: pd.DataFrame) -> tuple[Gate, ...]:
    """Where the answer stands in an earlier message of the user's, seeing it must help, whatever own replies are worth.

    No claim is made of these rows: a model without use for its own replies reads them as well as any other. Unknown
    for imported conversations.
    """
    needed = _gains(words).query("context == 'last_turn' and needs == 'user'")
    if needed.empty:
        return ()
    return (positive_control(estimate.mean(needed["value"], needed["cluster"].to_numpy()), CONTROL),)


def echoed(played: pd.DataFrame) -> Gate:
    """`own_rounds`: how many replies repeat the placeholder; above a tenth the model imitates it."""
    echoes = frame.rows(played, "echo").query("context == 'user_only' and round > 1")["value"]
    return at_most("replies that repeat the placeholder", float(echoes.mean()) if len(echoes) else None, 0.1,
                   unit="share")  # fmt: skip


def pollution(words: pd.DataFrame, name: str) -> Claim:
    """Whether a planted error draws the next reply towards it."""
    lines = tables.pull(words)
    subject = f"Pull of {name} towards a planted error by its own earlier replies, over that towards the truth"
    return mean_claim("Do its own past errors lead to new ones?", subject, lines.assign(value=lines["pull"]),
                      "no pollution", id="context.pollution", topic="pollution by its own errors")  # fmt: skip


def saved(played: pd.DataFrame, name: str) -> list[Claim]:
    """What leaving its replies out saves; nothing where that context was not played."""
    lengths = tables.savings(played).query("context == 'user_joined' and round == 'all'")
    if lengths.empty:
        return []
    why = "other conversations, models of 8B and more, longer replies"
    paper = Paper(0.85, PAPER, "full", "direction only", f"a 5- to 10-fold shorter context; {why}")
    subject = f"What the context of {name} loses in length without its own replies"
    return [Claim("How much context does omitting its replies save?", turned(recorded(lengths), 1.0),
                  "share of characters", subject=subject, paper=paper,
                  units_name="conversations", id="context.saved",
                  topic="context saved by omitting its replies")]  # fmt: skip


def price(played: pd.DataFrame, name: str, context: str) -> list[Claim]:
    """What leaving its replies out costs in right answers; nothing where that context was not played."""
    how, gates = ("joined", ()) if context == "user_joined" else ("placeholders", (echoed(played),))
    subject = f"Share of checkable rounds {name} answers rightly with its earlier replies, minus without ({how})"
    return [
        Claim(f"What does omitting them cost in right answers ({how})?", turned(recorded(pd.DataFrame([line]))),
              "percentage points", null=0.0, null_name="no difference", subject=subject, gates=gates,
              units_name="conversations", id=f"context.cost.{how}", topic=f"accuracy lost by omission ({how})")
        for line in tables.quality(played, "correct").to_dict("records") if line["context"] == context
    ]  # fmt: skip


def turned(effect: estimate.Estimate, about: float = 0.0) -> estimate.Estimate:
    """`about` minus an estimate."""
    value, low, high = (None if part is None else about - part for part in (effect.value, effect.high, effect.low))
    return replace(effect, value=value, low=low, high=high)


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
        id="context.filter",
        topic="loss under a filter",
    )


def judgement(judged: pd.DataFrame) -> list[Claim]:
    """A judge's preference in each view, gated by its position bias."""
    lines = tables.verdicts(judged).set_index(["measure", "view"])
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
            id=identifier("context", "judge", str(view)),
            topic=f"judge's preference for the full context ({view} view)",
        )
        for view in judged["view"].unique()
    ]


def recorded(line: pd.DataFrame) -> estimate.Estimate:
    """The estimate that one line of a table records."""
    record = line.iloc[0].to_dict()
    return estimate.Estimate(**{name: plain(record[name]) for name in estimate.Estimate.__dataclass_fields__})


def plain(value: Any) -> Any:
    """A NumPy scalar as Python's own, NaN as None: what JSON can hold."""
    plain = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(plain, float) and np.isnan(plain) else plain
