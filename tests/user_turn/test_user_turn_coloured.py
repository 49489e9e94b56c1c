"""Coloured transcripts: escaped, complete, a fold a class, shades by the stored likelihoods."""

from __future__ import annotations

import pytest

import probes
from analysis import user_turn
from analysis.user_turn.coloured import by_token


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


def test_by_token_compares_with_the_cheaper_of_nothing_and_the_mixture():
    """Token 1: the others' mixture, (e^-2 + e^-2) / 2; token 2: nothing is cheaper than the others."""
    scored = {"logprobs": [-1.0, -2.0], "under": [[-9.0, -1.5], [-2.0, -7.0], [-2.0, -7.0]]}
    assert by_token(scored) == pytest.approx([1.0, -0.5])
