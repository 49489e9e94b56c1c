"""Steering and patching: identities, and a planted direction that must do what it was planted for."""

from __future__ import annotations

import numpy as np
import pytest

import probes
from probes import Choose, Continue, Score, Transcript
from probes.models.engine.edits import Edit, Edits, mark, marks, unmarked
from probes.models.steer import Steered, placebos

SITE = "blocks.0.hook_resid_post"
TALK = Transcript().system("You are brief.").user("Is seven larger than three?")
ASKED = [
    Choose(TALK, {"A": "yes", "B": "no"}),
    Choose(TALK, {" yes": "yes", " no": "no"}, prefill="It is"),
    Continue(TALK, max_tokens=6, temperature=1.0, seed=3),
    Score(TALK, "Yes, by four.", contexts=(TALK.under("You like numbers."),), kl=True),
]


def numbers(replies):
    """Everything a model says about ASKED, as one array."""
    parts = [list(replies[0].logprobs.values()), list(replies[1].logprobs.values()), replies[2].logprobs]
    return np.concatenate([*parts, replies[3].logprobs, replies[3].under[0], replies[3].kl[0]])


@pytest.fixture
def fresh():
    return probes.load_model("tiny", check=False)


@pytest.fixture
def direction():
    return np.random.default_rng(0).normal(size=64).astype(np.float32)


@pytest.mark.parametrize(("strict", "bound"), [(True, 0.0), (False, 1e-4)])
@pytest.mark.parametrize("span", ["reply", "all", "turn:1"])
def test_zero_strength_is_the_baseline(direction, span, strict, bound):
    """To the bit in strict mode, where every request is computed alone and whole. Otherwise only within rounding, by
    design: an edited position never shares a place in the prefix cache with a plain one, so prompts are cut into other
    pieces and computed in batches of other shapes, and float32 sums of another shape may be made in another order."""
    plain, base = (probes.load_model("tiny", check=False, strict=strict) for _ in range(2))
    plain, steered = numbers(plain.reply(ASKED)), Steered(base, direction, 0.0, SITE, span)
    assert np.abs(plain - numbers(steered.reply(ASKED))).max() <= bound


@pytest.mark.parametrize("span", ["reply", "all", "turn:1"])
def test_it_pushes_and_leaves_the_base_alone(fresh, direction, span):
    before = numbers(fresh.reply(ASKED))
    pushed = numbers(Steered(fresh, direction, 0.5, SITE, span).reply(ASKED))
    assert np.abs(pushed[:2] - before[:2]).max() > 1e-4
    assert np.array_equal(before, numbers(fresh.reply(ASKED)))


def test_there_and_back(fresh, direction):
    """+v at one site and -v at the next state of the same stream is nothing: the block between sees v, so the two
    pushes are put at one and the same place."""
    site = "blocks.1.hook_resid_pre"  # the same place in the stream as SITE
    before = numbers(fresh.reply(ASKED))
    there = fresh.engine.edits.add(Edit({SITE: direction, site: -direction}, onward=True))
    steered = Steered(fresh, direction, 1.0, SITE)
    steered.edit = there
    assert np.abs(numbers(steered.reply(ASKED)) - before).max() < 1e-4


def test_twenty_times_a_direction_is_strength_twenty(fresh, direction):
    once = numbers(Steered(fresh, 2 * direction, 1.0, SITE).reply(ASKED))
    assert np.allclose(once, numbers(Steered(fresh, direction, 2.0, SITE).reply(ASKED)), atol=1e-6)


def test_a_captured_activation_holds_the_push(fresh, direction):
    question = Choose(TALK, {"A": "yes", "B": "no"}, sites=(SITE, "blocks.1.hook_resid_post"))
    plain, pushed = (model.reply([question])[0].activations for model in (fresh, Steered(fresh, direction, 3.0, SITE)))
    assert np.allclose(pushed[f"{SITE}@last"] - plain[f"{SITE}@last"], 3 * direction, atol=1e-4)


def test_decoding_is_steered_at_every_step(fresh, direction):
    """The generated tokens scored by the steered model give the log-probabilities it drew them with."""
    for span in ("reply", "all"):
        steered = Steered(fresh, direction, 1.0, SITE, span)
        drawn = steered.reply([Continue(TALK, max_tokens=8, temperature=1.0, seed=5)])[0]
        scored = steered.reply([Score(TALK, ids=tuple(drawn.ids))])[0]
        assert np.allclose(drawn.logprobs, scored.logprobs, atol=1e-4)


def test_steered_records_never_mix(fresh, direction):
    twins = [Steered(fresh, direction, s, SITE, span) for s in (0.0, 1.0) for span in ("reply", "all")]
    said = {(model.name, model.fingerprint, model.digest(ASKED[0])) for model in (fresh, *twins)}
    assert len({name for name, _, _ in said}) == len({f for _, f, _ in said}) == len({d for _, _, d in said}) == 5
    again = Steered(fresh, direction, 1.0, SITE)
    assert (again.fingerprint, again.digest(ASKED[0])) == (twins[2].fingerprint, twins[2].digest(ASKED[0]))


def test_batches_with_and_without_marks_share_a_cache_and_agree(fresh, direction):
    alone = numbers(Steered(probes.load_model("tiny", check=False), direction, 1.0, SITE).reply(ASKED))
    fresh.reply(ASKED)
    steered = Steered(fresh, direction, 1.0, SITE)
    assert np.allclose(numbers(steered.reply(ASKED)), alone, atol=1e-4)


def test_placebos_have_the_norm_and_nothing_else(direction):
    found = placebos(direction, 3, np.random.default_rng(1))
    assert len(found) == 6
    for vector in found.values():
        assert np.linalg.norm(vector) == pytest.approx(np.linalg.norm(direction), rel=1e-5)
        assert abs(np.dot(vector, direction)) / np.dot(direction, direction) < 0.5
    assert np.array_equal(np.sort(found["permuted 1"]), np.sort(direction))


def test_what_cannot_be_steered_is_refused_in_words(fresh, direction):
    with pytest.raises(ValueError, match="needs weights"):
        Steered(probes.load_model("scripted:first"), direction, 1.0, SITE)
    with pytest.raises(ValueError, match="64 finite numbers"):
        Steered(fresh, direction[:5], 1.0, SITE)
    with pytest.raises(ValueError, match="span"):
        Steered(fresh, direction, 1.0, SITE, "middle")
    with pytest.raises(ValueError, match="switched off"):
        Steered(probes.load_model("tiny", check=False, sharing=False), direction, 1.0, SITE)
    with pytest.raises(ValueError, match="once"):
        Steered(Steered(fresh, direction, 1.0, SITE), direction, 1.0, SITE)
    with pytest.raises(ValueError, match="is not one of"):
        Steered(fresh, direction, 1.0, "blocks.9.hook_resid_post").reply(ASKED[:1])


def test_marks_keep_the_token():
    tokens = (5, 7, 300)
    assert unmarked(mark(tokens, 3)) == tokens
    assert marks(mark(tokens, 3)) == [3, 3, 3]
    assert mark(mark(tokens, 3), 0) == tokens
    edits = Edits()
    assert not edits
    assert [edits.add(Edit({})) for _ in range(2)] == [1, 2]
    edits.forget(2)
    assert edits.add(Edit({})) == 3
