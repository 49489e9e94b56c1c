"""Coloured transcripts: escaped, complete, a fold a class, shades by the stored likelihoods."""

from __future__ import annotations

import numpy as np
import pytest

import probes
from analysis import user_turn
from analysis.user_turn.tables.coloured import by_token
from probes.user_turn.grounding import Grounding


def hostile(question):
    """Writes markup; its likelihoods rise under its own context only."""
    if hasattr(question, "contexts"):
        return [-1.0 * len(question.text.split()), *[-6.0 * len(question.text.split())] * len(question.contexts)]
    return "It is 3." if question.role == "assistant" else "Why <script>alert(1)</script> is it so?"


def test_tokens_are_escaped_and_shaded(tmp_path):
    probe = probes.suite["user_turn"](per_domain=1, temperatures=(0.0,), grounding=2, perturbations=("none",))
    table = probes.run(probe, probes.ScriptedModel(hostile), out=tmp_path)
    shown = user_turn.coloured(table, tmp_path)
    assert "<script>" not in shown.html
    assert "&lt;script&gt;" in shown.html
    assert 'class="il-p4" title="+5.00 nats"' in shown.html
    assert shown.plain == "5 turns with grounding"


def test_by_token_is_the_instruments_own():
    """What colours the report is what the probe measured; nothing and others alike at -3 make a gain of 2 nats."""
    own, nothing, others = np.array([-1.0, -2.0]), np.array([-3.0, -1.5]), np.array([[-3.0, -7.0], [-3.0, -4.0]])
    found = by_token({"logprobs": own.tolist(), "under": [nothing.tolist(), *others.tolist()]})
    assert found[0] == pytest.approx(2.0)
    assert found == pytest.approx(Grounding(own, nothing, others).by_token)
