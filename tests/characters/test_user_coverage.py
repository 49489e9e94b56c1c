"""Do the intervals of the simulated users' cards cover known truth? Rows, squares and units are the real ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from character_texts import follower, player
from covering import Case, covered

import probes
from analysis.characters.tables import dialogues
from probes import ScriptedModel
from probes.characters.suite.simulated_user import SimulatedUser

USERS = SimulatedUser(users=16, max_tokens=80)


def following(rows, rng):
    """`held`: the own manner a quarter more often, on top of a taste of the square for each; users differ."""
    tastes = {square: rng.uniform(0, 0.4, 4) for square in rows["square"].unique()}
    eager, held = {user: rng.beta(4, 4) for user in rows["cluster"].unique()}, []
    for square, place, user in rows[["square", "place", "cluster"]].itertuples(index=False):
        p = tastes[square].copy()
        p[place] += eager[user] * 0.5
        held.append(" ".join(str(int(draw)) for draw in rng.random(4) < p))
    return held


def copying(rows, rng):
    """`overlaps`: half of the users copy, each in half of their turns and up to half of the words; the others never."""
    copier = {user: rng.random() < 0.5 for user in rows["cluster"].unique()}
    texts = []
    for place, user in rows[["place", "cluster"]].itertuples(index=False):
        shares = np.zeros(4)
        shares[place] = (copier[user] and rng.random() < 0.5) * rng.uniform(0, 0.5)
        texts.append(" ".join(f"{share:.4f}" for share in shares))
    return texts


def slips(table, rng):
    """One turn in five, users differ."""
    rate = {user: rng.beta(2, 8) for user in table["cluster"].unique()}
    return (rng.random(len(table)) < table["cluster"].map(rate).astype(float)).astype(float)


def apart(table, rng):
    """Four talks in ten, users differ: two talks of a user are more alike than those of two."""
    rate = {user: rng.beta(1.6, 2.4) for user in table["cluster"].unique()}
    return (rng.random(len(table)) < table["cluster"].map(rate).astype(float)).astype(float)


CASES = {
    "slips": Case(USERS, "assistantlike", slips, lambda table: dialogues.share(table, "assistantlike"), 0.2,
                  player(follower())),
    "told_apart": Case(USERS, "hit", apart, dialogues.told_apart, 0.4, player(follower())),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_intervals_cover_the_truth(name):
    assert 0.93 <= covered(CASES[name]) <= 0.975


@pytest.mark.slow
def test_talks_that_tell_as_much_as_those_of_other_users_are_covered_too_often_at_most():
    """Limits allow for users who differ, which 16 of them do not show: the price where they do not is 2 to 3 points."""
    case = replace(CASES["told_apart"], simulate=lambda table, rng: (rng.random(len(table)) < 0.4).astype(float))
    assert 0.96 <= covered(case) <= 0.99


@pytest.mark.slow
@pytest.mark.parametrize(("measure", "simulate", "truth"), [("style", following, 0.25), ("copied", copying, 0.0625)])
def test_intervals_cover_though_squares_share_a_taste_and_most_never_copy(measure, simulate, truth):
    """What turns have of each profile is simulated, not the value: own minus others has to come out of the square."""
    table = probes.run(USERS, ScriptedModel(player(follower())))
    rows = table[(table["measure"] == measure) & (table["origin"] == "model")].reset_index(drop=True)
    rows, rng, inside = rows.assign(status="ok", value=0.0), np.random.default_rng(5), []
    for _ in range(1000):
        found = dialogues.net(rows.assign(**{dialogues.COLUMNS[measure]: simulate(rows, rng)}), measure)
        inside.append(found.low <= truth <= found.high)
    assert 0.93 <= np.mean(inside) <= 0.985
