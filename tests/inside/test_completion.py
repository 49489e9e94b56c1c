"""Easy completions: every answer is right once and wrong once, in its own group."""

from __future__ import annotations

import importlib
from collections import Counter

import pytest

import probes

completion = importlib.import_module("probes.inside.suite.completion")


def test_every_answer_is_right_once_and_wrong_once():
    made = completion.items().values()
    assert Counter(item.right for item in made) == Counter(item.wrong for item in made)
    assert all(item.right != item.wrong for item in made)
    assert all(item.right.lower() not in f"{item.question} {item.stem}".lower().split() for item in made)


@pytest.mark.model
def test_the_embedded_model_finds_them_easy(smollm2):
    table = probes.run(probes.suite["completion"](), smollm2)
    assert table[table["measure"] == "hit"]["value"].mean() > 0.8
