"""Transcripts to token ids, with the span of every turn and no way for text to become control.

`scaffold` renders them; where a text spells a control token it is broken up before tokenisation, so that only the
template can bring control tokens.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from probes.core.transcript import Transcript
from probes.models.scaffold import Scaffold, TemplateError

__all__ = ["ChatFormat", "Encoded", "TemplateError"]

KNOWN = 16384
"""Tokenised texts that are remembered, 25 MB at 300 tokens each: a run tokenises for its keys, then to ask."""
BRACKETS = ("[THINK]", "[/THINK]")
CHANNELS = ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>")
"""What opens and closes a thought, in templates of channels and in those that write it in brackets."""
_TAG = re.compile(r"</([\w:]*th(?:ink|ought)[\w:]*)>")
"""What closes it in all others, by whatever name: `think`, `thought`, `seed:think`."""
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Encoded:
    """Token ids of a transcript with an open turn; `spans` are [start, stop) positions of each turn's text.

    `lead` is white space that a text in the open turn begins with; it is in the ids only where a prefill follows it.
    """

    ids: tuple[int, ...]
    spans: Spans
    lead: str = ""


def clean(text: str) -> str:
    """Text a tokenizer accepts: lone surrogates become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class ChatFormat:
    """Renders transcripts with a tokenizer's chat template. `options` go to the template and into the record."""

    def __init__(self, tokenizer: Any, options: Mapping[str, Any] | None = None) -> None:
        if not getattr(tokenizer, "chat_template", None):
            raise TemplateError(
                "the tokenizer has no chat template, as base models have none: take template='plain' for ours, "
                "or pass one: load_model(source, template='path/to/template.jinja')"
            )
        if not getattr(tokenizer, "is_fast", False):
            raise TemplateError("the tokenizer has no fast (tokenizers) form, so spans of turns cannot be located")
        self.tokenizer = tokenizer
        self.options = dict(options or {})
        self._answering = Scaffold(tokenizer, self.options)
        self._thinking = Scaffold(tokenizer, {**self.options, "enable_thinking": True})
        self._known: dict[bytes, tuple[array[int], Spans, str]] = {}
        self.thought = _thought(tokenizer)
        special = {str(token) for token in tokenizer.added_tokens_decoder.values() if token.special}
        pieces = "".join(self._pieces())
        special |= {text for text in tokenizer.get_added_vocab() if text in pieces and not _plain(text)}
        self.controls = frozenset(special)
        self.control_ids = frozenset(tokenizer.convert_tokens_to_ids(sorted(special)))
        self._control = re.compile("|".join(map(re.escape, sorted(special, key=len, reverse=True))) or r"(?!)")

    @property
    def changes(self) -> list[str]:
        """What had to be changed about turns for this template so far, in words."""
        return sorted(self._answering.changes | self._thinking.changes)

    def form(self, transcript: Transcript, open_role: str | None = None) -> str:
        """How the turns are given to the template: a key of `scaffold.FORMS`."""
        return self._answering.shape(tuple(turn.role for turn in transcript), open_role).form

    def _pieces(self) -> tuple[str, ...]:
        return self._answering.shape(("user", "assistant"), "user").pieces

    def encode(
        self, transcript: Transcript, open_role: str | None = None, prefill: str = "", thinking: bool = False
    ) -> Encoded:
        """Ids of a transcript; with `open_role`, up to and including the opening of that role's turn and `prefill`.

        thinking: open the thought before an assistant's answer; else an answer begins after an empty thought, in
        models that think.
        """
        if not transcript.turns and open_role is None:
            raise TemplateError("an empty transcript with no open turn has no tokens")
        form = (transcript.turns, open_role, prefill, thinking)
        key = hashlib.blake2b(repr(form).encode("utf-8", "backslashreplace"), digest_size=16).digest()
        known = self._known.pop(key, None)
        if known is None:
            if len(self._known) >= KNOWN:
                del self._known[next(iter(self._known))]  # least recently used
            found = self._encode(transcript, open_role, prefill, thinking)
            known = (array("I", found.ids), found.spans, found.lead)
        self._known[key] = known
        ids, spans, lead = known
        return Encoded(tuple(ids), spans, lead)

    def _encode(self, transcript: Transcript, open_role: str | None, prefill: str, thinking: bool) -> Encoded:
        turns = transcript.turns
        scaffold = self._thinking if thinking else self._answering
        roles = tuple(turn.role for turn in turns)
        rendered = scaffold.render(roles, [clean(turn.text) for turn in turns], open_role)
        text, breaks, chars = rendered.pieces[0], [], []
        for turn, content, after in zip(turns, rendered.texts, rendered.pieces[1:], strict=True):
            breaks += [len(text) + cut for cut in self._cuts(content)]
            chars.append((len(text), len(text) + len(content)))
            text += content + (after if turn.closed else self._without_mark(after, turn.role))
        text += self._opened(text, open_role, thinking)
        begun = rendered.lead + clean(prefill) if prefill else ""
        breaks += [len(text) + cut for cut in self._cuts(begun)]
        return replace(self._cut_into_tokens(text + begun, breaks, chars), lead=rendered.lead)

    def _opened(self, text: str, open_role: str | None, thinking: bool) -> str:
        """What opens or ends the thought of an assistant's turn that `text` leads up to."""
        if open_role != "assistant" or not self.thought:
            return ""
        begin, end = self.thought
        tail = text[max(text.rfind(begin.strip()), 0) :]
        inside = tail.startswith(begin.strip()) and not tail[len(begin.strip()) :].strip()
        if thinking:
            return "" if inside else begin
        return end if inside and not self.options.get("enable_thinking") else ""

    def follow(self, scaffold: str, text: str) -> tuple[int, ...]:
        """Ids of a piece of scaffold and a text after it, which brings no control token."""
        breaks = [len(scaffold) + cut for cut in self._cuts(clean(text))]
        return self._cut_into_tokens(scaffold + clean(text), breaks, []).ids

    def _cuts(self, content: str) -> list[int]:
        """Offsets that break up every control string in a text, one character after each begins."""
        cuts, match = [], self._control.search(content)
        while match:
            cuts.append(match.start() + 1)
            match = self._control.search(content, match.start() + 1)
        return cuts

    def _without_mark(self, piece: str, role: str) -> str:
        """A piece without its first control token; without its first line break, in templates that have no mark."""
        mark = self._control.search(piece) or re.search(r"\n+", piece)
        if not mark:
            raise TemplateError(f"the chat template has no end-of-turn mark to leave out after a {role} turn")
        return piece[: mark.start()] + piece[mark.end() :]

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
        marks = [self._control.search(piece) for piece in self._pieces()[1:]]
        return frozenset(self.tokenizer.convert_tokens_to_ids(mark.group()) for mark in marks if mark)


def _span(starts: list[int], stops: list[int], begin: int, end: int) -> tuple[int, int]:
    """Positions of the tokens that overlap the characters [begin, end)."""
    inside = [k for k, (start, stop) in enumerate(zip(starts, stops, strict=True)) if start < end and stop > begin]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _plain(text: str) -> bool:
    """Whether an added token is text like any other: vocabularies add line breaks, runs of spaces, words, signs. A mark
    has letters and signs, as `<think>` has."""
    return text.isalnum() or not any(letter.isalnum() for letter in text)


def _thought(tokenizer: Any) -> tuple[str, str] | None:
    """What opens and closes a thought in this template, if it knows thoughts."""
    template = str(tokenizer.chat_template)
    if "<|channel|>" in template:
        return CHANNELS
    if BRACKETS[1] in template:
        return BRACKETS
    tag = _TAG.search(template)
    return (f"<{tag[1]}>\n", f"\n</{tag[1]}>\n\n") if tag else None
