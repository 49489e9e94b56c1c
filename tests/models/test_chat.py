"""Rendering: parity with the tokenizer's own template, spans, open turns, and text that tries to become control."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.core.transcript import Transcript
from probes.models.chat import ChatFormat, TemplateError
from probes.models.scaffold import FORMS, messages
from probes.models.tiny import SPECIAL, tiny_tokenizer

TOKENIZER = tiny_tokenizer()
CHAT = ChatFormat(TOKENIZER)
NO_SYSTEM = ("mistral", "gemma1", "drops the system turn")

# Forms of templates, written for these tests after what the families do.
_TURNS = "{% for m in messages %}"
FAMILIES = {
    "chatml": TOKENIZER.chat_template,
    "llama2": (
        "{% if messages[0].role == 'system' %}{% set sys = '<<SYS>>\\n' + messages[0].content + '\\n<</SYS>>\\n\\n' %}"
        "{% set turns = messages[1:] %}{% else %}{% set sys = '' %}{% set turns = messages %}{% endif %}"
        "{% for m in turns %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
        "{{ raise_exception('roles must alternate') }}{% endif %}"
        "{% set said = (sys + m.content) if loop.first else m.content %}"
        "{% if m.role == 'user' %}<|im_start|>[INST] {{ said | trim }} [/INST]"
        "{% else %} {{ m.content | trim }} <|im_end|>{% endif %}{% endfor %}"
    ),
    "mistral": (
        "{% if messages[0].role == 'system' %}{{ raise_exception('no system turns here') }}{% endif %}"
        "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
        "{{ raise_exception('roles must alternate') }}{% endif %}"
        "{% if m.role == 'user' %}[INST] {{ m.content }}[/INST]{% else %} {{ m.content | trim }}<|im_end|>{% endif %}"
        "{% endfor %}"
    ),
    "gemma1": (
        "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
        "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
        "{{ raise_exception('roles must alternate') }}{% endif %}"
        "<|im_start|>{{ 'model' if m.role == 'assistant' else m.role }}\n{{ m.content | trim }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>model\n{% endif %}"
    ),
    "gemma3": (
        "{% set first = '' %}{% set turns = messages %}{% if messages[0].role == 'system' %}"
        "{% set first = messages[0].content + '\\n\\n' %}{% set turns = messages[1:] %}{% endif %}"
        "{% for m in turns %}<|im_start|>{{ 'model' if m.role == 'assistant' else m.role }}\n"
        "{{ first if loop.first else '' }}{{ m.content | trim }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>model\n{% endif %}"
    ),
    "llama3": (
        _TURNS + "<|im_start|>{{ m.role }}\n\n{{ m.content | trim }}<|im_end|>{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n\n{% endif %}"
    ),
    "trims left": (
        _TURNS + "<|im_start|>{{ m.role }}\n{{ m.content.lstrip() }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    ),
    "phi3": (
        _TURNS + "<|{{ m.role }}|>\n{{ m.content }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>\n{% else %}<|endoftext|>{% endif %}"
    ),
    "zephyr": (
        _TURNS + "{% if m.role == 'user' %}<|user|>\n{{ m.content }}<|im_end|>{% elif m.role == 'system' %}<|system|>\n"
        "{{ m.content }}<|im_end|>{% else %}<|assistant|>\n{{ m.content }}<|im_end|>{% endif %}\n{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
    ),
    "drops the system turn": (
        "{% for m in messages if m.role != 'system' %}<|im_start|>{{ m.role }} {{ m.content }}<|im_end|>{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant {% endif %}"
    ),
    "deepseek": (
        "{% for m in messages %}{% if m.role == 'user' %}<|User|>{{ m.content }}{% elif m.role == 'system' %}"
        "{{ m.content }}{% else %}<|Assistant|>{{ m.content.split('</think>')[-1] }}<|im_end|>{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}<|Assistant|>{% endif %}"
    ),
    "qwen3": (  # an empty thought before an answer after the last user turn, none before earlier ones
        "{% set at = namespace(user=-1) %}"
        "{% for m in messages if m.role == 'user' %}{% set at.user = messages.index(m) %}{% endfor %}"
        + _TURNS
        + "<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}"
        "{% if loop.index0 > at.user and loop.last %}<think>\n\n</think>\n\n{% endif %}"
        "{{ m.content.split('</think>')[-1].lstrip('\n') }}{% else %}{{ m.content }}{% endif %}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n"
        "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
    ),
    "smollm3": (  # a system turn in any case, with the date, and what was said in it further down
        "{% set own = messages[0].content if messages[0].role == 'system' else 'You are kind.' %}"
        "<|im_start|>system\nToday: {{ strftime_now('%d %B %Y') }}\n\n{{ own | trim }}\n\n<|im_end|>\n"
        "{% for m in messages if m.role != 'system' %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}"
        "<think>\n\n</think>\n{{ m.content.lstrip('\n') }}{% else %}{{ m.content }}{% endif %}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n\n</think>\n{% endif %}"
    ),
    "harmony": (
        _TURNS + "<|im_start|>{{ 'developer' if m.role == 'system' else m.role }}"
        "{% if m.role == 'assistant' %}<|channel|>final{% endif %}<|message|>{{ m.content }}<|im_end|>{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant{% endif %}"
    ),
    "vicuna": (
        _TURNS + "{% if m.role == 'system' %}{{ m.content }} {% elif m.role == 'user' %}USER: {{ m.content }} "
        "{% else %}ASSISTANT: {{ m.content }}<|im_end|>{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}ASSISTANT:{% endif %}"
    ),
    "alpaca": (
        _TURNS + "{% if m.role == 'system' %}{{ m.content }}\n\n{% elif m.role == 'user' %}### Instruction:\n"
        "{{ m.content | trim }}\n\n{% else %}### Response:\n{{ m.content | trim }}<|im_end|>\n\n{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}### Response:\n{% endif %}"
    ),
}


def other(template: str) -> ChatFormat:
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = template
    return ChatFormat(tokenizer, {"enable_thinking": False})


TALKS = [
    Transcript().user("hi"),
    Transcript().system("Be  brief.").user("two\n\nlines ").assistant(" Yes."),
    Transcript().user("a").assistant("b").user("\nc").assistant("d\n"),
]


SHAPES = [
    *TALKS,
    Transcript().user(" hi\n").assistant("\tYes. "),
    Transcript().system("Be brief. ").user("two\n\nlines").assistant(" Yes.").user(" and \n").assistant("no"),
    Transcript().user("zq7x0x7qz").assistant("assistant user"),
]


@pytest.mark.parametrize("talk", SHAPES)
@pytest.mark.parametrize("family", FAMILIES)
def test_same_ids_as_the_tokenizers_own_template(talk, family):
    """Closed, with an open assistant turn and with an open user turn, on texts that templates trim."""
    chat = other(FAMILIES[family])
    form = chat._answering.shape(tuple(turn.role for turn in talk), None).form
    assert form == ("folded" if talk.turns[0].role == "system" and family in NO_SYSTEM else "")
    told = messages([turn.role for turn in talk], [turn.text for turn in talk], form)

    def theirs(told, generation):
        given = {"add_generation_prompt": generation, **chat.options}
        return list(chat.tokenizer.apply_chat_template(told, **given)["input_ids"])

    assert list(chat.encode(talk).ids) == theirs(told, False)
    if talk.turns[-1].role == "user":
        whole = theirs([*told, {"role": "assistant", "content": "Sure"}], False)
        opened, prompt = list(chat.encode(talk, "assistant").ids), theirs(told, True)
        assert opened[: len(prompt)] == prompt
        assert opened in (prompt, whole[: len(opened)]), "nothing more than what leads up to an answer"
        begun = list(chat.encode(talk, "assistant", "Sure").ids)
        assert begun == whole[: len(begun)]
    else:
        whole = theirs([*told, {"role": "user", "content": "next"}], False)
        begun = list(chat.encode(talk, "user", "next").ids)
        assert begun == whole[: len(begun)]
        opened = list(chat.encode(talk, "user").ids)
        assert opened == whole[: len(opened)]


@pytest.mark.parametrize("family", FAMILIES)
def test_spans_are_the_texts_in_every_family(family):
    talk = SHAPES[4]
    chat = other(FAMILIES[family])
    encoded = chat.encode(talk, "user")
    for turn, (begin, end) in zip(talk, encoded.spans, strict=True):
        assert chat.tokenizer.decode(encoded.ids[begin:end]).strip() == turn.text.strip()
    assert chat.changes == ([FORMS["folded"]] if family in NO_SYSTEM else [])


def test_turns_of_one_role_are_merged_where_a_template_insists_on_alternation():
    talk = Transcript().user("a").user("b")
    assert other(FAMILIES["chatml"]).changes == []
    chat = other(FAMILIES["gemma1"])
    assert chat.encode(talk, "assistant").ids == chat.encode(Transcript().user("a\n\nb"), "assistant").ids
    assert chat.changes == [FORMS["merged"]]


def test_a_text_without_its_thought_is_followed():
    chat = other(FAMILIES["deepseek"])
    talk = Transcript().user("q").assistant("<think>\nhm\n</think>\n\nYes.").user("more")
    encoded = chat.encode(talk, "assistant")
    assert "hm" not in chat.tokenizer.decode(encoded.ids)
    assert chat.tokenizer.decode(encoded.ids[slice(*encoded.spans[1])]).strip() == "Yes."


def test_line_breaks_in_an_added_vocabulary_are_text():
    """Gemma's tokenizer adds them, and its template writes them."""
    tokenizer = tiny_tokenizer()
    tokenizer.add_tokens(["\n", "\n\n", "  "])
    chat = ChatFormat(tokenizer)
    encoded = chat.encode(Transcript().user("two\nlines\n\nand  more"), "assistant")
    assert tokenizer.decode(encoded.ids[slice(*encoded.spans[0])]) == "two\nlines\n\nand  more"
    assert "\n" not in chat.controls


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
    bare = tiny_tokenizer()
    bare.chat_template = None
    with pytest.raises(TemplateError, match="template='plain'"):
        ChatFormat(bare)
    with pytest.raises(TemplateError, match="empty transcript"):
        CHAT.encode(Transcript())
    whispering = other(TOKENIZER.chat_template.replace("message['content']", "message['content'] | lower"))
    with pytest.raises(TemplateError, match="cannot be followed"):
        whispering.encode(Transcript().user("LOUD"), "assistant")
    with pytest.raises(TemplateError, match="alternate"):
        other(FAMILIES["mistral"]).encode(Transcript().assistant("I begin").user("b"), "assistant")


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
    for again in (2, 2, 4):  # in use, or used last: still there when others have come
        chat.encode(talks[again], "assistant")
    before = len(cut)
    chat.encode(talks[0], "assistant")
    chat.encode(talks[2], "assistant")
    assert len(cut) == before + 1
