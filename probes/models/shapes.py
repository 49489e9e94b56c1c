"""The shapes of transcript that probes ask about, and what a chat template makes of them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from probes.core.transcript import Transcript
from probes.models.asking import Asking
from probes.models.chat import ChatFormat, TemplateError
from probes.models.scaffold import messages

_ASK = Transcript().user("Is seven larger than three?\n\nAnswer A or B. ")
_TALK = _ASK.assistant(" Yes, by four.\n").user("And is nine larger than ten?")
SHAPES: dict[str, tuple[Transcript, str | None, str]] = {
    "one turn": (_ASK, "assistant", ""),
    "two exchanges": (_TALK, "assistant", ""),
    "system turn": (_TALK.under("You are brief.\nYou are kind."), "assistant", ""),
    "prefill": (_TALK, "assistant", "Answer:"),
    "open user turn": (_TALK.assistant("No."), "user", ""),
    "open user turn, system": (_ASK.assistant("Yes.").under("You are brief."), "user", ""),
    "closed": (_TALK.assistant("No."), None, ""),
}
"""Every shape of transcript that probes ask about: turns, whose turn is open, what it begins with."""


def changes(chat: ChatFormat) -> list[str]:
    """What this template needs changed about turns, in words; what it refuses is said when it is asked."""
    for talk, open_role, prefill in SHAPES.values():
        with suppress(TemplateError):
            chat.encode(talk, open_role, prefill)
    return chat.changes


def shape(model: Asking, talk: Transcript, open_role: str | None, prefill: str) -> tuple[Any, dict[str, Any]]:
    """(our ids, whether the tokenizer's own template gives the same). What it refuses is refused by us, in words."""
    chat = model.chat
    try:
        ours = chat.encode(talk, open_role, prefill).ids
    except TemplateError as error:
        return (), {"passed": None, "reason": str(error)}
    last = [(open_role, prefill or "Well")] if open_role else []
    turns = [*((turn.role, turn.text) for turn in talk), *last]
    form = chat.form(talk, open_role)
    told = messages([role for role, _ in turns], [text for _, text in turns], form)
    theirs = model.tokenizer.apply_chat_template(told, tokenize=True, return_dict=True, **chat.options)["input_ids"]
    begun = chat.encode(talk, open_role, prefill or "Well").ids if open_role else ours
    same = list(begun) == list(theirs[: len(begun)])
    if open_role == "assistant" and not same:  # templates may open an answer otherwise than they show it later
        told = messages([turn.role for turn in talk], [turn.text for turn in talk], form)
        theirs = model.tokenizer.apply_chat_template(
            told, add_generation_prompt=True, tokenize=True, return_dict=True, **chat.options
        )["input_ids"]
        bare = chat.encode(talk, open_role).ids
        same = list(theirs) == list(bare[: len(theirs)])
    return ours, {"passed": same, "tokens": len(ours)}
