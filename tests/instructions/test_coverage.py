"""Do the intervals of the cards about people cover known truth as often as they say, at default sizes?"""

from __future__ import annotations

import numpy as np
import pytest
from covering import Case, covered, units

from analysis.instructions import tables as rules
from analysis.instructions.tables import people
from probes.instructions.suite.principals import Principals
from probes.instructions.suite.rule_scope import RuleScope
from probes.instructions.suite.rule_text import RuleText
from probes.instructions.suite.secret_text import SecretText
from probes.instructions.suite.secrets import Secrets


def leaning(table, rng):
    """A rank weighs 1 nat, the last word .5, both varying between scenes; a name is liked in every cell."""
    rank, last = 1 + units(table, rng, 0.25), 0.5 + units(table, rng, 0.25)
    return rank * table["ranks_more"] + last * table["last"] + units(table, rng) + 0.3 * rng.normal(size=len(table))


def keeping(table, rng):
    """Permission is worth 2 nats, being named 1, both varying between sets: 3 kept by one rule, 1 by the other."""
    sign = np.where(table["may_know"] == "only", 1, -1)
    return sign * (2 + units(table, rng, 0.5)) + 1 + units(table, rng, 0.5) + rng.normal(size=len(table))


def exchange(table):
    return people.exchange(table, np.random.default_rng(0))


def telling(table, rng):
    """Told by permission in half of the sets more often, by being named in a tenth; a share varies between sets."""
    sign = np.where(table["may_know"] == "only", 1, -1)
    return sign * (0.5 + units(table, rng, 0.1)) + 0.1 + units(table, rng, 0.1) + 0.2 * rng.normal(size=len(table))


def short(question):
    """Writes a text that is not cut."""
    return "We wait. Come home."


def mentioned(table, rng):
    """A rule of one's own adds 2 nats in its domain, a mention 1, both varying between effects."""
    own = (table["delivery"] == "context") * (1 + units(table, rng, 0.5))
    return 1 + own + units(table, rng, 0.5) + rng.normal(size=len(table))


def obeying(table, rng):
    """Seven of ten texts change inside the domain, three of ten outside; with the question first, four and one."""
    inside = np.where(table["delivery"] == "reason", 0.4, 0.7)
    outside = np.where(table["delivery"] == "reason", 0.1, 0.3)
    share = np.where(table["distance"] == 0, inside, outside) + np.clip(units(table, rng, 0.05), -0.1, 0.25)
    return (rng.random(len(table)) < share).astype(float)


CASES = {
    "rank": Case(Principals(), "lean", leaning, lambda table: people.weight(table, "ranks_more"), 1.0),
    "exchange": Case(Principals(), "lean", leaning, exchange, 0.5),
    "told": Case(SecretText(squares=8), "pairing", telling, people.permitted, 0.4),
    "obeyed": Case(RuleScope(), "gain", mentioned, lambda table: rules.over_mention(table, 0), 1.0),
    "last_word": Case(Principals(), "lean", leaning, lambda table: people.weight(table, "last"), 0.5),
    "reasoning": Case(RuleText(), "change", obeying, rules.reasoned, -0.05, short),
    "secrets": Case(Secrets(), "pairing", keeping, people.permitted, 1.0),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_intervals_cover_the_truth(name):
    assert 0.93 <= covered(CASES[name]) <= 0.97
