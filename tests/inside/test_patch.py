"""Patching: identities that hold for any model, and refusals."""

from __future__ import annotations

import numpy as np
import pytest

import probes
from probes import Choose, Transcript
from probes.models.patch import patch

QUESTION = "Is seven larger than three?"
OPTIONS = {"A": "yes", "B": "no"}
POST = tuple(f"blocks.{layer}.hook_resid_post" for layer in range(2))
PRE = ("blocks.0.hook_resid_pre",)


def pair(first="You like numbers.", second="You are a very careless pupil of nine."):
    return tuple(Choose(Transcript().system(text).user(QUESTION), OPTIONS) for text in (first, second))


@pytest.fixture(scope="module")
def model():
    return probes.load_model("tiny", check=False)


def gap(one, other):
    return max(abs(one.logprobs[label] - other.logprobs[label]) for label in OPTIONS)


def test_all_layers_and_positions_give_the_source_run(model):
    found = patch(model, [pair()], [POST])[0]
    assert gap(found.base, found.source) > 1e-3
    assert gap(found.patched[POST, "all"], found.source) < 1e-4
    assert gap(found.patched[POST, "last"], found.source) < 1e-4  # the last state alone decides what is read from it


def test_what_enters_the_first_block_is_the_same_in_both_runs(model):
    """Equal tokens have equal embeddings: the difference reaches the common end only through attention."""
    base, source = pair("ab cd ef gh", "ef gh ab cd")
    found = patch(model, [(base, source)], [PRE, (POST[0],)])[0]
    assert gap(found.patched[PRE, "all"], found.base) < 1e-4
    assert gap(found.patched[(POST[0],), "all"], found.base) > 1e-5  # after a block they have seen the persona


def test_a_run_patched_with_itself_is_itself(model):
    base, _ = pair()
    found = patch(model, [(base, base)], [PRE, (POST[0],), POST])[0]
    for reply in found.patched.values():
        assert gap(reply, found.base) < 1e-4


def test_the_last_position_before_the_last_block_matters_and_base_is_left_alone(model):
    before = model.reply([pair()[0]])[0]
    found = patch(model, [pair()], [(POST[0],), (POST[1],)])[0]
    assert gap(found.patched[(POST[1],), "before"], found.base) < 1e-5  # nothing reads them after the last block
    assert gap(found.patched[(POST[0],), "before"], found.base) > 1e-6
    assert np.allclose(list(before.logprobs.values()), list(model.reply([pair()[0]])[0].logprobs.values()), atol=1e-6)


def test_pairs_that_cannot_be_aligned_are_refused(model):
    base, source = pair()
    with pytest.raises(ValueError, match="options"):
        patch(model, [(base, Choose(source.transcript, {"A": "yes", "C": "no"}))], [POST])
    with pytest.raises(ValueError, match="aligned"):
        patch(model, [(base, Choose(source.transcript, OPTIONS, prefill="It is"))], [POST])
    with pytest.raises(ValueError, match="needs weights"):
        patch(probes.load_model("scripted:first"), [pair()], [POST])
