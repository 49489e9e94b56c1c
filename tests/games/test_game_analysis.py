"""Strategies, mixtures, fingerprints and trees on players whose truth is known."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.games.tables import memory, mixture, scores, strategies, tree
from probes.games.stimuli.opponents import STRATEGIES

RNG = np.random.default_rng(5)
NAMES = {
    "always cooperate": "always_cooperate",
    "always defect": "always_defect",
    "tit-for-tat": "tit_for_tat",
    "suspicious tit-for-tat": "suspicious_tit_for_tat",
    "tit-for-two-tats": "tit_for_two_tats",
    "grim trigger": "grim_trigger",
    "win-stay lose-shift": "win_stay_lose_shift",
    "alternator": "alternator",
}
PD = {"CC": (8.0, 8.0), "CD": (0.0, 10.0), "DC": (10.0, 0.0), "DD": (5.0, 5.0)}
HISTORIES = [" ".join(h) for n in range(3) for h in product(("CC", "CD", "DC", "DD"), repeat=n)]


def played(own: str, theirs: str, key: str, first: str = "") -> list[dict[str, object]]:
    """One match as rows of a records table."""
    states = ["start", *(a + b for a, b in zip(own, theirs, strict=True))]
    base = {"key": key, "cluster": key, "match": key, "seat": "row", "game": "prisoners_dilemma", "opponent": "x",
            "model": "m", "family": "PD Family"}  # fmt: skip
    return [
        {**base, "measure": "cooperates", "value": float(a == "C"), "status": "ok", "row": k, "round": k + 1,
         "move": a, "partner_move": b, "state": states[k], "first_move": first[k] if first else "C"}
        for k, (a, b) in enumerate(zip(own, theirs, strict=True))
    ]  # fmt: skip


def matches_of(names: list[str], n: int, tremble: float, rounds: int = 12) -> pd.DataFrame:
    """n matches a strategy against a random partner, with a trembling hand."""
    rows: list[dict[str, object]] = []
    for name, k in product(names, range(n)):
        theirs = "".join(RNG.choice(["C", "D"], rounds))
        first, own = "".join(RNG.choice(["C", "D"], rounds)), ""
        for r in range(rounds):
            said = first[r] if name == "first" else STRATEGIES[name](own, theirs[:r], RNG)
            own += {"C": "D", "D": "C"}[said] if RNG.random() < tremble else said
        rows += played(own, theirs, f"{name}-{k}", first)
    return pd.DataFrame(rows)


def test_the_same_name_means_the_same_strategy_in_play_and_analysis() -> None:
    assert set(strategies.CLASSICS) == set(NAMES)
    for own, theirs in product(map("".join, product("CD", repeat=5)), repeat=2):
        said = strategies.prescribed(own, theirs)
        for name, scripted in NAMES.items():
            assert said[name] == "".join(STRATEGIES[scripted](own[:k], theirs[:k], RNG) for k in range(5)), name


def test_memory_one_vectors_of_the_classics_are_what_they_play() -> None:
    for name, vector in strategies.MEMORY_ONE.items():
        for state, p in zip(strategies.STATES, vector, strict=True):
            on_its_path = not (name in ("alternator", "grim trigger") and state[0] == "D")
            if on_its_path:
                assert (strategies.CLASSICS[name](state[0], state[1]) == "C") == bool(p), (name, state)


def test_mixture_recovers_its_shares_within_their_intervals() -> None:
    table = matches_of(["tit_for_tat", "tit_for_tat", "always_defect", "first"], 15, tremble=0.05)
    table["key"] = table["key"] + (table.groupby(["key", "round"]).cumcount()).astype(str)
    table["cluster"] = table["key"]
    found = mixture.mixture(table, np.random.default_rng(0)).set_index("strategy")
    truth = {"tit-for-tat": 0.5, "always defect": 0.25, "first-listed option": 0.25}
    for name, share in truth.items():
        assert found.at[name, "low"] - 1e-6 <= share <= found.at[name, "high"] + 1e-6, name
    assert found.at["alternator", "value"] < 0.02
    assert found.at["alternator", "reason"]  # a share of nothing has no spread, so no interval
    assert found.at["tremble", "low"] <= 0.05 <= found.at["tremble", "high"]
    assert found.drop("tremble")["value"].sum() == pytest.approx(1)


@pytest.mark.slow
def test_limits_of_a_mixture_hold_its_shares() -> None:
    shares = {"tit_for_tat": 0.5, "always_defect": 0.25, "first": 0.25}
    truth = {"tit-for-tat": 0.5, "always defect": 0.25, "first-listed option": 0.25, "tremble": 0.05}
    rng, held, samples = np.random.default_rng(0), dict.fromkeys(truth, 0), 60
    for seed in range(samples):
        drawn = rng.choice([*shares], p=[*shares.values()], size=40)
        table = pd.concat(matches_of([name], 1, 0.05).assign(key=k, cluster=k) for k, name in enumerate(drawn))
        found = mixture.mixture(table, np.random.default_rng(seed), 100).set_index("strategy")
        for name, share in truth.items():
            held[name] += bool(found.at[name, "low"] <= share <= found.at[name, "high"])
    for name, often in held.items():
        assert often >= stats.binom.ppf(1e-3, samples, 0.95), f"{name}: {often} of {samples}"


def test_strategies_that_played_alike_are_one() -> None:
    """Twelve matches of nothing but cooperation: five strategies once shared them, .20 (.20 to .20) each."""
    table = pd.DataFrame([row for k in range(12) for row in played("C" * 6, "C" * 6, f"m{k}", "CDCDCD")])
    found = mixture.mixture(table, np.random.default_rng(0)).set_index("strategy")
    joint = "always cooperate = tit-for-tat = tit-for-two-tats = grim trigger = win-stay lose-shift"
    assert found.at[joint, "value"] == pytest.approx(1.0)
    assert pd.isna(found.at[joint, "low"])
    assert found.at["always defect", "value"] == pytest.approx(0.0)


def test_agreement_names_the_strategy_that_was_played() -> None:
    assert mixture.nearest(matches_of(["grim_trigger"], 6, tremble=0)).index[0] == "grim trigger"


def test_an_unread_match_is_left_out_and_not_counted_as_defection() -> None:
    table = pd.DataFrame(played("CCCC", "CCCC", "a") + played("CCCC", "CCCC", "b"))
    table.loc[2, ["value", "status"]] = [np.nan, "unscored"]
    assert strategies.matches(table)["key"].tolist() == ["b"]


def test_fingerprint_counts_every_state_and_pools_the_moves() -> None:
    table = pd.DataFrame(played("CCDD", "CDDC", "a") + played("CDCC", "CCCC", "b"))
    found = memory.fingerprint(table, measure="cooperates").set_index("state")
    # a: after CC C, CD D, DD D; b: after CC D, DC C, CC C.
    assert found["scored"].to_dict() == {"CC": 3, "CD": 1, "DD": 1, "DC": 1}
    assert found.at["CC", "value"] == pytest.approx(2 / 3)
    assert memory.distances([1, 0, 1, 0]).index[0] == "tit-for-tat"
    assert memory.distances([1, np.nan, 0, 0.9])["win-stay lose-shift"] == pytest.approx(0.1 / 3)


def scripted_tree(name: str, noise: float = 0.0) -> dict[str, float]:
    found = {}
    for history in HISTORIES:
        own, theirs = ("".join(pair[k] for pair in history.split()) for k in (0, 1))
        said = strategies.CLASSICS[name](own, theirs) == "C"
        found[history] = 1 - noise if said else noise
    return found


def test_exact_pay_offs_by_hand() -> None:
    tft, defect = scripted_tree("tit-for-tat"), strategies.CLASSICS["always defect"]
    assert tree.expected(tft, PD, defect) == (0 + 5 + 5, 10 + 5 + 5)
    half = dict.fromkeys(HISTORIES, 0.5)
    assert tree.expected(half, PD, strategies.CLASSICS["always cooperate"]) == pytest.approx((27, 12))  # 3 x (9, 4)


def test_best_replies_by_hand() -> None:
    # Against tit-for-tat over three rounds: C C D earns 8 + 8 + 10, more than D D D (20) or C D D (23).
    assert tree.best_reply(scripted_tree("tit-for-tat"), PD) == (16, 26)
    assert tree.best_reply(scripted_tree("always cooperate"), PD) == (0, 30)
    assert tree.best_reply(scripted_tree("always defect"), PD) == (15, 15)


def test_exploitability_is_zero_at_the_equilibrium_and_five_for_the_cooperator() -> None:
    assert tree.exploitability(scripted_tree("always defect"), PD) == pytest.approx(0)
    assert tree.exploitability(scripted_tree("always cooperate"), PD) == pytest.approx(5)


@pytest.mark.parametrize("name", list(strategies.CLASSICS))
def test_every_classic_is_nearest_to_itself(name: str) -> None:
    found = tree.distances(scripted_tree(name, noise=0.1))
    assert found.index[0] == name
    assert found.iloc[0] == pytest.approx(0.1)


def test_features_of_tit_for_tat_and_of_a_coin() -> None:
    found = tree.features(scripted_tree("tit-for-tat"))
    assert found.to_dict() == {"opening": 1, "retaliation": 1, "forgiveness": 1, "end": 0, "noise": 0}
    assert tree.features(scripted_tree("grim trigger"))["forgiveness"] == 0
    assert tree.features(dict.fromkeys(HISTORIES, 0.5)).to_dict() == {
        "opening": 0.5, "retaliation": 0, "forgiveness": 0, "end": 0, "noise": 0.5
    }  # fmt: skip
    assert tree.payoffs("CC=8/8 CD=0/10 DC=10/0 DD=5/5") == PD


def test_family_scores_take_games_as_units() -> None:
    rows = [
        {"key": f"{game}{k}", "cluster": f"{game}{k}", "game": game, "family": family, "model": "m", "measure": "score",
         "value": value, "status": "ok"}
        for game, family, value in (("g1", "A", 0.5), ("g2", "A", 0.7), ("g3", "B", 1.0)) for k in range(4)
    ]  # fmt: skip
    found = scores.by_family(pd.DataFrame(rows)).set_index("family")
    assert found["units"].to_dict() == {"A": 2, "B": 1, "all": 3}
    assert found.at["A", "value"] == pytest.approx(0.6)
