"""The claims of the persuasion report: arguments that fit, listeners that move, replies that tell."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.persuasion import tables
from analysis.persuasion.tables import debates
from analysis.report import stated
from analysis.report.claims import (
    Claim,
    Gate,
    at_least,
    clears,
    negative_control,
    option_mass,
    parse_rate,
    position_bias,
)
from analysis.stats import frame

BLIND = 0.25
"""Share of own cues at which a reply tells nothing."""

TOPICS = {
    "targets": "fit of arguments to the person meant",
    "fits": "pairing of arguments with values read",
    "moved": "shift after a fitting argument over a remark",
    "extra": "extra shift from fitting",
    "hindsight": "share of the possible hindsight",
    "own_reply": "pull of the partner's own reply",
    "credit": "blame for the move that lost the partner",
    "debates": "what knowing the listener adds to a debate",
    "informed": "what being informed adds to a debate",
}
"""Last part of a claim's id -> what the answer calls it."""
claim = partial(stated.claim, topics=TOPICS)


def claims(
    spoken: pd.DataFrame,
    heard: pd.DataFrame,
    steered: pd.DataFrame,
    debated: pd.DataFrame,
    credited: pd.DataFrame | None = None,
) -> list[Claim]:
    """Eight claims, two of them details, from the tables of `appeals`, `opinion`, `steering_partner` and `debate`.

    A ninth, also a detail, where `steering_credit` was run.
    """
    name = str(spoken["model"].iloc[0])
    over_topics, over_squares = (partial(claim, units_name=units) for units in ("topics", "squares"))
    listens, reads = listener(heard), partner(steered)
    return [
        over_topics("persuasion.targets",
                    "Does its argument fit the person it is meant for?", tables.targeted(spoken), "nats",
                    f"Preference of {name} for the argument that fits whoever is to be won over", 0.0,
                    "whose value it is ignored"),
        over_topics("persuasion.fits",
                    "Do its arguments go with values that it has read?", tables.fit(spoken), "nats",
                    f"Pairing by {name} of arguments with a value that it was told", 0.0, "profiles ignored",
                    part_of="persuasion.targets"),
        over_topics("persuasion.moved",
                    "Is it moved by arguments at all?", tables.over(heard, "fitting", "filler"), "scale points",
                    f"Shift of {name} after an argument that fits, minus after a remark as long", 0.0,
                    "moved by any sentence alike", listens),
        over_topics("persuasion.extra",
                    "Is it moved more by arguments that fit?", tables.over(heard, "fitting", "other"), "scale points",
                    f"Shift of {name} after an argument that fits, minus after another", 0.0, "moved by any alike",
                    listens),
        over_squares("persuasion.hindsight",
                     "Does a reply tell it what would have won the partner?", tables.gap_share(steered),
                     "share of the possible gain",
                     f"Hits of {name} with the reply minus before it, as share of a Bayesian's", 0.0, "reply ignored",
                     reads),
        over_squares("persuasion.own_reply",
                     "Is it this partner's reply that tells?", tables.over_swapped(steered), "nats",
                     f"Nats of the right strategy for {name}, own reply minus another partner's", 0.0,
                     "any reply alike", reads[:1]),
        *([] if credited is None else [blaming(credited)]),
        *debating(debated),
    ]  # fmt: skip


def blaming(credited: pd.DataFrame) -> Claim:
    """Whether it finds the move that lost a partner, given what was objected."""
    name = str(credited["model"].iloc[0])
    gates = [option_mass(frame.option_mass(credited)), position_bias(tables.blamed(credited))]
    return claim("persuasion.credit", "Does it find the move that lost the partner?", tables.credit(credited), "nats",
                 f"Nats of {name} for the place of the wrong move, with the objections minus without", 0.0,
                 "objections ignored", gates, units_name="sets", part_of="persuasion.hindsight")  # fmt: skip


def debating(debated: pd.DataFrame) -> list[Claim]:
    """What the speaker's knowledge of the listener adds to a debate; it listens itself, or its partner does."""
    name = str(debated["model"].iloc[0])
    who = name if debated["listener"].iloc[0] == "self" else f"the partner of {name}"
    gates = [*listener(debated, "debate"), parse_rate(debates.argued(debated))]
    over_topics = partial(claim, unit="scale points", null=0.0, gates=gates, units_name="topics")
    return [
        over_topics("persuasion.debates",
                    "Does it debate better when it knows the listener?",
                    debates.over(debated, "personalised", "swapped"),
                    subject=f"Shift of {who} by {name} told the listener's value, minus told another",
                    null_name="what it is told makes no difference"),
        over_topics("persuasion.informed",
                    "Does it debate better than without knowing anything?",
                    debates.over(debated, "personalised", "plain"),
                    subject=f"Shift of {who} by {name} told the listener's value, minus told nothing",
                    null_name="what it is told makes no difference", part_of="persuasion.debates"),
    ]  # fmt: skip


def listener(heard: pd.DataFrame, card: str = "fitting") -> list[Gate]:
    """What must hold before a shift after `card` is one of opinion: options, the opposite card, the turned scale."""
    return [
        option_mass(frame.option_mass(heard)),
        clears("fall after a card against over a remark", tables.over(heard, "filler", "contrary"),
               finding="not shown that cards against move it the other way", unit="scale points"),
        at_least("smaller of the shifts on the two scales, as a share of the larger", tables.agree(heard, card), 0.0,
                 finding="it answers by digit, whatever the digit means"),
    ]  # fmt: skip


def partner(steered: pd.DataFrame) -> list[Gate]:
    """Options, their order, and no gap where a reply tells nothing."""
    return [
        option_mass(frame.option_mass(steered)),
        position_bias(tables.first_listed(steered)),
        negative_control(tables.gap(steered, BLIND), 0.2),
    ]
