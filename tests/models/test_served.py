"""A model behind a server: what it says is what the made-up model says, and every fault has words or another try."""

from __future__ import annotations

import made
import numpy as np
import pytest
from fake_server import Fake, row

import probes
from probes import Choose, Continue, Score, Transcript
from probes.models.served import wire
from probes.models.served.wire import ServerError
from probes.models.steer import Steered
from probes.models.tiny import tiny_tokenizer

TALK = Transcript().user("Which one?\n\nA or B.")
ASK = Choose(TALK, {"A": "a", "B": "b"})


@pytest.fixture(params=["vllm", "llama.cpp"])
def kind(request):
    return request.param


@pytest.fixture
def server(kind, tmp_path, monkeypatch):
    monkeypatch.setenv("INTERLOCUTOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(wire, "FIRST_WAIT", 0.0)
    tiny_tokenizer().save_pretrained(tmp_path / "tokenizer")
    with Fake(tiny_tokenizer(), kind) as server:
        server.folder = str(tmp_path / "tokenizer")
        yield server
        server.shutdown()


def opened(server, **options):
    return probes.load_model(server.source, tokenizer=server.folder, **options)


def test_all_questions_are_answered_as_the_model_itself_would(server):
    model = opened(server)
    choice, turn, scored = model.reply([ASK, Continue(TALK, max_tokens=5, temperature=0.7, seed=3), Score(TALK, "So.")])
    prompt = list(model.chat.encode(TALK, "assistant").ids)
    for label in "AB":
        token = model.tokenizer(label)["input_ids"][0]
        assert choice.logprobs[label] == pytest.approx(row(prompt)[token])
    for ids, logprobs in ((turn.ids, turn.logprobs), (scored.ids, scored.logprobs)):
        assert logprobs == pytest.approx([row([*prompt, *ids[:at]])[token] for at, token in enumerate(ids)])
        assert logprobs
    again = model.reply([Continue(TALK, max_tokens=5, temperature=0.7, seed=3)])[0]
    assert (again.ids, again.logprobs) == (turn.ids, turn.logprobs)
    assert model.info["described"].startswith("behind a server, ")


@pytest.mark.parametrize("picks", [True, False])
def test_vllm_says_chosen_tokens_from_its_prefix_cache_where_it_can(server, kind, picks):
    """Versions before `logprob_token_ids` leave it out without a word: asked in vain once, then the long way."""
    if kind != "vllm":
        pytest.skip("llama.cpp is asked token by token in any case")
    server.picks = picks
    model = opened(server)
    server.asked.clear()
    choices = model.reply([ASK, Choose(TALK.assistant("A").user("And now?"), ASK.options)])
    assert all(("logprob_token_ids" in body) == picks for body in server.asked)
    for choice, talk in zip(choices, (TALK, TALK.assistant("A").user("And now?")), strict=True):
        plain = row(list(model.chat.encode(talk, "assistant").ids))
        told = {label: plain[model.tokenizer(label)["input_ids"][0]] for label in "AB"}
        assert choice.logprobs == pytest.approx(told)


def test_a_turn_ends_before_our_stop_mark(server):
    model = opened(server)
    model.stop_ids = frozenset(range(0, 512, 3))
    turns = model.reply([Continue(TALK, max_tokens=40, temperature=1.0, seed=seed) for seed in range(6)])
    assert all(turn.stop == "end_of_turn" for turn in turns)
    assert not any(token % 3 == 0 for turn in turns for token in turn.ids)
    assert {turn.stop for turn in opened(server).reply([Continue(TALK, max_tokens=1, seed=1)])} == {"length"}


@pytest.mark.parametrize("fault", [429, 500, 503, "cut"])
def test_what_another_try_can_mend_is_tried_again(server, fault):
    model = opened(server)
    plain = model.reply([ASK])[0].logprobs
    server.faults = [fault] * 3
    assert model.reply([ASK])[0].logprobs == plain


def test_a_server_that_stays_away_or_refuses_is_told_in_words(server):
    model = opened(server)
    server.faults = [503] * 100
    with pytest.raises(ServerError, match=r"503.*6 tries.*same command goes on"):
        model.reply([ASK])
    server.faults, before = [400] * 2, len(server.asked)
    with pytest.raises(ServerError, match="answers 400"):
        model.reply([Score(TALK, "So.")])
    assert len(server.asked) == before + 1


@pytest.mark.parametrize(
    ("broken", "error", "words"),
    [("nan", FloatingPointError, "not finite"), ("missing", ServerError, "no log-probability")],
)
def test_numbers_that_are_none_never_become_numbers(server, broken, error, words):
    model = opened(server)
    server.broken = broken
    with pytest.raises(error, match=words):
        model.reply([ASK])


@pytest.mark.parametrize("broken", ["missing", "nan", "none given", "tokenizer"])
def test_a_server_that_cannot_be_used_is_refused_at_once(server, broken):
    if broken == "none given" and server.kind != "vllm":
        pytest.skip("only vLLM leaves the whole field out")
    server.broken = broken
    words = {"tokenizer": "tokenises", "nan": "not finite"}.get(broken, "no log-probability")
    with pytest.raises(probes.LoadError, match=words):
        opened(server)


def test_heated_logarithms_are_scored_again(server):
    server.broken = "heated"
    model = opened(server)
    assert model.info["engine"]["rescored"]
    turn = model.reply([Continue(TALK, max_tokens=5, temperature=0.5, seed=3)])[0]
    prompt = model.chat.encode(TALK, "assistant").ids
    assert turn.logprobs == pytest.approx([row([*prompt, *turn.ids[:at]])[t] for at, t in enumerate(turn.ids)])


def test_tokens_that_end_within_a_character_are_not_lost(server, kind):
    """llama.cpp reports nothing for them: turns lost tokens, and were said to have ended by themselves."""
    if kind != "llama.cpp":
        pytest.skip("only llama.cpp reports by characters")
    asked = [Continue(TALK, max_tokens=6, temperature=1.0, seed=seed) for seed in range(4)]
    asked += [Score(TALK, "Yes, certainly."), ASK]
    plain = opened(server).reply(asked)
    server.broken = "characters"
    *turns, scored, choice = opened(server).reply(asked)
    for turn, before in zip(turns, plain, strict=False):
        assert (turn.ids, turn.stop) == (before.ids, before.stop)
        assert turn.logprobs == pytest.approx(before.logprobs)
        assert turn.stop == "length"
    assert scored.logprobs == pytest.approx(plain[-2].logprobs)
    assert choice.logprobs == pytest.approx(plain[-1].logprobs)


def test_the_fingerprint_knows_the_model_behind_the_port(server):
    model, same = opened(server), opened(server)
    assert model.fingerprint == same.fingerprint
    server.weights = 1
    assert opened(server).fingerprint != model.fingerprint
    server.faults = ["cut"]
    with pytest.raises(ServerError, match="another model answers"):
        model.reply([ASK])
    server.weights = 0
    assert opened(server).fingerprint == model.fingerprint


def test_few_requests_are_under_way_at_once(server):
    model = opened(server, together=3)
    server.most = 0
    model.reply([Choose(TALK.assistant(str(k)).user("So?"), {"A": "a", "B": "b"}) for k in range(12)])
    assert 1 <= server.most <= 3


def test_what_a_server_cannot_do_is_said_before_anything_is_asked(server):
    model, before = opened(server), len(server.asked)
    with pytest.raises(ValueError, match="no activations"):
        model.reply([Choose(TALK, {"A": "a", "B": "b"}, sites=("blocks.0.hook_resid_post",))])
    with pytest.raises(ValueError, match="no kl and js"):
        model.reply([Score(TALK, "So.", contexts=(TALK,), kl=True)])
    with pytest.raises(ValueError, match="activations"):
        Steered(model, np.ones(3), 1.0, "blocks.0.hook_resid_post")
    assert len(server.asked) == before


def test_options_of_the_server_are_set_there(server):
    with pytest.raises(probes.LoadError, match="needs the tokenizer"):
        probes.load_model(server.source)
    with pytest.raises(probes.LoadError, match="dtype of a model behind a server"):
        opened(server, dtype="float16")
    with pytest.raises(probes.LoadError, match="weights bring their own"):
        probes.load_model("tiny", tokenizer=server.folder)


def test_a_server_of_another_kind_is_named(server):
    server.kind = "else"
    with pytest.raises(probes.LoadError, match=r"neither vLLM .* nor llama\.cpp"):
        opened(server)


def test_a_reasoning_model_thinks_behind_a_server_too(server, tmp_path):
    tokenizer = tiny_tokenizer()
    tokenizer.add_tokens(["<think>", "</think>"])
    tokenizer.chat_template = made.THINKS
    tokenizer.save_pretrained(server.folder)
    server.tokenizer = tokenizer
    choice = opened(server, thinking=4, thoughts=3).reply([ASK])[0]
    assert len(choice.thoughts) == 3
    assert all(0 < thought["tokens"] <= 4 for thought in choice.thoughts)
    means = {label: np.mean([np.exp(thought["logprobs"][label]) for thought in choice.thoughts]) for label in "AB"}
    assert {label: np.exp(value) for label, value in choice.logprobs.items()} == pytest.approx(means)
