"""The seam on real replies: labels, merging tokens, contexts, seeds, batches."""

from __future__ import annotations

import math

import pytest

from probes import Choose, Continue, Score, Transcript

TALK = Transcript().user("What is the user?").assistant("the model")
YES_NO = {"A": "yes", "B": "no"}


def test_replies_come_in_the_order_of_the_questions(tiny):
    asked = [Choose(TALK.user("x"), YES_NO), Score(TALK, role="user", text="the"), Continue(TALK, max_tokens=3)]
    forward = tiny.reply(asked)
    backward = tiny.reply(asked[::-1])[::-1]
    assert forward[0].logprobs == pytest.approx(backward[0].logprobs, abs=1e-5)
    assert forward[1].logprobs == pytest.approx(backward[1].logprobs, abs=1e-5)
    assert forward[2].ids == backward[2].ids


def test_choose_is_score_of_its_labels(tiny):
    """Two routes to the same number."""
    talk = TALK.user("which?")
    choice = tiny.reply([Choose(talk, {"yes": "a", "no way": "b"})])[0]
    scored = tiny.reply([Score(talk, text="yes"), Score(talk, text="no way")])
    assert choice.logprobs["yes"] == pytest.approx(scored[0].total, abs=1e-5)
    assert choice.logprobs["no way"] == pytest.approx(scored[1].total, abs=1e-5)
    assert choice.mass == pytest.approx(math.exp(scored[0].total) + math.exp(scored[1].total), rel=1e-5)


def test_a_sampled_text_scores_as_it_was_sampled(tiny):
    drawn = tiny.reply([Continue(TALK, role="user", max_tokens=12, temperature=0.8, seed=3)])[0]
    again = tiny.reply([Score(TALK, role="user", ids=tuple(drawn.ids))])[0]
    assert again.logprobs == pytest.approx(drawn.logprobs, abs=1e-4)


def test_labels_that_merge_with_the_prefill_are_scored_from_the_shared_token(tiny):
    """' yes' is one token: after 'Answer: ' the space is given back and scored with the label."""
    spaced = tiny.reply([Choose(TALK.user("?"), {"yes": "a", "no": "b"}, prefill="Answer: ")])[0]
    joined = tiny.reply([Choose(TALK.user("?"), {" yes": "a", " no": "b"}, prefill="Answer:")])[0]
    assert list(spaced.logprobs.values()) == pytest.approx(list(joined.logprobs.values()), abs=1e-5)


def test_a_label_that_begins_another_is_refused(tiny):
    with pytest.raises(ValueError, match="beginning of another"):
        tiny.reply([Choose(TALK, {"1": "one", "12": "twelve"})])


def test_an_identical_context_changes_nothing_at_all(tiny):
    scored = tiny.reply([Score(TALK, role="user", text="the model asks", contexts=(TALK, Transcript()), kl=True)])[0]
    assert scored.under[0] == scored.logprobs
    assert scored.kl[0] == [0.0] * len(scored.ids)
    assert all(value > 0 for value in scored.kl[1])


def test_sampling_needs_a_seed_and_follows_it(tiny):
    with pytest.raises(ValueError, match="needs a seed"):
        tiny.reply([Continue(TALK, temperature=1.0)])
    one, same, other = (
        tiny.reply([Continue(TALK, temperature=1.0, seed=seed, max_tokens=16)])[0].ids for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_a_text_cut_inside_a_character_ends_before_it(tiny):
    for seed in range(20):
        reply = tiny.reply([Continue(TALK, temperature=1.0, seed=seed, max_tokens=4)])[0]
        assert not reply.text.endswith("\ufffd") or reply.stop != "length"


def test_over_long_prompts_are_refused_with_their_length(tiny):
    with pytest.raises(ValueError, match="4096"):
        tiny.reply([Choose(Transcript().user("a b " * 4000), YES_NO)])


def test_digest_follows_the_prompt_and_decoding_but_not_the_seed(tiny):
    base = tiny.digest(Continue(TALK, temperature=1.0, seed=1))
    assert base == tiny.digest(Continue(TALK, temperature=1.0, seed=2))
    assert base != tiny.digest(Continue(TALK, temperature=0.9, seed=1))
    assert base != tiny.digest(Continue(TALK.user("more"), temperature=1.0, seed=1))
    assert tiny.digest(Choose(TALK, YES_NO)) != tiny.digest(Choose(TALK, {"A": "yes", "C": "no"}))


def test_activations_come_back_by_site_and_span(tiny):
    reply = tiny.reply([Choose(TALK, YES_NO, sites=("blocks.1.hook_resid_post",), spans=("last", "turn:0"))])[0]
    assert set(reply.activations) == {"blocks.1.hook_resid_post@last", "blocks.1.hook_resid_post@turn:0"}
    assert all(value.shape == (64,) for value in reply.activations.values())
    assert "activations" not in reply.record()


def test_progress_counts_questions_and_rows_of_finished_ones_are_let_go(tiny, monkeypatch):
    """Every answer is made as soon as its last request is done: no more rows are alive than one question needs."""
    alive, most, heard = [0], [0], []
    answer = tiny.read

    def counted(question, requests, results):
        alive[0] -= len(results)
        return answer(question, requests, results)

    stream = tiny.engine.stream

    def watched(requests):
        for index, result in stream(requests):
            alive[0] += 1
            most[0] = max(most[0], alive[0])
            yield index, result

    monkeypatch.setattr(tiny, "read", counted)
    monkeypatch.setattr(tiny.engine, "stream", watched)
    asked = [Score(Transcript().user(f"{k} what"), text="no", contexts=(Transcript().user(f"{k} who"),), kl=True)
             for k in range(30)]  # fmt: skip
    assert len(tiny.reply(asked, heard.append)) == 30
    assert heard == list(range(1, 31))
    assert most[0] <= 2 * 10
