"""What the report `partners` is read for: other stories, one price, words that are understood, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from analysis.games.findings import first_listed, giving
from analysis.games.tables import reference
from analysis.games.tables.partners import channel_gap, shift
from analysis.games.tables.reference import by_unit
from analysis.report import stated
from analysis.report.claims import Claim, Gate, clears, option_mass
from analysis.stats import frame

TOPICS = {
    "show": "shift of moves by the story",
    "pub": "shift of moves by another story",
    "channel": "gap between choosing and announcing",
    "accepts": "acceptance of prices within its own limit",
    "names": "prices named by its own limit",
    "listener": "pragmatic listening",
    "speaker": "informative speaking",
    "words": "use of its words to itself",
    "stranger": "loss of understanding with another listener",
    "uptake": "uptake of a partner's own words",
}
NAMES = {"show": "a television show", "pub": "an evening at the pub", "game": "a game"}
LEAST = 0.05
"""Smallest difference of probabilities that counts as reading a word, in the gates."""
claim = partial(stated.claim, topics=TOPICS)


def claims(
    framed: pd.DataFrame,
    haggled: pd.DataFrame,
    referred: pd.DataFrame,
    private: pd.DataFrame,
    asked: pd.DataFrame,
    played: pd.DataFrame,
) -> list[Claim]:
    """Six claims with their details, from `framed_game`, `haggle`, `reference_game`, `private_words`,
    `conditional_giving` and `public_goods`."""
    name = str(framed["model"].iloc[0])
    own = haggled[haggled["responder"] == "self"]
    return [
        *_stories(framed, name),
        *_prices(own, name),
        *giving.claims(asked, played),
        *_words(referred, private, name),
    ]


def _stories(framed: pd.DataFrame, name: str) -> Iterator[Claim]:
    chosen, bare = framed[framed["channel"] == "choice"], str(framed["reference"].iloc[0])
    checks = [option_mass(frame.option_mass(chosen)), *_places(framed), sensible(chosen)]
    headline = ""
    for other in (story for story in dict.fromkeys(framed["frame"]) if story != bare):
        story = other.partition("/")[0]
        where = NAMES.get(story, story)
        yield claim(f"partners.{story}", f"Does it move differently in {where}?", shift(chosen, other, bare), "nats",
                    f"Cooperation of {name} in {where} minus in a bare game of the same pay-offs", 0.0,
                    "no effect of the story", checks, units_name="games", part_of=headline)  # fmt: skip
        headline = headline or f"partners.{story}"
    yield claim("partners.channel", "Does it announce what it chooses?", channel_gap(framed), "nats",
                f"Cooperation in the sentence that {name} would write, minus in the option it takes", 0.0,
                "no gap between choosing and announcing", checks, units_name="games")  # fmt: skip


def _places(framed: pd.DataFrame) -> Iterator[Gate]:
    """Not by position, in any channel."""
    for channel in dict.fromkeys(framed["channel"]):
        yield first_listed(by_unit(framed[framed["channel"] == channel], "p_first").value)


def _prices(own: pd.DataFrame, name: str) -> Iterator[Claim]:
    checks = [option_mass(frame.option_mass(own)), first_listed(by_unit(own, "p_first").value)]
    yield claim("partners.accepts", "Does it accept only prices that it gains from?", by_unit(own, "accepts"),
                "percentage points",
                f"How much more often {name} accepts a price where its limit makes it a gain than where it makes it a "
                "loss", 0.0, "no effect of its limit", checks, units_name="goods")  # fmt: skip
    yield claim("partners.names", "Does it name prices by its limit?", by_unit(own, "names"), "coins",
                f"What {name} names under a loose limit over a strict one, in favour of the other side", 0.0,
                "no effect of its limit", checks[:1], units_name="goods", part_of="partners.accepts")  # fmt: skip


def _words(referred: pd.DataFrame, private: pd.DataFrame, name: str) -> Iterator[Claim]:
    over, knows = partial(claim, units_name="contexts"), reference.follows(referred, "self", LEAST)
    heard, spoken = (reference.pragmatic(referred, role) for role in ("listener", "speaker"))
    hears, speaks = (option_mass(frame.option_mass(referred[referred["role"] == role]))
                     for role in ("listener", "speaker"))  # fmt: skip
    yield over("partners.listener", "Does it understand what a partner means?", heard, "nats",
               f"Preference of {name} for the thing without a word of its own, minus where the partner has no choice",
               0.0, "no reasoning about the partner's words", [hears, knows])  # fmt: skip
    yield over("partners.speaker", "Does it choose words that are understood?", spoken, "nats",
               f"Preference of {name} for the word that tells, minus where either word does", 0.0,
               "no regard for what the partner knows", [speaks, knows], part_of="partners.listener")  # fmt: skip
    if "partner" in set(referred["listener"].dropna()):
        theirs = referred[referred["listener"] == "partner"]
        gates = [speaks, knows, option_mass(frame.option_mass(theirs)), reference.follows(referred, "partner", LEAST)]
        yield over("partners.stranger", "Is it understood better by itself than by a stranger?",
                   reference.stranger(referred), "percentage points",
                   f"Things that {name} picks after its own words, minus those that the other model picks", 0.0,
                   "equal understanding", gates)  # fmt: skip
    else:
        yield over("partners.words", "Does it understand its own words?", reference.helped(referred),
                   "percentage points",
                   f"Things that {name} picks after its own words, minus after words drawn at random", 0.0,
                   "words drawn at random", [speaks, knows])  # fmt: skip
    yield claim("partners.uptake", "Does it take up a partner's own words?", reference.uptake(private),
                "percentage points", f"Right things picked by {name} after invented words were used, minus before", 0.0,
                "no uptake", [option_mass(frame.option_mass(private))], units_name="pools",
                part_of="partners.listener")  # fmt: skip


def sensible(chosen: pd.DataFrame) -> Gate:
    """Actions over those that are worse whatever the other does: the control that must be seen."""
    return clears("actions over dominated ones", by_unit(chosen, "sense"),
                  finding="it takes actions that are worse whatever the other does")  # fmt: skip
