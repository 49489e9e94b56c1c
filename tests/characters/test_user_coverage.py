"""Do the intervals of the simulated users' cards cover known truth? Rows, squares and units are the real ones."""

from __future__ import annotations

import numpy as np
import pytest
from character_texts import follower, player
from covering import Case, covered

import probes
from analysis.characters import talks
from probes import ScriptedModel
from probes.characters.suite.simulated_user import SimulatedUser

USERS = SimulatedUser(users=16, max_tokens=80)


def following(table, rng):
    """Manners held: the own one a quarter more often, on top of a taste of the square for each; users differ."""
    tastes = {square: rng.uniform(0, 0.4, 4) for square in table["square"].unique()}
    eager, held = {user: rng.beta(4, 4) for user in table["cluster"].unique()}, []
    for square, place, user in table[["square", "place", "cluster"]].itertuples(index=False):
        p = tastes[square].copy()
        p[place] += eager[user] * 0.5
        held.append(" ".join(str(int(draw)) for draw in rng.random(4) < p))
    return held


def copies(table, rng):
    """A tenth of the words on average, varying between users."""
    rate = {user: rng.gamma(2, 0.05) for user in table["cluster"].unique()}
    return table["cluster"].map(rate).astype(float) + 0.05 * rng.normal(size=len(table))


def slips(table, rng):
    """One turn in five, users differ."""
    rate = {user: rng.beta(2, 8) for user in table["cluster"].unique()}
    return (rng.random(len(table)) < table["cluster"].map(rate).astype(float)).astype(float)


def apart(table, rng):
    """Four talks in ten."""
    return (rng.random(len(table)) < 0.4).astype(float)


CASES = {
    "copied": Case(USERS, "copied", copies, lambda table: talks.mean(table, "copied"), 0.1, player(follower())),
    "slips": Case(USERS, "assistantlike", slips, lambda table: talks.share(table, "assistantlike"), 0.2,
                  player(follower())),
    "told_apart": Case(USERS, "hit", apart, talks.told_apart, 0.4, player(follower())),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_intervals_cover_the_truth(name):
    assert 0.93 <= covered(CASES[name]) <= 0.98


@pytest.mark.slow
def test_the_interval_of_style_covers_though_squares_share_a_taste():
    """`held` is simulated, not the value: own minus others has to come out of the square."""
    table = probes.run(USERS, ScriptedModel(player(follower())))
    rows = table[(table["measure"] == "style") & (table["origin"] == "model")].reset_index(drop=True)
    rng, inside = np.random.default_rng(5), []
    for _ in range(1000):
        found = talks.net(rows.assign(held=following(rows, rng), measure="style", status="ok"), "style")
        inside.append(found.low <= 0.25 <= found.high)
    assert 0.93 <= np.mean(inside) <= 0.985
