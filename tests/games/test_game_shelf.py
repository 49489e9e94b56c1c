"""Games as objects: seats, equilibria, what counts as cooperation, and the shelf."""

from __future__ import annotations

import nashpy
import numpy as np
import pytest

import probes
from probes.games.game import Game
from probes.games.shelf import read

CLASSICS = [name for name in probes.games if not name.startswith("ordinal")]


def test_the_shelf_is_a_mapping_with_classics_and_144_ordinal_games() -> None:
    assert {
        "prisoners_dilemma",
        "battle_of_the_sexes",
        "stag_hunt",
        "chicken",
        "matching_pennies",
        "coordination",
    } <= set(CLASSICS)
    assert len(probes.games) == len(CLASSICS) + 144
    with pytest.raises(KeyError, match="prisoners_dilemma"):
        probes.games["prisoner_dilemma"]


def test_pay_offs_of_the_paper() -> None:
    # Akata et al. 2025, Methods: PD (8,8) (0,10) (10,0) (5,5); BoS (10,7) (7,10), otherwise nothing.
    game = probes.games["prisoners_dilemma"]
    assert [game.points(*cell) for cell in game.outcomes()] == [(8, 8), (0, 10), (10, 0), (5, 5)]
    game = probes.games["battle_of_the_sexes"]
    assert [game.points(*cell) for cell in game.outcomes()] == [(10, 7), (0, 0), (0, 0), (7, 10)]


@pytest.mark.parametrize("name", CLASSICS)
def test_pure_equilibria_agree_with_nashpy(name: str) -> None:
    game = probes.games[name]
    tables = np.array(game.payoffs)
    found = set()
    for one, two in nashpy.Game(tables[..., 0], tables[..., 1]).support_enumeration():
        if max(one) > 0.999 and max(two) > 0.999:
            found.add((game.actions[0][int(np.argmax(one))], game.actions[1][int(np.argmax(two))]))
    assert set(game.equilibria()) == found


@pytest.mark.parametrize("name", [*CLASSICS, "ordinal_017", "ordinal_067"])
def test_seats_are_exchanged_twice_without_a_trace(name: str) -> None:
    game = probes.games[name]
    assert game.transposed().transposed() == game
    for row, column in game.outcomes():
        assert game.seen_from("column").points(column, row) == game.points(row, column)[::-1]


@pytest.mark.parametrize(
    ("name", "row", "column"),
    [
        ("prisoners_dilemma", ("cooperate", "defect"), ("cooperate", "defect")),
        ("stag_hunt", ("stag", "hare"), ("stag", "hare")),
        ("chicken", ("swerve", "straight"), ("swerve", "straight")),
        ("battle_of_the_sexes", ("football", "opera"), ("opera", "football")),
        ("ordinal_067", ("first", "second"), ("first", "second")),
    ],
)
def test_cooperation_and_defection_are_what_the_literature_calls_so(
    name: str, row: tuple[str, str], column: tuple[str, str]
) -> None:
    game, other = probes.games[name], probes.games[name].transposed()
    assert (game.cooperative, game.defection) == row
    assert (other.cooperative, other.defection) == column


def test_broken_games_are_refused(tmp_path) -> None:
    with pytest.raises(ValueError, match="2 x 2 pairs"):
        Game("g", (("a", "b"), ("a", "b")), (((1, 1), (2, 2)),))
    with pytest.raises(ValueError, match="all different"):
        Game("g", (("a", "a"), ("a", "b")), (((1, 1), (2, 2)), ((1, 1), (2, 2))))
    (tmp_path / "wrong.yaml").write_text("title: x\n")
    with pytest.raises(ValueError, match=r"wrong\.yaml"):
        read(tmp_path / "wrong.yaml")
