"""What a game report is read for: does the model cooperate, forgive, coordinate, plan ahead, or answer by position?

`play` holds matches with the model's own moves; `along` its probabilities along a history that a script made, so that
conditions differ in nothing but what is compared. Both are tables of the probe `repeated_game`.

Matches cross fixed levels (games, opponents, seats, labels, horizons), which are no sample of anything. What could be
drawn anew is the cover story: it is the unit, and below three of them the numbers are described.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.games.tables.published import LATE, paper, table
from analysis.games.tables.rounds import DEFECTED, LAST_DEFECTION, ROUNDS, STEADY, after_defection, only
from analysis.report.claims import INSTRUMENT, INTERPRETATION, Claim, Gate, Paper, at_most, option_mass
from analysis.report.verdicts import NEGLIGIBLE, RULED_OUT
from analysis.stats import estimate, frame, target
from analysis.stats.estimate import Estimate

DILEMMA, BATTLE = "prisoners_dilemma", "battle_of_the_sexes"
FIRST_CEILING = 0.95
"""Above this share of options listed first, or last, a model does not play (exclusion rule of Akata et al. 2025)."""
COOPERATION = 0.05
"""Distance from chance that the question on cooperation needs to detect."""
TEXTS = {
    "position": (
        "Does it answer by position?",
        "Its probability of the option listed first",
        "no position bias",
        "choice of the option listed first",
    ),
    "cooperates": (
        "Does it cooperate in the Prisoner's Dilemma?",
        "Its probability of cooperation over all opponents",
        "choosing at random",
        "cooperation",
    ),
    "reacts": (
        "Does cooperation change right after a defection?",
        "Its cooperation right after a single defection, minus after none",
        "no reaction",
        "change in cooperation right after a defection",
    ),
    "forgives": (
        "Is cooperation still changed two to six rounds after a defection?",
        "Its cooperation two to six rounds after a single defection, minus after none",
        "full forgiveness",
        "change in cooperation two to six rounds after a defection",
    ),
    "coordinates": (
        "Does it coordinate with an alternating partner?",
        "Its probability of the alternating partner's choice in rounds 5 to 10",
        "choosing at random",
        "coordination with an alternating partner",
    ),
    "end": (
        "Is there an end-game effect?",
        "The change of its cooperation in the last round, announced end minus indefinite",
        "no end-game effect",
        "end-game effect",
    ),
}
"""Question, subject of the sentence, name of the null, topic. A claim's id is `games.` and the key."""


def gates(rows: pd.DataFrame) -> tuple[Gate, ...]:
    """Option mass, and position bias: a model that takes what is listed first is not playing."""
    first = _mean_over_units(rows, "p_first").value
    return option_mass(frame.option_mass(rows)), first_listed(first)


def first_listed(share: float | None) -> Gate:
    """Passed while neither the option listed first nor the one listed last is (nearly) always taken."""
    away = None if share is None else share - 0.5
    return at_most(
        "preference for the option listed first",
        away,
        FIRST_CEILING - 0.5,
        finding="it answers by position",
        unit="percentage points",
    )


def claims(play: pd.DataFrame, along: pd.DataFrame) -> list[Claim]:
    """The six cards of the report; one whose condition was not run is left out. The bias leads unless it is small."""
    placed = position(play)
    biased = placed.verdict not in (NEGLIGIBLE, RULED_OUT)
    listed = [placed] if biased else []
    listed += [cooperates(play)] if DILEMMA in set(play["game"]) else []
    listed += [reacts(along), forgives(along)] if {DEFECTED, STEADY} <= set(along["opponent"]) else []
    listed += [coordinates(play)] if BATTLE in set(play["game"]) else []
    listed += [plans(along)] if {"announced", "indefinite"} <= set(along["horizon"]) else []
    return listed if biased else [*listed, placed]


def beside(listed: list[Claim], who: str) -> pd.DataFrame:
    """The claims beside published models and people, one row per question, in per cent or percentage points.

    A published figure belongs to the claim whose id ends in its key.
    """
    lines = pd.DataFrame(
        {"question": claim.question, f"{who} (95 %)": _percent(claim), "null": 100 * (claim.null or 0),
         "key": claim.id.rpartition(".")[2]} for claim in listed
    )  # fmt: skip
    players = 100 * table().pivot(index="question", columns="who", values="value")
    return lines.join(players[list(players.columns.sort_values())], on="key").drop(columns="key")


def _percent(claim: Claim) -> str:
    result = claim.estimate
    if result.value is None or claim.verdict in (INSTRUMENT, INTERPRETATION):
        return "no result"
    value, *limits = (
        f"{round(100 * x, 1) + 0.0:.1f}" for x in (result.value, result.low, result.high) if x is not None
    )
    return f"{value} ({' to '.join(limits)})" if limits else value


def position(play: pd.DataFrame) -> Claim:
    """Is the answer a place in the list, or the letter that stands there where letters keep their places?"""
    card = _card("position", _mean_over_units(play, "p_first"), gates(play)[:1], paper("position"))
    return replace(card, subject=f"{card.subject}, or of its letter") if _tied(play["arm"]) else card


def _tied(presentations: pd.Series) -> bool:
    """Whether no letter stands first in one presentation and later in another, such as `J=cooperate F=defect`."""
    letters = [[option[0] for option in arm.split()] for arm in presentations.unique()]
    return {first for first, *_ in letters}.isdisjoint(letter for _, *rest in letters for letter in rest)


def cooperates(play: pd.DataFrame) -> Claim:
    """P(C) over all rounds and opponents of the Prisoner's Dilemma."""
    rows = only(play, game=DILEMMA)
    card = _card("cooperates", _mean_over_units(rows, "p_cooperate"), gates(rows), paper("cooperates"))
    return replace(card, wanted=COOPERATION)


def reacts(along: pd.DataFrame) -> Claim:
    """The round right after a single defection, against the same round with a partner that never defected."""
    return _card("reacts", after_defection(along, LAST_DEFECTION + 1), gates(along), paper("reacts"))


def forgives(along: pd.DataFrame) -> Claim:
    """From the second round after a single defection on, against a partner that never defected: 0 is forgiven."""
    excess = after_defection(along, *range(LAST_DEFECTION + 2, ROUNDS + 1))
    return _card("forgives", excess, gates(along), paper("forgives"))


def coordinates(play: pd.DataFrame) -> Claim:
    """Probability of the alternating partner's choice in the Battle of the Sexes, once its pattern can be seen."""
    rows = only(play, game=BATTLE)
    seen = rows[rows["opponent"].str.startswith("alternator") & (rows["round"] >= 5)]
    return _card("coordinates", _mean_over_units(seen, "p_same"), gates(rows), paper("coordinates"))


def plans(along: pd.DataFrame) -> Claim:
    """Last round minus rounds 5 to 9, where the end is announced minus where it is not, after mutual cooperation."""
    drops = {horizon: _drop(only(along, opponent=STEADY, horizon=horizon)) for horizon in ("announced", "indefinite")}
    a, b = drops["announced"], drops["indefinite"]
    effect = estimate.between(a, b, by="cover")
    return _card("end", effect, gates(along), paper("end", "people"))


def _card(name: str, value: Estimate, checks: tuple[Gate, ...], beside: Paper | None) -> Claim:
    question, subject, null_name, topic = TEXTS[name]
    difference = name in ("reacts", "forgives", "end")
    unit, null = ("percentage points", 0.0) if difference else ("probability", 0.5)
    sampled = value.value is None or value.units >= target.FEWEST_KINDS
    return Claim(question, target.enough(value, "cover stories"), unit, null, checks, beside, subject, null_name,
                 units_name="cover stories", id=f"games.{name}", topic=topic,
                 target=target.KINDS if sampled else target.FIXED)  # fmt: skip


def _drop(part: pd.DataFrame) -> pd.DataFrame:
    """Cooperation in the last round minus that in the late ones, one line per cover."""
    rows = frame.rows(part, "p_cooperate")
    late, last = rows[rows["round"].isin(LATE)], rows[rows["round"] == ROUNDS]
    return (last.groupby("cover")["value"].mean() - late.groupby("cover")["value"].mean()).reset_index()


def _mean_over_units(table: pd.DataFrame, measure: str) -> Estimate:
    rows = frame.rows(table, measure)
    return estimate.proportion(rows["value"], rows["cover"].to_numpy(), arms=rows["arm"].to_numpy())
