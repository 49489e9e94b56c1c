"""Conversations written for this project: several rounds, with what each round needs and how it can be checked.

`conversations()` reads every `*.jsonl` beside this file but `feedback.jsonl`, which `cases()` reads. A conversation's
`kind` is the file it lies in: `dependent` (later messages need the assistant's earlier replies), `self_contained`
(every message stands alone), `mixed`, `planted` (the first logged reply holds an error that the later ones inherit).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from probes.shared.conversations.nouns import Case, Conversation, Round
from probes.shared.conversations.turns import turn_type
from probes.shared.items.contexts import read_jsonl

__all__ = ["KINDS", "NEEDS", "Case", "Conversation", "Round", "cases", "chosen", "conversations", "from_messages"]

FOLDER = Path(__file__).parent
KINDS = tuple(sorted(path.stem for path in FOLDER.glob("*.jsonl") if path.stem != "feedback"))
NEEDS = ("nothing", "user", "assistant")


def conversations(kinds: Iterable[str] = KINDS) -> list[Conversation]:
    """The project's conversations of the kinds named, in the order of the files."""
    return [
        Conversation(line["id"], line["kind"], tuple(_round(item) for item in line["rounds"]), line["topic"])
        for kind in kinds
        for line in read_jsonl(FOLDER / f"{kind}.jsonl")
    ]


def chosen(kinds: Sequence[str] = KINDS, per_kind: int | None = None, data: str = "") -> list[Conversation]:
    """The project's conversations, at most so many of a kind; or, with `data` as `importer:path`, an imported set.

    Imported conversations need two rounds or more: in the first there is no past to edit. ValueError where none has.
    """
    if data:
        importer, _, path = data.partition(":")
        from probes.shared.datasets import SHELF  # its importers make conversations

        imported = [_conversation(item, importer) for item in SHELF[importer](path)]
        usable = [item for item in imported if len(item) > 1]
        if not usable:
            raise ValueError(f"none of the {len(imported)} items of {data} is a conversation of two answered rounds")
        return usable[:per_kind]
    return [item for kind in kinds for item in conversations([kind])[:per_kind]]


def cases() -> list[Case]:
    """The (prompt, reply, relevant feedback, unrelated follow-up) cases."""
    return [Case(**fields) for fields in read_jsonl(FOLDER / "feedback.jsonl")]


def from_messages(name: str, kind: str, messages: Sequence[Mapping[str, str]], topic: str = "") -> Conversation:
    """A conversation from role and content messages: pairs of user and assistant in order, turn types by rule.

    System messages and an unanswered last user message are left out; ValueError where the roles do not alternate.
    """
    spoken = [message for message in messages if message["role"] != "system"]
    spoken = spoken[: len(spoken) // 2 * 2]
    if any(message["role"] != role for message, role in zip(spoken, ("user", "assistant") * len(spoken), strict=False)):
        raise ValueError(f"{name}: user and assistant do not alternate")
    pairs = zip(spoken[::2], spoken[1::2], strict=True)
    so_far = ""
    rounds = []
    for user, assistant in pairs:
        rounds.append(Round(user["content"], assistant["content"], turn_type(user["content"], so_far)))
        so_far = f"{so_far} {user['content']} {assistant['content']}"
    return Conversation(name, kind, tuple(rounds), topic)


def _conversation(item: Any, importer: str) -> Conversation:
    """What an importer gives, as a conversation; a context, user first, up to its first missing reply."""
    if isinstance(item, Conversation):
        return item
    turns = list(takewhile(str.strip, item.turns))
    messages = [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(turns)]
    return from_messages(item.id, importer, messages, item.domain)


def _round(fields: dict[str, Any]) -> Round:
    return Round(**{**fields, "answers": tuple(fields.get("answers", ()))})
