"""The 144 ordinal games against their definition, and against the released list."""

from __future__ import annotations

from collections import Counter
from itertools import permutations, product
from pathlib import Path

import pandas as pd
import pytest

import probes
from probes.games.ordinal import NAMES, rankings
from probes.games.scene import Condition, scenes
from probes.games.suite.ordinal_games import OrdinalGames
from probes.games.wording import ask, question

INFO = Path(__file__).parents[2] / "../shared/data/akata_repeatedgames/144_games_info.csv"
FAMILIES = {"Biased": 44, "Win-win": 36, "Unfair": 19, "Cyclic": 18, "Second Best": 12, "Tragic": 8, "PD Family": 7}

Cells = tuple[tuple[float, float], ...]


def cells(name: str) -> Cells:
    game = probes.games[name]
    return tuple(game.points(*outcome) for outcome in game.outcomes())


def canonical(four: Cells) -> Cells:
    """The same for all exchanges of rows and of columns."""
    a, b, c, d = four
    return min((a, b, c, d), (c, d, a, b), (b, a, d, c), (d, c, b, a))


def test_they_are_all_strict_ordinal_games_each_once() -> None:
    every = {canonical(tuple(zip(one, two, strict=True))) for one, two in product(permutations(range(1, 5)), repeat=2)}
    assert len(every) == 144
    assert {canonical(cells(name)) for name in NAMES} == every


def test_neighbours_in_the_topology_differ_by_one_exchange_of_neighbouring_ranks() -> None:
    ring = rankings()
    for one, two in zip(ring, ring[1:] + ring[:1], strict=True):
        changed = [(a, b) for a, b in zip(one, two, strict=True) if a != b]
        assert len(changed) == 2
        assert changed[0] == changed[1][::-1]
        assert abs(changed[0][0] - changed[0][1]) == 1


def test_family_sizes() -> None:
    assert Counter(probes.games[name].family for name in NAMES) == FAMILIES  # counts of the released info file


def test_twelve_symmetric_games_lie_on_the_anti_diagonal() -> None:
    symmetric = [k for k, name in enumerate(NAMES) if probes.games[name].symmetric]
    assert symmetric == [12 * k + 11 - k for k in range(12)]


def mirrored(name: str) -> str:
    """The game at the exchanged coordinates of the topology, counted from the other end."""
    row, column = divmod(NAMES.index(name), 12)
    return NAMES[12 * (11 - column) + 11 - row]


def test_the_column_seat_of_every_game_is_the_row_seat_of_another_word_for_word() -> None:
    for name in NAMES:
        here, there = (
            scenes(probes.games[game], seat, "JF", Condition(), 10, tied=True)
            for game, seat in ((name, "column"), (mirrored(name), "row"))
        )
        past = [("first", "second"), ("second", "second")]
        assert [ask(a, past, question(a, 3)) for a in here] == [ask(b, past, question(b, 3)) for b in there]
    assert sorted(map(mirrored, NAMES)) == sorted(NAMES)


def test_a_match_from_the_column_seat_is_the_mirrored_match_from_the_row_seat() -> None:
    """Argmax, so that the two random streams do not matter."""
    name, model = "ordinal_019", probes.load_model("tiny")
    assert mirrored(name) != name
    found = []
    for game, seat in ((name, "column"), (mirrored(name), "row")):
        probe = OrdinalGames(games=(game,), seats=(seat,), rounds=3, decision="argmax", opponents=("tit_for_tat",))
        table = probes.run(probe, model)
        found.append(table.set_index(["arm", "row", "measure"])["value"].unstack())
    pd.testing.assert_frame_equal(*found)


@pytest.mark.real_data
@pytest.mark.skipif(not INFO.exists(), reason="the public data folder is not beside this checkout")
def test_against_the_released_list() -> None:
    """Families agree in all 144. Pay-offs agree in 129; the other 15 rows of the released list are not strict."""
    info = pd.read_csv(INFO, sep=";")
    columns = [[f"r{i}_c{j}_p{k}" for k in (1, 2)] for i in (1, 2) for j in (1, 2)]
    different = []
    for name, (_, row) in zip(NAMES, info.iterrows(), strict=True):
        released = tuple((float(row[a]), float(row[b])) for a, b in columns)
        assert probes.games[name].family == row["game_family"]
        if released != cells(name):
            different.append(name)
            assert any(sorted(pair[seat] for pair in released) != [1, 2, 3, 4] for seat in (0, 1))
            assert sum(a != b for a, b in zip(released, cells(name), strict=True)) == 1
    assert len(different) == 15
