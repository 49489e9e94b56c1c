from __future__ import annotations

import numpy as np
import pytest

from probes import suite
from probes.context import edits
from probes.core import Score, Scored
from probes.shared.conversations import cases


class Reader:
    """Finds a reply `shift` nats per token less likely when it sees that reply's feedback; any block costs `block`."""

    name, fingerprint, info = "reader", "4" * 64, {}

    def __init__(self, shift, block):
        self.shift, self.block = shift, block
        self.feedback = {case.reply: case.feedback for case in cases()}

    def reply(self, questions, progress=None):
        return [self._one(question) for question in questions]

    def digest(self, question):
        return repr(question)

    def _one(self, question):
        assert isinstance(question, Score)
        n = len(question.text.split())
        shown = [context.turns[-1].text for context in question.contexts]
        bare = question.transcript.turns[-1].text
        values = [-2.0 - self.block * (t != bare) - self.shift * (self.feedback[question.text] in t) for t in shown]
        return Scored(
            list(range(n)), [-2.0] * n, question.text, [], [[v] * n for v in values], [[0.0] * n] * len(shown)
        )


def test_the_baselines_take_the_template_effect_away(played):
    table = played(suite["hindsight"](), Reader(shift=0.7, block=0.4))
    means = table.groupby("message")[["advantage", "over_empty", "over_unrelated"]].mean()
    assert means.loc["relevant"].tolist() == pytest.approx([-1.1, -0.7, -0.7])
    assert means.loc["unrelated"].tolist() == pytest.approx([-0.4, 0.0, 0.0])
    assert means.loc["mismatched"].tolist() == pytest.approx([-0.4, 0.0, 0.0])
    assert len(table) == len(cases()) * len(edits.WORDINGS) * 3


def test_a_model_that_never_looks_at_the_block_is_at_exactly_zero(played):
    table = played(suite["hindsight"](limit=5), Reader(shift=0.0, block=0.0))
    assert (table[["advantage", "over_empty", "over_unrelated", "kl"]] == 0).all().all()


def test_each_context_differs_from_the_bare_prompt_in_its_last_turn_only():
    probe = suite["hindsight"](limit=1, wordings=("guide",))
    [trial] = probe.trials()
    question = next(probe.play(trial, np.random.default_rng(0)))
    assert len(question.contexts) == 4 + probe.pool
    assert all(len(context) == 1 for context in question.contexts)
    assert len({context.digest() for context in question.contexts}) == 4 + probe.pool
