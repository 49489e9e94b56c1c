"""Thinking models: what later turns see is what the template leaves of a think block, and the thought is recorded."""

from __future__ import annotations

import pytest

import probes
from probes.core.transcript import Transcript
from probes.models.chat import ChatFormat
from probes.models.tiny import tiny_tokenizer
from probes.shared.thinking import split

# Written for this test after how thinking models of the Qwen3 kind behave: a thought stays in answers to the newest
# query, is left out of all earlier ones, and an empty block opens the answer where thinking is switched off.
TEMPLATE = """
{%- set seen = namespace(query=-1) -%}
{%- for m in messages if m['role'] == 'user' -%}{%- set seen.query = messages.index(m) -%}{%- endfor -%}
{%- for m in messages -%}
{%- set said = m['content'].split('</think>')[-1].lstrip('\\n') if m['role'] == 'assistant' else m['content'] -%}
{{- '<|im_start|>' + m['role'] + '\\n' -}}
{%- if m['role'] == 'assistant' and loop.index0 > seen.query -%}
{{- '<think>\\n' + m['content'].split('</think>')[0].split('<think>')[-1].strip('\\n') + '\\n</think>\\n\\n' -}}
{%- endif -%}
{{- said + '<|im_end|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- '<|im_start|>assistant\\n' -}}
{%- if enable_thinking is defined and enable_thinking is false -%}{{- '<think>\\n\\n</think>\\n\\n' -}}{%- endif -%}
{%- endif -%}
"""
THOUGHT = "<think>\nSeven and five make twelve.\n</think>\n\nIt is 12 in total."


def format_of(**options: object) -> ChatFormat:
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = TEMPLATE
    return ChatFormat(tokenizer, options)


@pytest.mark.parametrize(
    ("text", "thought", "answer"),
    [
        (THOUGHT, "Seven and five make twelve.", "It is 12 in total."),
        ("a block the template opened\n</think>\nYes.", "a block the template opened", "Yes."),
        ("<think>\nnever ends", "never ends", ""),
        ("<think>\n\n</think>\n\nYes.", "", "Yes."),
        ("No block at all. 1 < 2", "", "No block at all. 1 < 2"),
    ],
)
def test_thought_and_answer_are_told_apart(text, thought, answer):
    assert split(text) == (thought, answer)


def test_open_user_turn_sees_what_the_template_leaves_of_the_thought():
    """Our prompt, made from the answer alone, has the ids the template gives to the whole reply before a user turn."""
    chat, asked = format_of(enable_thinking=True), Transcript().user("What is 7 + 5?")
    ours = chat.encode(asked.assistant(split(THOUGHT)[1]), "user").ids
    whole = [*asked.messages(), {"role": "assistant", "content": THOUGHT}, {"role": "user", "content": "Why?"}]
    theirs = chat.tokenizer.apply_chat_template(whole, enable_thinking=True)["input_ids"]
    assert list(ours) == list(theirs)[: len(ours)]
    assert chat.tokenizer.decode(list(theirs)[len(ours) :]).startswith("Why?")
    assert "<think>" not in chat.tokenizer.decode(ours)


def test_switched_off_thinking_opens_the_answer_with_the_templates_empty_block():
    chat, asked = format_of(enable_thinking=False), Transcript().user("What is 7 + 5?")
    assert chat.tokenizer.decode(chat.encode(asked, "assistant").ids).endswith("<think>\n\n</think>\n\n")
    assert chat.tokenizer.decode(chat.encode(asked.assistant("12."), "user").ids).endswith("<|im_start|>user\n")


def thinks(question) -> str:
    """Reasons, then answers; as user, asks about whatever the last turn it is shown begins with."""
    if getattr(question, "role", "") != "user":
        return THOUGHT
    return "Why do you say " + " ".join(question.transcript.turns[-1].text.split()[:4]) + "?"


def test_thoughts_are_recorded_and_no_user_turn_sees_them():
    table = probes.run(probes.suite["user_turn"](domains=("maths",), per_domain=3), probes.ScriptedModel(thinks))
    assert set(table["thought"]) == {"Seven and five make twelve."}
    assert set(table["answer"]) == {"It is 12 in total."}
    said = table[(table["measure"] == "follow_up") & (table["perturbation"] == "none")]
    assert set(said["text"]) == {"Why do you say It is 12 in?"}


def test_a_thought_that_never_ends_leaves_nothing_to_react_to():
    model = probes.ScriptedModel(lambda question: "<think> one two three")
    table = probes.run(probes.suite["user_turn"](domains=("maths",), per_domain=2, grounding=2), model)
    assert set(table["status"]) == {"truncated"}
    assert set(table["thought"]) == {"one two three"}


def test_a_thinking_template_runs_through_the_engine(tmp_path):
    path = tmp_path / "thinking.jinja"
    path.write_text(TEMPLATE, encoding="utf-8")
    model = probes.load_model("tiny", template=str(path), template_options={"enable_thinking": True}, check=False)
    probe = probes.suite["user_turn"](per_domain=1, temperatures=(0.0,), answer_tokens=8, turn_tokens=8)
    table = probes.run(probe, model)
    assert "error" not in set(table["status"])
    assert table["thought"].notna().all()
