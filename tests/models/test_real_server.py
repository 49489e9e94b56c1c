"""A real engine behind a server gives the numbers that the same weights give here."""

from __future__ import annotations

import numpy as np
import pytest
import real_server

import probes
from probes import Choose, Continue, Score, Transcript

pytestmark = pytest.mark.slow
WORDS = ("river", "window", "seven", "green", "music", "paper", "winter", "horse", "stone", "letter")


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    with real_server.started(tmp_path_factory.mktemp("server")) as (source, file):
        yield probes.load_model(source, tokenizer=file), probes.load_model(file, device="cpu", dtype="float32")


def test_two_hundred_choices_are_the_same(pair):
    there, here = pair
    asked = [Choose(Transcript().system(f"You like {two}.").user(f"A {one} or a {two}?\n\nA or B, {k}."),
                    {"A": one, "B": two}) for k in range(2) for one in WORDS for two in WORDS]  # fmt: skip
    answers = zip(there.reply(asked), here.reply(asked), strict=True)
    gaps = [abs(one.logprobs[label] - two.logprobs[label]) for one, two in answers for label in "AB"]
    print(f"\n{len(asked)} choices: {np.mean(gaps):.1e} nats on average, {np.max(gaps):.1e} at most")
    assert np.max(gaps) < 2e-3


def test_texts_and_turns_are_scored_the_same(pair):
    there, here = pair
    talk = Transcript().user("Is it late?").assistant("Yes, rather.")
    for role in ("user", "assistant"):
        asked = Score(talk if role == "user" else talk.user("And now?"), role=role, text="So I go home, then.")
        one, two = (model.reply([asked])[0] for model in pair)
        assert one.ids == two.ids
        np.testing.assert_allclose(one.logprobs, two.logprobs, atol=2e-3)
    greedy = Continue(talk, role="user", max_tokens=12)
    one, two = (model.reply([greedy])[0] for model in pair)
    assert one.ids == two.ids
    sampled = [Continue(talk, role="user", max_tokens=8, temperature=heat, seed=k) for k, heat in enumerate([1.0, 0.6])]
    for asked, turn in zip(sampled, there.reply(sampled), strict=True):
        again = here.reply([Score(asked.transcript, role="user", ids=tuple(turn.ids))])[0]
        np.testing.assert_allclose(turn.logprobs, again.logprobs, atol=2e-3)
