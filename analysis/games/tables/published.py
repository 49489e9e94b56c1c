"""Published models and people beside ours: numbers that our own functions compute from the released data.

`table()` reads them as stored, `recompute(folder)` computes them again from the files; a test compares the two.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import yaml

from analysis.games.tables import released
from analysis.report.claims import Paper
from analysis.stats import frame

FILE = Path(__file__).with_suffix(".yaml")
SOURCE = "Akata et al. 2025, doi:10.1038/s41562-025-02172-y, recomputed from the released moves"
WHY = "other wording and scripts; a published match was played once at temperature 0"
PLAYERS = {"gpt4": "GPT-4", "gpt35": "davinci-003", "gpt3": "davinci-002", "claude": "Claude 2", "llama2": "Llama 2",
           "gpt4_predictfirst": "GPT-4, predicting first", "human": "people"}  # fmt: skip
SCRIPTS = {
    "j": "always J",
    "f": "always F",
    "jf": "alternator JF",
    "fj": "alternator FJ",
    "defect_once": "defects once",
}
NAMES = {**PLAYERS, "claude1": "Claude 1", "claude2": "Claude 2", **SCRIPTS}
"""Everybody in the released files, scripts included."""
LATE = range(5, 10)
"""Rounds 5 to 9 of ten: after the opening, before the last."""


@cache
def table() -> pd.DataFrame:
    """One row per question and player: question, who, value."""
    stored = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    lines = [(question, who, value) for question, players in stored.items() for who, value in players.items()]
    return pd.DataFrame(lines, columns=["question", "who", "value"])


def paper(question: str, who: str = "GPT-4", comparable: str = "direction only") -> Paper:
    """One of them, as a claim carries it. KeyError for what is not there."""
    rows = table().query("question == @question and who == @who")
    if rows.empty:
        raise KeyError(f"no published figure {question!r} of {who!r}")
    return Paper(float(rows["value"].iloc[0]), f"{who}; {SOURCE}", "calc", comparable, WHY)


def recompute(folder: str | Path) -> pd.DataFrame:
    """The same table from the files."""
    moves = frame.rows(released.tournament(folder, "prisoners_dilemma"), "cooperates").query("seat == 'row'")
    met = frame.rows(released.tournament(folder, "battle_of_the_sexes"), "coordinated").query("seat == 'row'")
    people = (
        frame.rows(released.humans(folder), "cooperates").query("game == 'prisoners_dilemma'").assign(model="human")
    )
    both = pd.concat([moves, people])
    late, last = both[both["round"].isin(LATE)], both[both["round"] == 10]
    after = moves[moves["round"] >= 3]
    first = (
        frame.rows(released.sweep(folder), "p_first").query("seat == 'row'").replace({"model": {"claude2": "claude"}})
    )
    pairs = frame.rows(released.humans(folder), "coordinated").query("game == 'battle_of_the_sexes'")
    figures = {
        "cooperates": _mean(both),
        "reacts": _mean(moves[_against(moves, "defect_once", 2)]) - _mean(moves[_against(moves, "j", 2)]),
        "forgives": _mean(after[after["opponent"] == "defect_once"]) - _mean(after[after["opponent"] == "j"]),
        "coordinates": pd.concat(
            [
                _mean(met[(met["opponent"] == "jf") & (met["round"] >= 5)]),
                _mean(pairs[pairs["round"] >= 5].assign(model="human")),
            ]
        ),
        "position": _mean(first),
        "end": _mean(last) - _mean(late),
    }
    lines = pd.concat({name: values for name, values in figures.items()}, names=["question", "who"]).rename("value")
    lines = lines.reset_index()
    return lines[lines["who"].isin(PLAYERS)].replace({"who": PLAYERS}).reset_index(drop=True)


def _mean(rows: pd.DataFrame) -> pd.Series:
    return rows.groupby("model")["value"].mean()


def _against(rows: pd.DataFrame, opponent: str, number: int) -> pd.Series:
    return (rows["opponent"] == opponent) & (rows["round"] == number)
