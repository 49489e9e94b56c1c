"""The released data of Akata et al. 2025 (repository eliaka/repeatedgames, MIT) as the table our own runs give.

Every row that one player chose in is a row here, from that player's seat; letters become C and D as in `probes.games`:
C is J in the Prisoner's Dilemma, and in the Battle of the Sexes the other player's favourite.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from analysis.stats.frame import COLUMNS

COOPERATIVE: Mapping[str, tuple[str, str]] = {"prisoners_dilemma": ("J", "J"), "battle_of_the_sexes": ("F", "J")}
"""Letter of C for player 1 and player 2."""
HIGHEST = {"prisoners_dilemma": 10.0, "battle_of_the_sexes": 10.0}
_PARTNER = {
    "prisoners_dilemma": {"C": {8: "C", 0: "D"}, "D": {10: "C", 5: "D"}},
    "battle_of_the_sexes": {"C": {7: "D", 0: "C"}, "D": {10: "C", 0: "D"}},
}
"""What the partner must have played when a person's move brought a score."""
_SEATS = (("row", 1, 2), ("column", 2, 1))


def sweep(folder: str | Path) -> pd.DataFrame:
    """144 games x 25 ordered pairs x 10 rounds from both seats: points, score, p_first; moves have no C and D here.

    `p_first` is 1 for the option that the rules list first; the order in the question was shuffled and, as the data
    show, makes no difference.
    """
    rows = _plain(pd.read_csv(Path(folder) / "all_144_games.csv"))
    info = pd.read_csv(Path(folder) / "144_games_info.csv", sep=";").set_index("game_number")
    rows["game"] = rows["game_number"].map("ordinal_{:03d}".format)
    rows["family"] = rows["game_number"].map(info["game_family"])
    both = pd.concat([_side(rows, *seat) for seat in _SEATS], ignore_index=True)
    both = both.assign(highest=4.0, move=None, partner_move=None, match=both["game"] + "|" + both["pair"])
    return _long(both.assign(p_first=both["own"] == both["choice_option1"]))


def tournament(folder: str | Path, game: str) -> pd.DataFrame:
    """All ordered pairs in the Prisoner's Dilemma or the Battle of the Sexes, ten rounds."""
    short = {"prisoners_dilemma": "pd", "battle_of_the_sexes": "bos"}[game]
    return _matrix_game(_plain(pd.read_csv(Path(folder) / short / f"experiment_{short}.csv")), game)


def long_matches(folder: str | Path) -> pd.DataFrame:
    """Twenty rounds of the Prisoner's Dilemma; `horizon` is announced or the stated ending probability, `file` names
    the origin (two files hold the same pairings once more)."""
    data, parts = Path(folder) / "pd", []
    files = {"tft/data/pd_base_gpt4_tfts.csv": "announced", "ending_probs/data/pd_basic_gpt4_tfts.csv": "announced"}
    files |= {f"ending_probs/data/pd_gpt4_{chance}p.csv": f"ending_{chance}" for chance in (1, 40, 60, 80)}
    for file, horizon in files.items():
        rows = _plain(pd.read_csv(data / file)).assign(horizon=horizon, file=Path(file).stem)
        parts.append(_matrix_game(rows, "prisoners_dilemma", ("horizon", "file")))
    return pd.concat(parts, ignore_index=True)


def humans(folder: str | Path) -> pd.DataFrame:
    """195 people against look-up tables. Facts: `opponent` Base or Prompted, `guess`, and the unit is the person.

    The partner's move follows from action and score; where the two contradict each other it is empty.
    """
    rows = pd.read_csv(Path(folder) / "human_experiment/analysis/repgames.csv")
    rows["game"] = rows["game"].map({"PD": "prisoners_dilemma", "BoS": "battle_of_the_sexes"})
    rows["round"] = rows.groupby(["id", "game"]).cumcount() + 1
    rows["move"] = rows["action"].map({1: "C", 0: "D"})
    scored = zip(rows["game"], rows["move"], rows["score"], strict=True)
    rows["partner_move"] = [_PARTNER[game][move].get(score) for game, move, score in scored]
    rows["match"], rows["model"], rows["highest"] = rows["id"].astype(str), "human", 10.0
    return _long(rows.assign(seat="column", points=rows["score"].astype(float), coordinated=rows["score"] > 0))


def policies(folder: str | Path) -> dict[str, dict[str, str]]:
    """The four complete look-up policies: the human's letters so far -> letter of the next move."""
    files = sorted((Path(folder) / "human_experiment/lookups").glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    names = {column: rows[column].str.removeprefix("act_") for column in ("player1", "player2")}
    rows = rows.assign(**names)
    return rows.assign(pair=rows["player1"] + "|" + rows["player2"], begins=(rows["round"] == 1).cumsum())


def _side(rows: pd.DataFrame, seat: str, me: int, you: int) -> pd.DataFrame:
    named = {"model": f"player{me}", "opponent": f"player{you}", "own": f"answer{me}", "partner": f"answer{you}"}
    points = {"points": rows[f"points{me}"].astype(float), "partner_points": rows[f"points{you}"].astype(float)}
    return rows.assign(seat=seat, **{name: rows[column] for name, column in named.items()}, **points)


def _matrix_game(rows: pd.DataFrame, game: str, extra: tuple[str, ...] = ()) -> pd.DataFrame:
    sides = []
    for seat, me, you in _SEATS:
        side = _side(rows, seat, me, you)
        letters = COOPERATIVE[game]
        side["move"] = side["own"].map(lambda letter, c=letters[me - 1]: "C" if letter == c else "D")
        side["partner_move"] = side["partner"].map(lambda letter, c=letters[you - 1]: "C" if letter == c else "D")
        sides.append(side.assign(coordinated=side["own"] == side["partner"]))
    both = pd.concat(sides, ignore_index=True).assign(game=game, highest=HIGHEST[game])
    named = both[["pair", *extra]].agg("|".join, axis=1) if extra else both["pair"]
    return _long(both.assign(match=named))


def _long(rows: pd.DataFrame) -> pd.DataFrame:
    """From one row per move to one row per measure, with the columns of a run."""
    rows = rows.assign(cooperates=rows["move"].map({"C": 1.0, "D": 0.0}), score=rows["points"] / rows["highest"])
    rows["key"] = rows["game"] + "|" + rows["match"] + "|" + rows["seat"]
    rows["state"] = _states(rows)
    measures = [name for name in ("cooperates", "points", "score") if rows[name].notna().any()]
    measures += [name for name in ("coordinated", "p_first") if name in rows]
    facts = [name for name in FACTS if name in rows]
    base = rows[["key", "model", *facts]].assign(run="released", probe="repeated_game", cluster=rows["match"],
                                                 row=rows["round"] - 1, status="ok", unit="", text="")  # fmt: skip
    parts = [base.assign(measure=name, value=rows[name].astype(float)) for name in measures]
    table = pd.concat(parts, ignore_index=True).dropna(subset="value")
    return table[[*[name for name in COLUMNS if name in table], *facts]]


FACTS = ("match", "game", "family", "opponent", "seat", "horizon", "file", "round", "state", "own", "partner", "move",
         "partner_move", "partner_points", "highest", "guess", "id", "action")  # fmt: skip


def _states(rows: pd.DataFrame) -> pd.Series:
    """Moves of both in the round before, own first; `start` in round 1, empty where a move is unknown."""
    last = (rows["move"] + rows["partner_move"]).groupby(rows["key"]).shift(1)
    return last.where(rows["round"] > 1, "start")
