"""Conversations in other people's formats, read into contexts: role names differ, some do not alternate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from probes.shared.items.contexts import Context

ROLES = {"human": "user", "prompter": "user", "gpt": "assistant", "bot": "assistant", "model": "assistant",
         "developer": "system"}  # fmt: skip


def context(name: str, domain: str, messages: Iterable[Any], left_out: Counter[str] | None = None) -> Context | None:
    """A context from messages (`role`/`content`, `from`/`value` or `role`/`text`), None where it cannot be one.

    A leading system or developer message is kept as such. Of content in parts the text parts are kept. Turns must
    alternate and begin with the user; what follows the first break is left out, since nobody can say to what it reacts.

    Parameters
    ----------
    left_out : takes the number of messages and of content parts that were left out.
    """
    counted = Counter[str]() if left_out is None else left_out
    system, turns = "", list[str]()
    listed = list(messages)
    for place, message in enumerate(listed):
        role, text = role_of(message), text_of(message, counted)
        if role == "system" and not turns and not system and text.strip():
            system = text
        elif text.strip() and role == ("assistant" if len(turns) % 2 else "user"):
            turns.append(text)
        else:
            counted["messages after one that breaks the alternation"] += len(listed) - place
            break
    return Context(name, domain, tuple(turns), system=system) if turns else None


def taking_turns(spoken: Iterable[tuple[str, str]], left_out: Counter[str]) -> list[dict[str, str]]:
    """Messages that alternate and begin with the user, from (role, text) as people write: several in a row become one.

    Parameters
    ----------
    left_out : takes the number of turns before the user's first, which answer nothing that is known.
    """
    turns: list[dict[str, str]] = []
    for role, text in spoken:
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += f"\n{text}"
        elif turns or role == "user":
            turns.append({"role": role, "content": text})
        else:
            left_out["turns before the user's first"] += 1
    return turns


def role_of(message: Any) -> str:
    """`user`, `assistant`, `system`, or what else the message says; empty where it says nothing."""
    role = str(message.get("role", message.get("from", ""))).lower() if isinstance(message, Mapping) else ""
    return ROLES.get(role, role)


def text_of(message: Any, left_out: Counter[str]) -> str:
    """The text of a message, its text parts joined by line breaks; empty where it has none."""
    if not isinstance(message, Mapping):
        return ""
    content = message.get("content", message.get("value", message.get("text")))
    if not isinstance(content, list):
        return content if isinstance(content, str) else ""
    texts = [part["text"] for part in content if isinstance(part, Mapping) and isinstance(part.get("text"), str)]
    left_out["content parts that are not text"] += len(content) - len(texts)
    return "\n".join(texts)
