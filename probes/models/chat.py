"""Chat templates: transcripts to token ids, with the span of every turn and no way for text to become control.

A transcript is rendered once with sentinels in place of the texts; the pieces between them are the scaffold. An open
turn is the scaffold before a sentinel turn. Texts are put back, and where a text spells a control token it is broken
up before tokenisation, so that only the scaffold can bring control tokens.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from probes.core.transcript import Transcript, Turn

_PAD = "\t \t"
"""White space put around sentinels: a template that trims its contents removes it, and so must we."""

KNOWN = 16384
"""Tokenised texts that are remembered, 25 MB at 300 tokens each: a run tokenises for its keys, then to ask."""
Spans = tuple[tuple[int, int], ...]


class TemplateError(ValueError):
    """The model's chat template cannot render what a question needs."""


@dataclass(frozen=True)
class Encoded:
    """Token ids of a transcript with an open turn; `spans` are [start, stop) positions of each turn's text."""

    ids: tuple[int, ...]
    spans: Spans


@dataclass(frozen=True)
class _Scaffold:
    pieces: tuple[str, ...]
    trims: tuple[bool, ...]


def _sentinel(index: int) -> str:
    return f"zq7x{index}x7qz"


def clean(text: str) -> str:
    """Text a tokenizer accepts: lone surrogates become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class ChatFormat:
    """Renders transcripts with a tokenizer's chat template. `options` go to the template and into the record."""

    def __init__(self, tokenizer: Any, options: dict[str, Any] | None = None) -> None:
        if not getattr(tokenizer, "chat_template", None):
            raise TemplateError(
                "the tokenizer has no chat template; pass one: load_model(source, template='path/to/template.jinja')"
            )
        if not getattr(tokenizer, "is_fast", False):
            raise TemplateError("the tokenizer has no fast (tokenizers) form, so spans of turns cannot be located")
        self.tokenizer = tokenizer
        self.options = dict(options or {})
        self._known: dict[bytes, tuple[array[int], Spans]] = {}
        special = {str(token) for token in tokenizer.added_tokens_decoder.values() if token.special}
        scaffold = "".join(self._scaffold(("user", "assistant"), "user").pieces)
        special |= {text for text in tokenizer.get_added_vocab() if text in scaffold}
        self.controls = frozenset(special)
        self.control_ids = frozenset(tokenizer.convert_tokens_to_ids(sorted(special)))
        self._control = re.compile("|".join(map(re.escape, sorted(special, key=len, reverse=True))) or r"(?!)")

    @lru_cache(maxsize=4096)  # noqa: B019 - one format lives as long as its model
    def _scaffold(self, roles: tuple[str, ...], open_role: str | None) -> _Scaffold:
        messages = [{"role": role, "content": _PAD + _sentinel(k) + _PAD} for k, role in enumerate(roles)]
        generation = open_role == "assistant"
        if open_role and not generation:
            messages.append({"role": open_role, "content": _PAD + _sentinel(len(roles)) + _PAD})
        text = self._render(messages, generation)
        if generation and text == self._render(messages, False):
            messages.append({"role": "assistant", "content": _PAD + _sentinel(len(roles)) + _PAD})
            text, generation = self._render(messages, False), False
        pieces, trims = self._cut(text, [message["role"] for message in messages])
        if open_role and not generation:
            pieces, trims = pieces[:-1], trims[:-1]
        return _Scaffold(tuple(pieces), tuple(trims))

    def _cut(self, text: str, roles: list[str]) -> tuple[list[str], list[bool]]:
        pieces, trims, rest = [], [], text
        for index, role in enumerate(roles):
            before, found, rest = rest.partition(_sentinel(index))
            if not found:
                raise TemplateError(f"the chat template drops or moves turn {index} ({role}) of {'/'.join(roles)}")
            kept = before.endswith(_PAD) and rest.startswith(_PAD)
            pieces.append(before.removesuffix(_PAD) if kept else before)
            rest = rest.removeprefix(_PAD) if kept else rest
            trims.append(not kept)
        return [*pieces, rest], trims

    def _render(self, messages: list[dict[str, str]], generation: bool) -> str:
        try:
            return str(
                self.tokenizer.apply_chat_template(
                    messages, tokenize=False, add_generation_prompt=generation, **self.options
                )
            )
        except Exception as error:  # templates raise what they like
            shape = "/".join(message["role"] for message in messages)
            raise TemplateError(f"the chat template refuses the turns {shape}: {error}") from error

    def encode(self, transcript: Transcript, open_role: str | None = None, prefill: str = "") -> Encoded:
        """Ids of a transcript; with `open_role`, up to and including the opening of that role's turn and `prefill`."""
        turns = transcript.turns
        if not turns and open_role is None:
            raise TemplateError("an empty transcript with no open turn has no tokens")
        scaffold = self._scaffold(tuple(turn.role for turn in turns), open_role)
        text, breaks, chars = scaffold.pieces[0], [], []
        for index, (turn, after) in enumerate(zip(turns, scaffold.pieces[1:], strict=True)):
            content = clean(turn.text.strip() if scaffold.trims[index] else turn.text)
            breaks += [len(text) + cut for cut in self._cuts(content)]
            chars.append((len(text), len(text) + len(content)))
            text += content + self._after(turn, after)
        breaks += [len(text) + cut for cut in self._cuts(clean(prefill))]
        return self._tokenise(text + clean(prefill), breaks, chars)

    def _cuts(self, content: str) -> list[int]:
        """Offsets that break up every control string in a text, one character after each begins."""
        cuts, match = [], self._control.search(content)
        while match:
            cuts.append(match.start() + 1)
            match = self._control.search(content, match.start() + 1)
        return cuts

    def _after(self, turn: Turn, piece: str) -> str:
        if turn.closed:
            return piece
        mark = self._control.search(piece)
        if not mark:
            raise TemplateError(f"the chat template has no end-of-turn mark to leave out after a {turn.role} turn")
        return piece[: mark.start()] + piece[mark.end() :]

    def _tokenise(self, text: str, breaks: list[int], chars: list[tuple[int, int]]) -> Encoded:
        key = hashlib.blake2b(repr((text, breaks, chars)).encode("utf-8", "backslashreplace"), digest_size=16).digest()
        if key not in self._known:
            if len(self._known) >= KNOWN:
                self._known.clear()
            found = self._cut_into_tokens(text, breaks, chars)
            self._known[key] = (array("I", found.ids), found.spans)
            return found
        ids, spans = self._known[key]
        return Encoded(tuple(ids), spans)

    def _cut_into_tokens(self, text: str, breaks: list[int], chars: list[tuple[int, int]]) -> Encoded:
        ids: list[int] = []
        starts: list[int] = []
        stops: list[int] = []
        edges = [0, *breaks, len(text)]
        for begin, end in pairwise(edges):
            part = self.tokenizer(text[begin:end], add_special_tokens=False, return_offsets_mapping=True)
            ids += part["input_ids"]
            starts += [begin + offset[0] for offset in part["offset_mapping"]]
            stops += [begin + offset[1] for offset in part["offset_mapping"]]
        spans = tuple(_span(starts, stops, begin, end) for begin, end in chars)
        for begin, end in spans:
            if self.control_ids & set(ids[begin:end]):
                raise TemplateError("text inside a turn became a control token; please report this tokenizer")
        return Encoded(tuple(ids), spans)

    @property
    def stop_ids(self) -> frozenset[int]:
        """The marks with which the template ends an assistant or a user turn."""
        pieces = self._scaffold(("user", "assistant"), "user").pieces
        marks = [self._control.search(piece) for piece in pieces[1:]]
        return frozenset(self.tokenizer.convert_tokens_to_ids(mark.group()) for mark in marks if mark)


def _span(starts: list[int], stops: list[int], begin: int, end: int) -> tuple[int, int]:
    """Positions of the tokens that overlap the characters [begin, end)."""
    inside = [k for k, (start, stop) in enumerate(zip(starts, stops, strict=True)) if start < end and stop > begin]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)
