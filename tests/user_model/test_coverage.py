"""Coverage of the headline intervals in 1,000 simulated runs at default sizes: 93 to 97 %.

A run of each probe on a model that knows nothing gives the design; values are then simulated with a known truth, with
tastes of users and effects that vary between users, and passed through the same tables as a report's.
"""

from __future__ import annotations

import numpy as np
import pytest
from covering import Case, covered, units

from analysis.characters import tables as characters
from analysis.instructions import tables as instructions
from analysis.user_model import tables as user_model
from analysis.user_model.tables import acts, chats, elicitation, hearsay, turns
from probes.characters.suite.in_character import InCharacter
from probes.characters.suite.relation import Relation
from probes.instructions.suite.rule_scope import RuleScope
from probes.user_model.suite.elicit import Elicit
from probes.user_model.suite.group_chat import GroupChat
from probes.user_model.suite.timeline import Timelines
from probes.user_model.suite.user_act import UserAct
from probes.user_model.suite.user_log import UserLog
from probes.user_model.suite.who_knows import WhoKnows


def believing(table, rng):
    """Slope .6, varying between users by .3; a taste a user; the belief is stored towards the likelier act."""
    towards = (0.6 + units(table, rng, 0.3)) * table["logit"] + units(table, rng) + rng.normal(size=len(table))
    return np.where(table["p"] >= 0.5, towards, -towards)


def leaning(table, rng):
    """Log-odds count 1 and stakes .8, both varying between users."""
    odds, stakes = (
        (1 + units(table, rng, 0.2)) * table["logit"],
        (0.8 + units(table, rng, 0.2)) * np.log(table["lose"] / 12),
    )
    return odds - stakes + units(table, rng) + 0.5 * rng.normal(size=len(table))


def shifting(table, rng):
    """1 nat more after the log tells it than before; a taste for one of the values, odd under the twin."""
    taste = units(table, rng) * np.where(table["twin"] == 1, -1, 1)
    return (1 + units(table, rng, 0.5)) * (table["depth"] != "before") + taste + 0.5 * rng.normal(size=len(table))


def knowing(table, rng):
    """1 nat for the right place; a scene's pull towards the last announcement helps with one actor only."""
    pull = units(table, rng) * np.where(table["follows"] == "second", 1, -1)
    return 1 + units(table, rng, 0.5) + pull + rng.normal(size=len(table))


def leaking(table, rng):
    """A leak of .4 that varies between scenes."""
    return 0.4 + units(table, rng, 0.1) + 0.1 * rng.normal(size=len(table))


def silent(table, rng):
    """2 nats more silence without a cause, varying between sets of chats, whose silence differs anyway."""
    idle = np.where(table["cause"] == "none", 2 + units(table, rng, 0.7), 0.0)
    return idle + units(table, rng) + rng.normal(size=len(table))


def pairing(table, rng):
    return 2 + units(table, rng, 0.7) + rng.normal(size=len(table))


def scoped(table, rng):
    """Gain 2 inside the domain and .5 outside it, varying between effects."""
    return (
        np.where(table["distance"] == 0, 2 + units(table, rng), 0.5) + units(table, rng) + rng.normal(size=len(table))
    )


def turning(table, rng):
    """A slope of .6 in one turn that varies between users, and .3 less over many turns, which varies as well."""
    lost = np.where(table["turns"] == "spread", -0.3 + units(table, rng, 0.2), 0.0)
    towards = (0.6 + units(table, rng, 0.3) + lost) * table["logit"] + units(table, rng) + rng.normal(size=len(table))
    return np.where(table["p"] >= 0.5, towards, -towards)


def stopping(table, rng):
    """Acts .3 less often after this act was refused than after another was, varying between users."""
    same = (table["earlier"] == "same") * (0.3 + units(table, rng, 0.1))
    return 0.5 - same + units(table, rng, 0.1) + 0.1 * rng.normal(size=len(table))


def losing(table, rng):
    """Seven tenths of a random choice's regret, with a long tail upwards."""
    return 0.7 * rng.gamma(2, 0.5, len(table)) + units(table, rng, 0.1)


def keeping(table, rng):
    """Half a nat less after idle days; a taste for one of the values, odd under the twin."""
    taste = units(table, rng) * np.where(table["twin"] == 1, -1, 1)
    gone = (table["depth"] == "later") * (-0.5 + units(table, rng, 0.5))
    return 1 + gone + taste + 0.5 * rng.normal(size=len(table))


def asking(table, rng):
    """Four tenths of the possible gain, varying between users and from question to question, never above 1."""
    return np.minimum(1, 0.4 + units(table, rng, 0.15) + 0.25 * rng.normal(size=len(table)))


def hearing(table, rng):
    """The last answer moves .5 of the recommendation, between 0 and 1 for every user."""
    share = {user: rng.beta(3, 3) for user in table["cluster"].unique()}
    return table["cluster"].map(share).astype(float) + 0.1 * rng.normal(size=len(table))


def settling(table, rng):
    """1 nat more silence where the cause is settled than where another one is."""
    done = (table["standing"] == "settled") * (1 + units(table, rng, 0.5))
    return done + units(table, rng) + rng.normal(size=len(table))


def capped():
    """What `asking` is a mean of: users and questions share a scale, t with 8 degrees of freedom and a normal."""
    rng = np.random.default_rng(0)
    drawn = 0.4 + 0.15 * rng.standard_t(8, 2_000_000) + 0.25 * rng.normal(size=2_000_000)
    return float(np.minimum(1, drawn).mean())


CASES = {
    "belief": Case(UserLog(), "belief", believing, user_model.slope, 0.6),
    "turns": Case(UserLog(turns=("one", "spread")), "belief", turning, turns.change, -0.3),
    "stakes": Case(UserAct(), "lean", leaning, acts.sensitivity, 0.8),
    "regret": Case(UserAct(), "regret", losing, acts.regret, 0.7),
    "stops": Case(UserAct(), "p_act", stopping, acts.stops, 0.3),
    "retained": Case(
        Timelines(), "w_current", keeping, lambda table: user_model.shift(table, later="later", earlier="after"), -0.5
    ),
    "asks": Case(Elicit(), "gain_share", asking, lambda table: elicitation.discovered(table, "gain_share"), capped()),
    "uptake": Case(Elicit(), "uptake", hearing, lambda table: elicitation.discovered(table, "uptake"), 0.5),
    "settled": Case(GroupChat(), "silence", settling, chats.settled, 1.0),
    "newer": Case(Timelines(), "w_current", shifting, user_model.shift, 1.0),
    "knows": Case(WhoKnows(), "margin", knowing, hearsay.knows, 1.0),
    "leak": Case(WhoKnows(), "leak", leaking, hearsay.leak, 0.4),
    "joins": Case(GroupChat(standings=("open",)), "pairing", pairing, chats.joins, 2.0),
    "silent": Case(GroupChat(standings=("open",)), "silence", silent, chats.silent, 2.0),
    "lines": Case(InCharacter(), "pairing", pairing, lambda t: characters.pairing(t, "facts", "entailed"), 2.0),
    "relation": Case(Relation(), "pairing", pairing, characters.relation, 2.0),
    "scope": Case(RuleScope(), "gain", scoped, instructions.scoped, 1.5),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_intervals_cover_the_truth(name):
    assert 0.93 <= covered(CASES[name]) <= 0.97
