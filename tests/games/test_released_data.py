"""The released data of Akata et al. 2025 through our loaders, statistics and opponents.

Expected numbers: recomputed from the repository eliaka/repeatedgames at commit 224a605 by an independent script, or
published in the article (doi:10.1038/s41562-025-02172-y) where said.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import probes
from analysis import frame
from analysis.games.tables import memory, released, scores
from analysis.stats.fits import chi2, jzs, logit, paired_t, random_intercept, welch
from probes.games.stimuli.opponents import STRATEGIES

FOLDER = Path(__file__).parents[2] / "../shared/data/akata_repeatedgames"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not FOLDER.exists(), reason="the public data folder is not beside this checkout"),
]
MODELS = ["llama2", "claude1", "claude2", "gpt35", "gpt4"]


@cache
def sweep() -> pd.DataFrame:
    return released.sweep(FOLDER)


@cache
def pairs(game: str) -> pd.DataFrame:
    return released.tournament(FOLDER, game)


@cache
def people() -> pd.DataFrame:
    return released.humans(FOLDER)


@cache
def long_matches() -> pd.DataFrame:
    return released.long_matches(FOLDER)


def rows(table: pd.DataFrame, measure: str, **facts: str) -> pd.DataFrame:
    found = frame.rows(table, measure)
    for column, value in facts.items():
        found = found[found[column] == value]
    return found


# Integrity


def test_all_36000_pay_offs_are_those_of_the_list() -> None:
    raw = pd.read_csv(FOLDER / "all_144_games.csv")
    info = pd.read_csv(FOLDER / "144_games_info.csv", sep=";").set_index("game_number")
    row = np.where(raw["answer1"] == raw["choice_option1"], 1, 2)
    column = np.where(raw["answer2"] == raw["choice_option1"], 1, 2)
    right = 0
    for player in (1, 2):
        names = [f"r{i}_c{j}_p{player}" for i, j in zip(row, column, strict=True)]
        wanted = [info.at[game, name] for game, name in zip(raw["game_number"], names, strict=True)]
        right += int((raw[f"points{player}"] == wanted).sum())
        totals = raw.groupby(raw.index // 10)[f"points{player}"].cumsum()
        assert (totals == raw[f"total{player}"]).all()
    assert right == 2 * 36_000


def test_our_games_pay_as_the_released_tournaments() -> None:
    for name, number in (("prisoners_dilemma", 64), ("battle_of_the_sexes", 81)):
        played = rows(pairs(name), "points", seat="row")
        game = probes.games[name]
        letters = dict(zip("JF", game.actions[0], strict=True))
        assert len(played) == 10 * number
        for own, partner, points, theirs in played[["own", "partner", "value", "partner_points"]].itertuples(
            index=False
        ):
            assert game.points(letters[own], letters[partner]) == (points, theirs)


# The 144 games


def test_score_ratios_of_all_players() -> None:
    found = rows(sweep(), "score").groupby(["model", "seat"])["value"].mean().unstack()
    both = rows(sweep(), "score").groupby("model")["value"].mean()
    assert found.loc[MODELS, "row"].round(3).tolist() == [0.694, 0.791, 0.821, 0.786, 0.813]
    assert found.loc[MODELS, "column"].round(3).tolist() == [0.673, 0.716, 0.730, 0.697, 0.731]
    assert both[MODELS].round(3).tolist() == [0.684, 0.754, 0.775, 0.742, 0.772]


FAMILIES = ["Biased", "Cyclic", "PD Family", "Second Best", "Tragic", "Unfair", "Win-win"]


@pytest.mark.parametrize(
    ("model", "seats", "wanted"),
    [
        ("gpt4", ["row"], [0.768, 0.744, 0.825, 0.761, 0.747, 0.805, 0.936]),
        ("gpt4", ["row", "column"], [0.728, 0.723, 0.742, 0.685, 0.657, 0.726, 0.933]),
        ("llama2", ["row", "column"], [0.632, 0.623, 0.704, 0.487, None, 0.627, 0.915]),
        ("claude2", ["row", "column"], [0.796, 0.749, 0.751, 0.753, None, 0.752, 0.802]),
    ],
)
def test_score_ratios_by_family(model: str, seats: list[str], wanted: list[float | None]) -> None:
    table = sweep()
    found = scores.by_family(table[(table["model"] == model) & table["seat"].isin(seats)]).set_index("family")
    for family, value in zip(FAMILIES, wanted, strict=True):
        if value is not None:
            assert round(found.at[family, "value"], 3) == value, family
    assert found.at["Biased", "units"] == 44


@pytest.mark.parametrize(
    ("other", "t", "d"),
    [("llama2", 8.71, 0.51), ("gpt35", 1.19, None), ("claude2", -3.87, None), ("claude1", -0.76, None)],
)
def test_paired_by_game_as_it_should_have_been(other: str, t: float, d: float | None) -> None:
    both = scores.paired(sweep(), "gpt4", other)
    fit = paired_t.paired_t(both["gpt4"], both[other])
    assert (len(both), fit.df) == (288, 287)
    assert fit.statistic == pytest.approx(t, abs=0.005)
    if d:
        assert fit.details["d"] == pytest.approx(d, abs=0.005)


@pytest.mark.parametrize(
    ("player", "row", "column"), [("gpt4", 0.817, 0.992), ("gpt35", 0.968, 0.994), ("claude2", 0.768, 0.992)]
)
def test_first_listed_rate_in_round_one(player: str, row: float, column: float) -> None:
    found = rows(sweep(), "p_first", model=player)
    found = found[found["round"] == 1].groupby("seat")["value"].mean()
    assert (found["row"], found["column"]) == pytest.approx((row, column), abs=5e-4)


# Prisoner's Dilemma and Battle of the Sexes, ten rounds

PD_TOTALS = """
claude      53 88 40  98 88 68  98  98
defect_once 18 77  5  82 74 10  82  82
f           60 95 50 100 80 55 100 100
gpt3         8 72  0  80  8 80  80  80
gpt35       18 74 20  98 77 23  98  98
gpt4        43 90 45  80 83 80  80  80
j            8 72  0  80  8 80  80  80
llama2       8 72  0  80  8 80  80  80
"""
BOS_TOTALS = """
gpt4_predictfirst 100 59 63 100 59 63 100 71 100
claude  90 47 14  90 37 14  90 57  90
f       63 28 70   0  0 70   0 35   0
fj      21 30 35  50 50 35  50  0  50
gpt3   100 10  0 100 10 10 100 50 100
gpt35  100 17  0 100 17 60 100 50 100
gpt4   100 38 42 100 31 42 100 50 100
j      100 10  0 100 10  0 100 50 100
llama2 100 10  0 100 10  0 100 50 100
"""


@pytest.mark.parametrize(
    ("game", "text", "columns"),
    [
        ("prisoners_dilemma", PD_TOTALS, "claude defect_once f gpt3 gpt35 gpt4 j llama2"),
        ("battle_of_the_sexes", BOS_TOTALS, "gpt4_predictfirst claude f gpt3 gpt35 gpt4 j jf llama2"),
    ],
)
def test_total_points_of_every_pair(game: str, text: str, columns: str) -> None:
    found = scores.totals(pairs(game))
    lines = [line.split() for line in text.strip().splitlines()]
    wanted = pd.DataFrame([line[1:] for line in lines], [line[0] for line in lines], columns.split()).astype(float)
    assert found.shape == wanted.shape
    pd.testing.assert_frame_equal(found.loc[wanted.index, wanted.columns], wanted, check_names=False)


def test_defection_rates_of_player_one() -> None:
    found = (
        1 - rows(pairs("prisoners_dilemma"), "cooperates", seat="row").groupby(["model", "opponent"])["value"].mean()
    )
    order = ["claude", "defect_once", "f", "gpt3", "gpt35", "gpt4", "j", "llama2"]
    assert found["gpt4"][order].round(6).tolist() == [0.7, 0.9, 0.9, 0, 0.8, 0, 0, 0]
    assert found["gpt35"][order].round(6).tolist() == [0.2, 0.1, 0.4, 0.9, 0.1, 0.2, 0.9, 0.9]
    assert found["claude"].mean() == pytest.approx(0.875)
    assert found["gpt4"].mean() == pytest.approx(0.4125)
    assert found["gpt4"][["claude", "gpt3", "gpt35", "gpt4", "llama2"]].mean() == pytest.approx(0.30)
    assert found["gpt3"].max() == found["llama2"].max() == 0


def test_mean_points_a_round() -> None:
    points = rows(pairs("prisoners_dilemma"), "points", seat="row").groupby("model")["value"].mean()
    assert points[["f", "claude", "gpt4", "gpt35", "defect_once"]].round(4).tolist() == [
        8,
        7.8875,
        7.2625,
        6.325,
        5.375,
    ]
    assert points[["gpt3", "j", "llama2"]].round(2).tolist() == [5.1, 5.1, 5.1]
    points = rows(pairs("battle_of_the_sexes"), "points", seat="row").groupby("model")["value"].mean()
    order = ["gpt4_predictfirst", "gpt4", "gpt35", "claude", "gpt3", "j", "llama2", "fj", "f"]
    assert points[order].round(3).tolist() == [7.944, 6.7, 6.044, 5.878, 5.333, 5.222, 5.222, 3.567, 2.956]


def test_gpt4_never_forgives_the_defection_of_round_one() -> None:
    match = rows(pairs("prisoners_dilemma"), "points", model="gpt4", opponent="defect_once", seat="row")
    assert "".join(match["own"]) == "JFFFFFFFFF"
    assert (match["value"].sum(), match["partner_points"].sum()) == (90, 10)


def test_memory_of_gpt4() -> None:
    table = pairs("prisoners_dilemma")
    table = table[(table["model"] == "gpt4") & (table["seat"] == "row")]
    found = memory.fingerprint(table, measure="cooperates").set_index("state")
    assert found["scored"].to_dict() == {"CC": 38, "CD": 5, "DC": 14, "DD": 15}
    assert found["value"].astype(float).round(3).to_dict() == {"CC": 1.0, "CD": 0.0, "DC": 0.0, "DD": 0.067}
    after = table[(table["measure"] == "cooperates") & (table["round"] > 1)].groupby(table["state"].str[-1])["value"]
    assert after.mean().round(3).to_dict() == {"C": 0.731, "D": 0.05}


def test_coordination_and_preference_in_the_battle_of_the_sexes() -> None:
    table = pairs("battle_of_the_sexes")
    found = rows(table, "coordinated", seat="row").groupby(["model", "opponent"])["value"].mean()
    order = ["gpt4_predictfirst", "claude", "f", "gpt3", "gpt35", "gpt4", "j", "jf", "llama2"]
    assert found["gpt4"][order].round(6).tolist() == [1, 0.5, 0.6, 1, 0.4, 0.6, 1, 0.5, 1]
    assert found["gpt4_predictfirst"][order].round(6).tolist() == [1, 0.8, 0.9, 1, 0.8, 0.9, 1, 0.8, 1]
    assert (round(found["gpt4"].mean(), 3), round(found["gpt4_predictfirst"].mean(), 3)) == (0.733, 0.911)
    own = 1 - rows(table, "cooperates", seat="row").groupby("model")["value"].mean()
    assert (round(own["gpt4"], 3), round(own["gpt4_predictfirst"], 3)) == (0.789, 0.611)
    match = rows(table, "points", model="gpt4_predictfirst", opponent="jf", seat="row")
    assert "".join(match["own"]) == "JJJJJFJFJF"
    assert (match["value"].sum(), match["partner_points"].sum()) == (71, 65)


# Group tests as the released script builds them: all rows of player 1 and only round 10 of player 2


@pytest.mark.parametrize(
    ("game", "n", "m", "means", "t", "df", "p", "pooled", "d", "bf"),
    [
        ("prisoners_dilemma", 88, 616, (7.3068, 6.1250), 3.9165, 153.4, 1.35e-4, 2.8569, 0.3256, 6.13),
        ("battle_of_the_sexes", 99, 792, (6.5657, 5.2563), 2.8304, 128.28, 0.0054, 2.6673, 0.2843, 3.562),
    ],
)
def test_group_tests_of_the_script(
    game: str,
    n: int,
    m: int,
    means: tuple[float, float],
    t: float,
    df: float,
    p: float,
    pooled: float,
    d: float,
    bf: float,
) -> None:
    points = rows(pairs(game), "points")
    points = points[(points["seat"] == "row") | (points["round"] == 10)]
    own, others = (points.loc[points["model"].eq("gpt4") == is_gpt4, "value"] for is_gpt4 in (True, False))
    fit = welch.welch(own, others)
    assert (len(own), len(others)) == (n, m)
    assert (fit.details["mean_a"], fit.details["mean_b"]) == pytest.approx(means, abs=5e-5)
    assert fit.statistic == pytest.approx(t, abs=5e-5)
    assert fit.df == pytest.approx(df, abs=0.05)
    assert fit.p == pytest.approx(p, rel=0.01)
    assert fit.details["pooled_t"] == pytest.approx(pooled, abs=5e-5)
    assert fit.details["d"] == pytest.approx(d, abs=5e-5)
    assert jzs.jzs(fit.details["pooled_t"], n, m).estimate == pytest.approx(bf, abs=0.005)


def test_bayes_factor_of_the_144_games() -> None:
    assert jzs.jzs(3.34, 288).estimate == pytest.approx(14.90, abs=0.005)  # published: 14.8


def test_last_round() -> None:
    fit = chi2.chi2([[87, 57], [8, 8]], correction=True)
    assert (fit.statistic, fit.p) == pytest.approx((0.288, 0.592), abs=5e-4)


# Twenty rounds


@pytest.mark.parametrize(
    ("file", "opponent", "totals"),
    [
        ("pd_base_gpt4_tfts", "tft", (160, 160)),
        ("pd_base_gpt4_tfts", "tftt", (160, 160)),
        ("pd_base_gpt4_tfts", "gpt4", (160, 160)),
        ("pd_base_gpt4_tfts", "rtft", (115, 115)),
        ("pd_base_gpt4_tfts", "stft", (100, 100)),
        ("pd_basic_gpt4_tfts", "grim_trigger", (160, 160)),
        ("pd_basic_gpt4_tfts", "stft", (100, 100)),
        ("pd_basic_gpt4_tfts", "false_defector", (190, 10)),
        ("pd_gpt4_1p", "false_defector", (195, 5)),
        ("pd_gpt4_40p", "grim_trigger", (105, 95)),
        ("pd_gpt4_60p", "tftt", (110, 90)),
        ("pd_gpt4_80p", "rtft", (195, 5)),
        ("pd_gpt4_1p", "htft", (100, 100)),
    ],
)
def test_twenty_rounds(file: str, opponent: str, totals: tuple[int, int]) -> None:
    match = rows(long_matches(), "points", file=file, model="gpt4", opponent=opponent, seat="row")
    assert (match["value"].sum(), match["partner_points"].sum()) == totals


def test_a_stated_ending_probability_means_defection_throughout() -> None:
    table = long_matches()
    table = table[table["horizon"].str.startswith("ending") & (table["model"] == "gpt4") & (table["seat"] == "row")]
    assert rows(table, "cooperates")["value"].max() == 0
    assert table["horizon"].nunique() == 4


OURS = {
    "tft": "tit_for_tat",
    "tftt": "tit_for_two_tats",
    "stft": "suspicious_tit_for_tat",
    "rtft": "reverse_tit_for_tat",
    "grim_trigger": "grim_trigger",
    "false_defector": "defect_once",
}


def test_our_scripts_play_the_released_moves_of_theirs() -> None:
    table = rows(long_matches(), "cooperates", seat="column")
    rng, checked = np.random.default_rng(0), 0
    for (model, _), match in table[table["model"].isin(OURS) & (table["opponent"] == "gpt4")].groupby(["model", "key"]):
        own, theirs = "".join(match["move"]), "".join(match["partner_move"])
        strategy = STRATEGIES[OURS[str(model)]]
        assert own == "".join(strategy(own[:k], theirs[:k], rng) for k in range(20)), model
        checked += 1
    assert checked >= 20


# People and policies


def test_scores_of_people_with_a_random_intercept() -> None:
    for game, beta, t in (("battle_of_the_sexes", 0.736, 3.485), ("prisoners_dilemma", 0.098, 0.469)):
        found = rows(people(), "points", game=game)
        prompted = (found["opponent"] == "Prompted").astype(float)
        fit = random_intercept.random_intercept(found["value"], {"prompted": prompted}, found["cluster"])
        assert fit.units == 195
        assert fit.estimate == pytest.approx(beta, abs=5e-4)
        assert fit.statistic == pytest.approx(t, abs=0.01)


def test_coordination_of_people_and_the_slip_in_the_prisoners_dilemma() -> None:
    raw = pd.read_csv(FOLDER / "human_experiment/analysis/repgames.csv")
    found = raw[raw["game"] == "BoS"]
    prompted = (found["opponent"] == "Prompted").astype(float)
    fit = logit.logit((found["score"] > 0).astype(float), {"prompted": prompted})
    assert (fit.estimate, fit.statistic) == pytest.approx((0.3305, 3.586), abs=5e-4)
    found = raw[raw["game"] == "PD"]
    prompted = (found["opponent"] == "Prompted").astype(float)
    as_coded = logit.logit((found["score"] == 5).astype(float), {"prompted": prompted})  # mutual defection
    assert (as_coded.estimate, as_coded.statistic) == pytest.approx((0.235, 2.538), abs=5e-4)
    meant = logit.logit((found["score"] == 8).astype(float), {"prompted": prompted})  # mutual cooperation
    assert (meant.estimate, meant.statistic) == pytest.approx((-0.043, -0.455), abs=5e-4)
    by_person = logit.logit((found["score"] == 8).astype(float), {"prompted": prompted}, found["id"])
    assert by_person.units == 195
    assert by_person.p > 0.5


def test_outcomes_of_people() -> None:
    found = rows(people(), "cooperates", game="prisoners_dilemma")
    shares = found.groupby("opponent")["move"].value_counts(normalize=True)
    assert shares["Base", "C"] == pytest.approx(0.5, abs=5e-4)
    assert shares["Prompted", "C"] == pytest.approx(0.455, abs=5e-4)
    known = found.dropna(subset="partner_move")
    both = (known["move"] + known["partner_move"]).groupby(known["opponent"]).value_counts(normalize=True)
    assert both["Base"][["DD", "DC", "CD", "CC"]].tolist() == pytest.approx([0.374, 0.126, 0.127, 0.373], abs=1e-3)
    assert both["Prompted"][["DD", "DC", "CD", "CC"]].tolist() == pytest.approx([0.430, 0.115, 0.092, 0.363], abs=1e-3)


@pytest.mark.parametrize(
    ("policy", "share", "forgiving"),
    [
        ("pd_gpt4_lookup", 0.758, "JFJFFFFFFF"),
        ("pd_variation_predict_gpt4_lookup", 0.967, "JFFFFFFFFF"),
        ("bos_gpt4_lookup", 0.038, None),
        ("bos_variation_predict_gpt4_lookup", 0.555, None),
    ],
)
def test_look_up_policies(policy: str, share: float, forgiving: str | None) -> None:
    table = released.policies(FOLDER)[policy]
    assert len(table) == 1023
    assert np.mean([move == "F" for move in table.values()]) == pytest.approx(share, abs=5e-4)
    if forgiving:
        human = "FJJJJJJJJJ"
        assert "".join(table[human[:k]] for k in range(10)) == forgiving


def test_a_look_up_policy_sits_in_a_seat() -> None:
    from probes.games.suite.repeated_game import RepeatedGame

    path = FOLDER / "human_experiment/lookups/pd_gpt4_lookup.json"
    table = probes.run(RepeatedGame(opponents=(f"table:{path}",), decision="as:defect_once"),
                       probes.load_model("scripted:uniform"))  # fmt: skip
    moves = table[table["measure"] == "p_cooperate"].groupby("key")["partner_move"].agg("".join)
    assert set(moves) == {"CDCDDDDDDD"}
