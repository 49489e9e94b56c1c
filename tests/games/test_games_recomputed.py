"""Section 3.6 of the protocols, from the released rows of Akata et al. 2025 (eliaka/repeatedgames, MIT)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.report import reference
from analysis.stats.fits import gee_logit, jzs, logit, paired_t, random_intercept, welch

DATA = Path(__file__).parents[2] / "../shared/data/akata_repeatedgames"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the public data folder is not beside the checkout"),
]
FIGURES = reference.table().loc["akata2025"]


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / name)


def agree(value: float, figure: str, column: str = "script") -> None:
    """To the digits printed there."""
    expected = FIGURES.loc[figure, column]
    digits = len(f"{expected:.10g}".partition(".")[2])
    assert f"{value:.{digits}f}" == f"{expected:.{digits}f}"


@pytest.mark.parametrize(("game", "sizes"), [("pd", (88, 616)), ("bos", (99, 792))])
def test_group_tests_as_the_released_script_stacks_them(game, sizes):
    table = read(f"{game}/experiment_{game}.csv")
    last = table[table["round"] == 10]
    points = np.concatenate([table["points1"], last["points2"]])
    ours = np.concatenate([table["player1"] == "act_gpt4", last["player2"] == "act_gpt4"])
    found = welch.welch(points[ours], points[~ours])
    assert (ours.sum(), (~ours).sum()) == sizes
    agree(found.statistic, f"{game}_welch_t")
    agree(found.df, f"{game}_welch_df")
    agree(found.details["pooled_t"], f"{game}_pooled_t")
    agree(found.details["d"], f"{game}_d")
    limits = {"pd": ("0.10", "0.55"), "bos": ("0.07", "0.49")}[
        game
    ]  # published .10-.55 and .07-.50 (a normal interval)
    assert (f"{found.details['d_low']:.2f}", f"{found.details['d_high']:.2f}") == limits
    agree(jzs.jzs(found.details["pooled_t"], *sizes).estimate, f"{game}_bf")


@pytest.mark.parametrize("other", ["llama2", "davinci003", "claude2", "claude1"])
def test_scores_paired_by_match(other):
    player = {"davinci003": "act_gpt35"}.get(other, f"act_{other}")
    last = read("all_144_games.csv").query("round == 10")
    first = last[(last["player1"] == "act_gpt4") & (last["player2"] == player)]
    second = last[(last["player1"] == player) & (last["player2"] == "act_gpt4")]
    mine = np.concatenate([first["total1"], second["total2"]])
    theirs = np.concatenate([first["total2"], second["total1"]])
    found = paired_t.paired_t(mine, theirs)
    assert (found.units, found.df) == (288, 287)
    agree(found.statistic, f"all_{other}_t", "corrected")
    if other == "llama2":
        agree(found.details["d"], "all_llama2_d", "corrected")


def people(game: str) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    rows = read("human_experiment/analysis/repgames.csv").query("game == @game")
    return rows, {"prompted": (rows["opponent"] == "Prompted").to_numpy(dtype=float)}


@pytest.mark.parametrize(("game", "name"), [("BoS", "human_bos_score"), ("PD", "human_pd_score")])
def test_human_scores_with_a_random_intercept(game, name):
    rows, x = people(game)
    found = random_intercept.random_intercept(rows["score"].to_numpy(), x, rows["id"].to_numpy())
    agree(found.estimate, name)
    agree(found.statistic, f"{name}_t")
    assert (found.df, found.units, found.rows) == (193, 195, 1950)  # published: t(193)
    if game == "BoS":
        assert (f"{found.low:.2f}", f"{found.high:.2f}") == ("0.32", "1.15")  # published
        se = found.table.set_index("term").loc["prompted", "se"]
        normal = found.estimate - 1.959964 * se, found.estimate + 1.959964 * se
        assert [f"{limit:.3f}" for limit in normal] == ["0.322", "1.150"]


@pytest.mark.parametrize(
    ("game", "score", "name"),
    [
        ("BoS", (7, 10), "human_bos_coordination"),
        ("PD", (5,), "human_pd_defection"),
        ("PD", (8,), "human_pd_cooperation"),
    ],
)
def test_human_outcomes_row_by_row_as_published_and_by_person(game, score, name):
    rows, x = people(game)
    yes = rows["score"].isin(score).to_numpy(dtype=float)
    column = "corrected" if name == "human_pd_cooperation" else "script"
    naive = logit.logit(yes, x)
    agree(naive.estimate, name, column)
    agree(naive.statistic, f"{name}_z", column)
    person = gee_logit.gee_logit(yes, x, rows["id"].to_numpy())
    assert person.units == 195
    assert abs(person.statistic) < abs(naive.statistic)  # a person's ten rounds are not ten people


def test_human_guesses_are_one_a_game_not_ten():
    rows = read("human_experiment/analysis/repgames.csv")
    once = rows.groupby(["id", "game"]).first().reset_index()

    def fit(table: pd.DataFrame):
        return logit.logit(
            (table["guess"] == "Human").to_numpy(), {"prompted": (table["opponent"] == "Prompted") * 1.0}
        )

    repeated, corrected = fit(rows), fit(once)
    agree(repeated.statistic, "human_guess_z")
    agree(repeated.estimate, "human_guess")
    assert (f"{repeated.low:.3f}", f"{repeated.high:.3f}") == ("0.411", "0.664")
    agree(corrected.statistic, "human_guess_z", "corrected")
    assert corrected.rows == 390
    assert f"{corrected.p:.3f}" == "0.009"
