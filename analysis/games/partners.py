"""What the report `partners` is read for: other stories, one price, words that are understood, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from analysis.games import reference
from analysis.games.findings import first_listed
from analysis.report import stated
from analysis.report.claims import Claim, Gate, at_least, clears, option_mass
from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate

TOPICS = {
    "show": "shift of moves by the story",
    "pub": "shift of moves by another story",
    "channel": "gap between choosing and announcing",
    "losses": "deals at a loss beyond chance",
    "surplus": "proposer's share of the surplus",
    "listener": "pragmatic listener",
    "speaker": "informative speaker",
    "stranger": "loss of understanding with another listener",
    "understood": "understanding of its own words",
    "uptake": "uptake of a partner's own words",
}
NAMES = {"show": "a television show", "pub": "an evening at the pub", "game": "a game"}
claim = partial(stated.claim, topics=TOPICS)


def claims(framed: pd.DataFrame, haggled: pd.DataFrame, referred: pd.DataFrame, private: pd.DataFrame) -> list[Claim]:
    """Six claims with their details, from `framed_game`, `haggle`, `reference_game` and `private_words`."""
    name = str(framed["model"].iloc[0])
    return [*_stories(framed, name), *_prices(haggled, name), *_words(referred, private, name)]


def _stories(framed: pd.DataFrame, name: str) -> Iterator[Claim]:
    chosen, bare = framed[framed["channel"] == "choice"], str(framed["reference"].iloc[0])
    checks = [
        option_mass(frame.option_mass(chosen)),
        first_listed(reference.by_unit(chosen, "p_first").value),
        dominated(chosen),
    ]
    others = [story for story in dict.fromkeys(framed["frame"]) if story != bare]
    headline = ""
    for other in others:
        story = other.partition("/")[0]
        id = f"partners.{story}"
        where = NAMES.get(story, story)
        yield claim(id, f"Does it move differently in {where}?", shift(chosen, other, bare), "probability",
                    f"Cooperation of {name} in {where} minus in a bare game of the same pay-offs", 0.0,
                    "the story is ignored", checks, units_name="games", part_of=headline)  # fmt: skip
        headline = headline or id
    yield claim("partners.channel", "Does it announce what it chooses?", channel_gap(framed), "probability",
                f"Cooperation in the sentence that {name} would write, minus in the option it takes", 0.0,
                "no gap between choosing and announcing", checks[1:], units_name="games")  # fmt: skip


def _prices(haggled: pd.DataFrame, name: str) -> Iterator[Claim]:
    first, keeps, shared = (reference.by_unit(haggled, one) for one in ("p_first", "keeps_limit", "surplus_share"))
    checks = [option_mass(frame.option_mass(haggled)), first_listed(first.value)]
    yield claim("partners.losses", "Does it make fewer deals at a loss than chance would?", losses(haggled),
                "difference of probabilities",
                f"Share of {name}'s deals in which a side loses, minus the share of prices at which one would", 0.0,
                "as many as prices drawn at random", checks, units_name="goods")  # fmt: skip
    limits = clears("accepting within its limit over beyond", keeps,
                    finding="it accepts prices within and beyond its limit alike")  # fmt: skip
    yield claim("partners.surplus", "Who gets the surplus?", shared, "share of the surplus",
                f"What the proposing side gets of the surplus in {name}'s deals", 0.5, "an even split",
                [*checks, limits], units_name="goods")  # fmt: skip


def _words(referred: pd.DataFrame, private: pd.DataFrame, name: str) -> Iterator[Claim]:
    knows = reference.understands(referred)
    hears, speaks = (
        option_mass(frame.option_mass(referred[referred["role"] == role])) for role in ("listener", "speaker")
    )
    over = partial(claim, gates=[hears, knows], units_name="contexts")
    heard, spoken = (reference.pragmatic(referred, role) for role in ("listener", "speaker"))
    yield over("partners.listener", "Does it understand what a partner means?", heard, "nats",
               f"Preference of {name} for the thing without a word of its own, minus in the twin", 0.0,
               "words taken literally")  # fmt: skip
    yield over("partners.speaker", "Does it choose words that are understood?", spoken, "nats",
               f"Preference of {name} for the word that fits one thing only", 0.0, "any word that fits",
               gates=[speaks, knows], part_of="partners.listener")  # fmt: skip
    if "partner" in set(referred["listener"].dropna()):
        yield over("partners.stranger", "Is it understood better by itself than by a stranger?",
                   reference.stranger(referred), "probability",
                   f"Things that {name} picks after its own words, minus those that the other model picks", 0.0,
                   "understood alike")  # fmt: skip
    else:
        yield over("partners.understood", "Does it understand its own words?", reference.understood(referred),
                   "probability", f"Things that {name} picks rightly after its own words, over one in three", 0.0,
                   "guessing")  # fmt: skip
    yield claim("partners.uptake", "Does it take up a partner's own words?", reference.uptake(private), "probability",
                f"Right things picked by {name} after invented words were used, minus before", 0.0, "no uptake",
                [option_mass(frame.option_mass(private))], units_name="pools", part_of="partners.listener")  # fmt: skip


def dominated(chosen: pd.DataFrame) -> Gate:
    """Passed where actions that are worse whatever the other does are taken less often than not."""
    taken = reference.by_unit(chosen, "p_dominated")
    return at_least("dominated actions avoided", None if taken.value is None else 1 - taken.value, 0.5,
                    finding="it takes actions that are worse whatever the other does")  # fmt: skip


def shift(framed: pd.DataFrame, story: str, bare: str) -> Estimate:
    """Cooperation in one story minus in another, paired by game."""
    rows = frame.rows(framed, "p_cooperate")
    return estimate.between(rows[rows["frame"] == story], rows[rows["frame"] == bare])


def channel_gap(framed: pd.DataFrame) -> Estimate:
    """Cooperation announced in a sentence minus chosen, over all stories, paired by game."""
    rows = frame.rows(framed, "p_cooperate")
    return estimate.between(rows[rows["channel"] == "text"], rows[rows["channel"] == "choice"])


def losses(haggled: pd.DataFrame) -> Estimate:
    """Share of deals at a loss to somebody minus the share of prices at a loss, by good."""
    rows = frame.rows(haggled, "loss_share")
    return estimate.mean(rows["value"] - rows["chance_loss"], rows["cluster"].to_numpy())


def stories(framed: pd.DataFrame) -> pd.DataFrame:
    """Cooperation by story and channel."""
    return estimate.by(framed, "p_cooperate", ["frame", "channel"], kind="mean")


def prices(haggled: pd.DataFrame) -> pd.DataFrame:
    """All measures of haggling by who proposes and who responds."""
    parts = [estimate.by(haggled, measure, ["proposer", "responder"], kind="mean").assign(measure=measure)
             for measure in ("deal", "loss_share", "surplus_share", "keeps_limit")]  # fmt: skip
    return pd.concat(parts, ignore_index=True)
