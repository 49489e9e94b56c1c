"""Play data from anywhere: shapes, refusals, and the shares of Dal Bó and Fréchette 2011."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.games.tables import memory, mixture, strategies
from analysis.games.tables.plays import plays, shares

DATA = Path(__file__).parents[2] / "../shared/data"
ONE = pd.DataFrame({"match": "m", "round": [1, 2, 3], "move": list("CDC"), "partner_move": list("CCD")})
# Documented with the data (shared/data/repeated_pd_aer): subjects as units, the article's six strategies.
SHARES = {
    "D5R32": (0.92, 0, 0, 0.08, 0, 0), "D5R40": (0.78, 0.08, 0.04, 0.10, 0, 0), "D5R48": (0.53, 0.07, 0, 0.38, 0.02, 0),
    "D75R32": (0.65, 0, 0, 0.35, 0, 0), "D75R40": (0.11, 0.30, 0.27, 0.33, 0, 0),
    "D75R48": (0, 0.08, 0.12, 0.56, 0, 0.24),
}  # fmt: skip


def test_the_shapes_give_one_table():
    strat = ONE.rename(columns={"match": "game", "round": "period", "move": "choice", "partner_move": "other.choice"})
    strat = strat.assign(id="p").replace({"C": "c", "D": "d"})
    wide = pd.DataFrame(
        {"round": [1, 2, 3], "player1": "p", "player2": "q", "answer1": list("JFJ"), "answer2": list("JJF")}
    )
    tables = [plays(ONE.assign(player="p")), plays(strat), plays(wide, cooperates="J").query("player == 'p'")]
    for table in tables:
        assert table["value"].tolist() == [1.0, 0.0, 1.0]
        assert table["state"].tolist() == ["start", "CC", "DC"]
        assert table["cluster"].tolist() == ["p"] * 3
    both = plays(wide, cooperates="J")
    assert both.query("player == 'q'")["state"].tolist() == ["start", "CC", "CD"]


def test_points_scores_and_fingerprints_come_out():
    table = plays(ONE.assign(points=[3, 5, 0]))
    assert table.query("measure == 'points'")["value"].tolist() == [3, 5, 0]
    found = memory.fingerprint(table, measure="cooperates").set_index("state")["value"]
    assert found.to_dict() == {"CC": 0.0, "DC": 1.0}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (ONE.drop(columns="round"), "lack the column 'round'; they have match, move, partner_move"),
        (ONE.iloc[:0], "without a row"),
        (ONE.assign(move=["C", "X", "D"]), "row 2: move 'X' must be C or D"),
        (ONE.assign(round=[1, 2, 2]), "row 3: round '2' must be there once in its match"),
        (ONE.assign(round=[1, 2, 4]), "row 3: round '4' must be preceded by all rounds"),
        (ONE.assign(round=[1, "two", 3]), "row 2: round is 'two', which is no number"),
        (ONE.assign(round=[0, 1, 2]), "row 1: round '0' must be a whole number"),
    ],
)
def test_bad_rows_are_named(given, message):
    with pytest.raises(ValueError, match=message):
        plays(given)


def test_other_labels_and_headings(tmp_path):
    file = tmp_path / "log.csv"
    ONE.replace({"C": "left", "D": "right"}).rename(columns={"match": "session"}).to_csv(
        file, index=False, encoding="utf-8-sig"
    )
    assert plays(file, cooperates="left", columns={"session": "match"})["value"].tolist() == [1.0, 0.0, 1.0]
    with pytest.raises(ValueError, match="more than two labels: left, middle, right"):
        plays(ONE.assign(move=["left", "right", "middle"], partner_move="left"), cooperates="left")
    with pytest.raises(FileNotFoundError, match=r"no file .*gone\.csv"):
        plays(tmp_path / "gone.csv")


def test_a_move_that_is_not_known_has_no_value():
    table = plays(ONE.assign(move=["C", "", "C"]))
    assert table["status"].tolist() == ["ok", "unscored", "ok"]
    assert strategies.matches(table).empty, "a match with a hole is no match to fit"


# own and other's history -> next move, written down from the definitions.
@pytest.mark.parametrize(
    ("name", "own", "theirs", "move"),
    [
        ("two-sided grim", "CDC", "CCC", "D"), ("two-sided grim", "CCC", "CCC", "C"),
        ("two-sided grim", "CCC", "DCC", "D"),
        ("T2", "C", "D", "D"), ("T2", "CD", "DC", "D"), ("T2", "CDD", "DCC", "C"), ("T2", "D", "C", "D"),
        ("T2", "CDDC", "DDDC", "C"), ("T3", "CDD", "DCC", "D"), ("T3", "CDDD", "DCCC", "C"),
        ("lenient grim 2", "CC", "DC", "C"), ("lenient grim 2", "CCCC", "DDCC", "D"),
        ("lenient grim 3", "CC", "DD", "C"),
        ("tit-for-three-tats", "CCC", "DDD", "D"), ("tit-for-three-tats", "CCC", "CDD", "C"),
        ("two-tits-for-tat", "CD", "DC", "D"), ("two-tits-for-tat", "CDD", "DCC", "C"),
        ("two-tits-for-two-tats", "CCD", "DDC", "D"), ("two-tits-for-two-tats", "CCDD", "DDCC", "C"),
        ("defect first, then cooperate", "", "", "D"), ("defect first, then cooperate", "D", "D", "C"),
    ],
)  # fmt: skip
def test_strategies_that_look_further_back(name, own, theirs, move):
    assert strategies.KNOWN[name](own, theirs) == move
    assert strategies.KNOWN[name]("", "") in "CD"


def test_a_player_has_one_strategy_or_every_match_has():
    """Two players, one of whom always defects: as players 1/2 each; as matches by the number of matches."""
    rows = [
        {"player": player, "match": match, "round": number, "move": move, "partner_move": "D"}
        for player, move, many in (("p", "D", 3), ("q", "C", 1))
        for match in range(many)
        for number in range(1, 7)
    ]
    names, rng = ("always defect", "always cooperate"), np.random.default_rng(0)
    shares = [
        mixture.mixture(plays(pd.DataFrame(rows)), rng, 10, unit, names).set_index("strategy")["value"]["always defect"]
        for unit in ("cluster", "key")
    ]
    assert shares == pytest.approx([1 / 2, 3 / 4], abs=0.01)
    mine = {"defector": lambda own, theirs: "D", "cooperator": lambda own, theirs: "C"}
    found = mixture.mismatches(plays(pd.DataFrame(rows)), mine, "cluster")
    assert found[["defector", "cooperator", "length"]].values.tolist() == [[0, 18, 18], [6, 0, 6]]
    with pytest.raises(ValueError, match="no strategy 'tit-for-tot'; there are always cooperate"):
        mixture.mismatches(plays(pd.DataFrame(rows)), ("tit-for-tot",))
    with pytest.raises(ValueError, match="no unit 'person'"):
        mixture.mismatches(plays(pd.DataFrame(rows)), names, "person")


@pytest.mark.real_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the public data folder beside the checkout is absent")
@pytest.mark.parametrize("treatment", SHARES)
def test_the_shares_of_dal_bo_and_frechette(treatment):
    """All 36 shares to two decimals."""
    table = plays(DATA / "repeated_pd_aer" / "df2011.csv").query("treatment == @treatment")
    found = mixture.mismatches(table, strategies.DAL_BO_FRECHETTE, "cluster")
    wrong = found[list(strategies.DAL_BO_FRECHETTE)].to_numpy(float)
    shares, _, _ = mixture.fit(wrong, found["length"].to_numpy(float))
    assert [round(float(share), 2) for share in shares] == pytest.approx(SHARES[treatment], abs=0.001)


def test_every_group_has_its_own_mixture():
    rows = [
        {
            "player": f"{treatment}{k}",
            "match": 1,
            "round": number,
            "move": move,
            "partner_move": "D",
            "treatment": treatment,
        }
        for treatment, move in (("harsh", "D"), ("mild", "C"))
        for k in range(12)
        for number in range(1, 6)
    ]
    found = shares(plays(pd.DataFrame(rows)), np.random.default_rng(0), ("always defect", "always cooperate"), 10)
    told = found.set_index(["model", "strategy"])["value"]
    assert told["harsh", "always defect"] == pytest.approx(1.0)
    assert told["mild", "always cooperate"] == pytest.approx(1.0)
    assert set(found["units"]) == {12}
