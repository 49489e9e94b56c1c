"""Who reads objections finds the wrong move; who has a taste for a place, a label or a move finds it by chance."""

from __future__ import annotations

import re

import numpy as np
import pytest

import probes
from analysis.persuasion import findings, tables
from probes import ScriptedModel
from probes.models.scripted import first, uniform
from probes.persuasion.objections import TURNS, objections
from probes.persuasion.partners import TYPES
from probes.persuasion.suite.steering_credit import SteeringCredit
from probes.shared.world import LANGUAGES, tongue


def seen(question, language="en"):
    """(kinds of the objections, kinds of the moves) in the order of the talk, from the prompt alone."""
    words, lines = tongue("partners", language), question.transcript.turns[0].text.split("\n")
    cues = {cue: kind for kind in TYPES for cue in words.variables[kind]["phrases"]["cue"]}
    moves = {words.phrase("move", 0, kind): kind for kind in TYPES}
    said = [kind for line in lines for cue, kind in cues.items() if line.endswith(cue)]
    return said, [moves[line] for line in lines if line in moves]


def model(weigh, language="en"):
    """weigh: (objections, moves) -> nats of blame for each of the three places."""

    def policy(question):
        shares = np.exp(np.array(weigh(*seen(question, language)), float))
        return dict(zip(TURNS, shares / shares.sum(), strict=True))

    return ScriptedModel(policy, "blames")


def mismatch(said, moves):
    return [2.0 * (kind != move) for kind, move in zip(said, moves, strict=True)] if said else [0.0] * 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_reads_the_objections_finds_the_wrong_move(language):
    table = probes.run(SteeringCredit(language=language), model(mismatch, language))
    lines = tables.credited(table).set_index(["information", "measure"])["value"]
    assert lines["talk", "hit"] == pytest.approx(1.0)
    assert lines["talk", "pairing"] == pytest.approx(2.0)
    assert lines["moves", "hit"] == pytest.approx(1 / 3)
    assert tables.credit(table).value == pytest.approx(2.0)


def taste(kind):
    return lambda said, moves: [3.0 * (move == kind) for move in moves]


def mood(kind):
    return lambda said, moves: [2.0 * (one == kind) for one in said] or [0.0] * 3


BLIND = {
    "knows nothing": ScriptedModel(uniform), "the first of the list": ScriptedModel(first),
    "the last move": model(lambda said, moves: [0.0, 0.0, 3.0]),
    **{f"whatever was {kind}": model(taste(kind)) for kind in TYPES},
    **{f"after an objection of {kind}": model(mood(kind)) for kind in TYPES},
}  # fmt: skip


@pytest.mark.parametrize("name", BLIND)
def test_tastes_find_one_in_three_in_every_set(name):
    table = probes.run(SteeringCredit(sets=3), BLIND[name])
    for shown, measure, expected in (
        (one, *two) for one in ("talk", "moves") for two in (("hit", 1 / 3), ("pairing", 0.0))
    ):
        rows = table[(table["information"] == shown) & (table["measure"] == measure)]
        by_set = rows.groupby("pool")["value"].mean()
        assert by_set.to_numpy() == pytest.approx(np.full(3, expected), abs=1e-9), (shown, measure)


def test_the_three_states_of_a_square_differ_in_one_place_only():
    for talk in objections(3, 1):
        assert sorted((*talk.kinds, talk.wrong)) == sorted(TYPES)
        for at in range(3):
            assert [place for place in range(3) if talk.moves(at)[place] != talk.kinds[place]] == [at]
            assert talk.moves(at)[at] == talk.wrong
    wrong = [talk.wrong for talk in objections(3, 1)]
    assert wrong == list(TYPES) * 3


def test_the_claim_needs_the_right_option_to_win_from_every_place():
    reads, order = (probes.run(SteeringCredit(sets=6), one) for one in (noisy(), ScriptedModel(first)))
    claim = findings.blaming(reads)
    assert claim.verdict == "above"
    assert claim.estimate.units == 6
    assert findings.blaming(order).verdict not in ("above", "below")
    assert tables.blamed(order) == pytest.approx(1.0)


def noisy():
    """Reads, more or less: as the length of the proposal's first word decides."""
    return ScriptedModel(lambda question: spread(question), "reads more or less")


def spread(question):
    nats = np.array(mismatch(*seen(question))) * (
        0.5 + len(re.findall(r"\w", question.transcript.turns[0].text)) % 7 / 4
    )
    return dict(zip(TURNS, np.exp(nats) / np.exp(nats).sum(), strict=True))
