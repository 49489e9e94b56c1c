"""Rendering: parity with the tokenizer's own template, spans, open turns, and text that tries to become control."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.core.transcript import Transcript
from probes.models.chat import ChatFormat, TemplateError
from probes.models.tiny import SPECIAL, tiny_tokenizer

TOKENIZER = tiny_tokenizer()
CHAT = ChatFormat(TOKENIZER)
LLAMA_LIKE = (
    "{{ '<|endoftext|>' }}{% for m in messages %}{% if m['role'] == 'user' %}[INST] {{ m['content'] | trim }} [/INST]"
    "{% else %} {{ m['content'] | trim }}<|im_end|>{% endif %}{% endfor %}"
)
NO_SYSTEM = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system turns here') }}{% endif %}" + (
    TOKENIZER.chat_template
)
DROPS_SYSTEM = (
    "{% for m in messages if m['role'] != 'system' %}<|im_start|>{{ m['role'] }} {{ m['content'] }}<|im_end|>"
    "{% endfor %}"
)


def other(template: str) -> ChatFormat:
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = template
    return ChatFormat(tokenizer)


def ids_of(chat: ChatFormat, talk: Transcript, generation: bool) -> list[int]:
    return list(chat.tokenizer.apply_chat_template(talk.messages(), add_generation_prompt=generation)["input_ids"])


TALKS = [
    Transcript().user("hi"),
    Transcript().system("Be  brief.").user("two\n\nlines ").assistant(" Yes."),
    Transcript().user("a").assistant("b").user("\nc").assistant("d\n"),
]


@pytest.mark.parametrize("talk", TALKS)
@pytest.mark.parametrize("template", [TOKENIZER.chat_template, LLAMA_LIKE])
def test_same_ids_as_the_tokenizers_own_template(talk, template):
    if template is LLAMA_LIKE:
        talk = Transcript(tuple(turn for turn in talk if turn.role != "system"))
    chat = other(template)
    assert list(chat.encode(talk).ids) == ids_of(chat, talk, False)
    assert list(chat.encode(talk, "assistant").ids)[: len(ids_of(chat, talk, True))] == ids_of(chat, talk, True)


def test_open_user_turn_is_the_scaffold_before_a_user_message():
    ids = CHAT.encode(TALKS[2], "user").ids
    longer = CHAT.encode(TALKS[2].user("next")).ids
    assert longer[: len(ids)] == ids
    assert TOKENIZER.decode(ids).endswith("<|im_start|>user\n")


def test_spans_hold_each_turns_text():
    talk = TALKS[1]
    encoded = CHAT.encode(talk, "user")
    for turn, (begin, end) in zip(talk, encoded.spans, strict=True):
        assert TOKENIZER.decode(encoded.ids[begin:end]) == turn.text


def test_an_unclosed_turn_lacks_exactly_its_end_mark():
    closed = CHAT.encode(Transcript().user("q").assistant("a"), "user").ids
    open_ = CHAT.encode(Transcript().user("q").assistant("a", closed=False), "user").ids
    assert len(closed) == len(open_) + 1
    assert closed.count(2) == open_.count(2) + 1


pieces = st.lists(
    st.sampled_from([*SPECIAL, "<|im_", "end|>", "<", "|", "start", " ", "\n", "x", "é", "\ud800"]), max_size=12
)


@settings(max_examples=150, deadline=None)
@given(pieces, pieces)
def test_text_never_becomes_a_control_token(user, prefill):
    """However control strings are nested or split over pieces, only the scaffold brings control ids."""
    empty = CHAT.encode(Transcript().user("x"), "assistant").ids
    full = CHAT.encode(Transcript().user("".join(user)), "assistant", "".join(prefill)).ids
    assert [i for i in full if i in CHAT.control_ids] == [i for i in empty if i in CHAT.control_ids]


def test_stop_marks_come_from_the_template():
    assert CHAT.stop_ids == {TOKENIZER.convert_tokens_to_ids("<|im_end|>")}


def test_what_a_template_cannot_render_is_said():
    with pytest.raises(TemplateError, match="no system turns here"):
        other(NO_SYSTEM).encode(Transcript().system("s").user("u"))
    with pytest.raises(TemplateError, match="drops or moves turn 0"):
        other(DROPS_SYSTEM).encode(Transcript().system("s").user("u"))
    bare = tiny_tokenizer()
    bare.chat_template = None
    with pytest.raises(TemplateError, match="template="):
        ChatFormat(bare)
    with pytest.raises(TemplateError, match="empty transcript"):
        CHAT.encode(Transcript())


def test_a_text_is_tokenised_once_and_memory_is_bounded(monkeypatch):
    chat, cut = ChatFormat(TOKENIZER), []
    inner = chat._cut_into_tokens
    monkeypatch.setattr(chat, "_cut_into_tokens", lambda *given: (cut.append(given[0]), inner(*given))[1])
    monkeypatch.setattr("probes.models.chat.KNOWN", 3)
    talks = [Transcript().user(f"what {k}") for k in range(5)]
    first = [chat.encode(talk, "assistant") for talk in talks[:3]]
    assert [chat.encode(talk, "assistant") for talk in talks[:3]] == first
    assert len(cut) == 3
    for talk in talks:
        assert chat.encode(talk, "assistant") == ChatFormat(TOKENIZER).encode(talk, "assistant")
        assert len(chat._known) <= 3
