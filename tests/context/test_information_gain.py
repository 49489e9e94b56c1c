from __future__ import annotations

import numpy as np
import pytest

from probes import suite
from probes.context import edits
from probes.context.edits import FILLER
from probes.core import Continue, Score, estimators
from probes.core.transcript import Transcript
from probes.shared.conversations import conversations


def vocabulary():
    texts = [
        FILLER,
        *(text for found in conversations() for item in found.rounds for text in (item.user, item.assistant)),
    ]
    return sorted({word for text in texts for word in text.split()})


@pytest.fixture(scope="module")
def words():
    return vocabulary()


def test_a_model_that_ignores_users_finds_no_information_in_them(words, lexical, played):
    table = played(suite["information_gain"](per_kind=1, policies=("logged",)), lexical(("assistant",), words))
    assert len(table) > 30
    assert (table[["ratio", "kl"]] == 0).all().all()


def test_a_model_that_copies_users_finds_it_in_the_words_not_in_their_order(words, lexical, played):
    table = played(suite["information_gain"](per_kind=3, policies=("logged",)), lexical(("user",), words))
    near = table.query("turn == reply_to").groupby("edit")[["ratio", "kl"]].mean()
    assert near.loc["mask", "ratio"] > 0.1
    assert near.loc["mask", "kl"] > 0.01
    assert near.loc["shuffle"].abs().max() == 0


def test_one_sample_ratio_and_full_divergence_meet_on_sampled_replies(words, lexical, played):
    """Sampled by the model itself both have one mean; the paired difference is zero within four standard errors."""
    probe = suite["information_gain"](policies=("own",), edits=("mask",), max_tokens=12, profile=False)
    table = played(probe, lexical(("user",), words, boost=6.0))
    gap = (table["ratio"] - table["kl"]).astype(float)
    error = gap.std() / np.sqrt(len(gap))
    assert abs(gap.mean()) < 4 * error
    assert error < table["kl"].mean() / 2, "too noisy for the test to be able to fail"


def test_the_profile_of_the_last_reply_covers_every_turn(words, lexical, played):
    probe = suite["information_gain"](per_kind=1, policies=("logged",), edits=("mask", "delete"))
    table = played(probe, lexical(("user",), words))
    last = table.query("reply_to == rounds")
    for _, found in last.query("edit == 'mask'").groupby("conversation"):
        assert found["turn"].tolist() == list(range(1, found["rounds"].iloc[0] + 1))
    assert (last.query("edit == 'delete'")["turn"] < last.query("edit == 'delete'")["rounds"]).all()


@pytest.mark.model
def test_the_mask_keeps_the_length_in_tokens_of_the_real_tokenizer(smollm2):
    """Kept for at least 95 % of our conversations' last user turns; where not, missed by one token."""
    fillers = smollm2.reply([Score(Transcript().user(FILLER), text=FILLER)])[0].tokens
    gaps = []
    for found in conversations():
        base = found.before(len(found))
        place = len(base) - 1
        own = len(smollm2.chat.encode(base, "assistant", "").ids)
        length = base_length(smollm2, base)
        masked = edits.mask(base, place, length, fillers)
        gaps.append(len(smollm2.chat.encode(masked, "assistant", "").ids) - own)
    assert np.mean(np.array(gaps) == 0) >= 0.95
    assert np.abs(gaps).max() <= 1


def base_length(model, base):
    begin, end = model.chat.encode(base, "assistant", "").spans[len(base) - 1]
    return end - begin


@pytest.mark.model
def test_identical_contexts_are_exactly_zero_on_the_real_model(smollm2):
    base = conversations()[0].before(3)
    reply = smollm2.reply([Score(base, text="The wool socks.", contexts=(edits.full(base),), kl=True)])[0]
    [found] = estimators.contrasts(reply)
    assert found.ratios.tolist() == [0.0] * len(reply.ids)
    assert found.kl.tolist() == [0.0] * len(reply.ids)


@pytest.mark.model
def test_exact_ids_of_a_generated_reply_are_scored_as_generated(smollm2):
    """Log-probabilities of a sampled reply's own ids under its own context are those it was sampled with."""
    base = conversations()[0].before(2)
    drawn = smollm2.reply([Continue(base, max_tokens=8, temperature=1.0, seed=5)])[0]
    scored = smollm2.reply([Score(base, ids=tuple(drawn.ids))])[0]
    assert scored.logprobs == pytest.approx(drawn.logprobs, abs=1e-4)
