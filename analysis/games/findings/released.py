"""The released data with independent units: the claims of the reference report."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.games.tables import released
from analysis.games.tables.side_by_side import GAMES
from analysis.report import reference
from analysis.report.claims import Claim
from analysis.stats import estimate, frame

TITLES = {"prisoners_dilemma": "Prisoner's Dilemma", "battle_of_the_sexes": "Battle of the Sexes"}
SAME = "the same rows; the article tests rows or people where the unit here is named below"


def claims(folder: str | Path) -> list[Claim]:
    """GPT-4 against Claude 2 by game, against all others by match, and people by person."""
    return [against_claude(folder), *[against_all(folder, game) for game in GAMES.values()], *by_person(folder)]


def against_claude(folder: str | Path) -> Claim:
    """Score over 144 games and both seats; games are the units."""
    rows = frame.rows(released.sweep(folder), "score")
    own, other = (rows[rows["model"] == model] for model in ("gpt4", "claude2"))
    gap = estimate.between(own, other, by="game")
    subject = "GPT-4's share of the highest pay-off minus Claude 2's, over all partners and seats"
    return Claim("Does GPT-4 earn more than Claude 2 over the 144 games?", gap, "percentage points", 0.0,
                 subject=subject, null_name="equal scores", units_name="games", id="reference.against_claude",
                 topic="GPT-4 minus Claude 2 over 144 games")  # fmt: skip


def against_all(folder: str | Path, game: str) -> Claim:
    """Points a round as player 1; matches are the units."""
    rows = frame.rows(released.tournament(folder, game), "points").query("seat == 'row'")
    own, other = (rows[rows["model"].eq("gpt4") == is_own] for is_own in (True, False))
    gap = estimate.between(own, other)
    return Claim(f"Does GPT-4 earn more than all others in the {TITLES[game]}?", gap, "points a round", 0.0,
                 subject="GPT-4's points minus the others', as player 1", null_name="equal points",
                 units_name="matches", id=f"reference.against_all.{game}",
                 topic=f"GPT-4 minus all others in the {TITLES[game]}")  # fmt: skip


def by_person(folder: str | Path) -> list[Claim]:
    """Prompted minus base partner, people as units: points in either game, and mutual cooperation."""
    rows = frame.rows(released.humans(folder), "points")
    listed = []
    for short, game in GAMES.items():
        beside = reference.cite("akata2025", f"human_{short}_score", "yes", SAME)
        gap = _prompted(rows[rows["game"] == game], None)
        listed.append(Claim(f"Do people earn more with a partner that predicts first ({TITLES[game]})?", gap,
                          "points a round", 0.0, paper=beside, subject="Points with the prompted partner minus base",
                          null_name="no difference", units_name="people", id=f"reference.people.{game}",
                          topic=f"people's gain from a predicting partner in the {TITLES[game]}"))  # fmt: skip
    gap = _prompted(rows[rows["game"] == GAMES["pd"]], 8)
    question = "Do people cooperate more with a partner that predicts first?"
    subject = "Mutual cooperation (8 points each) with the prompted partner minus base"
    last = Claim(question, gap, "percentage points", 0.0, subject=subject, null_name="no difference",
                 units_name="people", id="reference.people.cooperation",
                 topic="people's cooperation with a predicting partner")  # fmt: skip
    return [*listed, last]


def _prompted(rows: pd.DataFrame, counted: float | None) -> estimate.Estimate:
    if counted is not None:
        rows = rows.assign(value=(rows["value"] == counted).astype(float))
    prompted = rows["opponent"] == "Prompted"
    return estimate.between(rows[prompted], rows[~prompted])
