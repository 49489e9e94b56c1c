"""Rendering with a chat template, and where in the rendering every turn's text lies.

The real texts are rendered, since templates look at them. A second rendering, with a sentinel for every text, gives the
pieces between the texts; the real rendering must be exactly those pieces around the texts, or the shape is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

FORMS = {
    "": "every turn as it is",
    "merged": "consecutive turns of one role are merged",
    "folded": "the system text begins the user turn that follows it",
}
"""How turns are given to the template; the first that it takes is used."""
BETWEEN = "\n\n"
"""What stands between texts that become one turn."""


class TemplateError(ValueError):
    """The model's chat template cannot render what a question needs."""


@dataclass(frozen=True)
class Rendered:
    """Scaffold pieces and the texts between them; `lead` is white space with which the open turn's text begins."""

    pieces: tuple[str, ...]
    texts: tuple[str, ...]
    lead: str
    form: str


@dataclass(frozen=True)
class _Shape:
    pieces: tuple[str, ...]
    form: str
    generation: bool
    """Whether the template opens the turn itself; else a sentinel turn follows, and `after` it what closes it."""
    after: str
    answer: str
    """What the template puts between its opening and the text of an answer: a space, an empty thought, a channel."""


def sentinel(index: int) -> str:
    """A text that no template changes or contains."""
    return f"zq7x{index}x7qz"


class Scaffold:
    """Renders the texts of turns; shapes (roles and whose turn is open) are worked out once."""

    def __init__(self, tokenizer: Any, options: dict[str, Any]) -> None:
        self.tokenizer = tokenizer
        self.options = options
        self.changes: set[str] = set()
        """What had to be changed about turns so far, in words."""

    def render(self, roles: tuple[str, ...], texts: Sequence[str], open_role: str | None) -> Rendered:
        """The texts in their scaffold, up to the opening of `open_role`'s turn."""
        shape = self.shape(roles, open_role)
        whole = self._whole(roles, texts, open_role, shape)
        found = _locate(whole, shape.pieces, texts)
        if found is None:
            turns = "/".join(roles)
            raise TemplateError(
                f"the chat template changes the texts of {turns} in a way that cannot be followed "
                f"(first turn: {texts[0][:60]!r}); it would answer to something else than what was asked"
            )
        pieces = [*shape.pieces]
        lead = "" if shape.answer.strip() else shape.answer
        if open_role and not shape.generation:
            bare = pieces[-1].rstrip(" ")  # a space belongs to the word that follows it
            lead, pieces[-1] = pieces[-1][len(bare) :], bare
        pieces[-1] += "" if lead or self.options.get("enable_thinking") else shape.answer
        if shape.form:
            self.changes.add(FORMS[shape.form])
        return Rendered(tuple(pieces), tuple(found), lead, shape.form)

    @lru_cache(maxsize=4096)  # noqa: B019 - one scaffold lives as long as its model
    def shape(self, roles: tuple[str, ...], open_role: str | None) -> _Shape:
        """Pieces of a shape, in the first form that the template takes."""
        errors = []
        for form in _forms(roles, open_role):
            try:
                return self._shape(roles, open_role, form)
            except TemplateError as error:
                errors.append(error)
        raise errors[0]

    def _shape(self, roles: tuple[str, ...], open_role: str | None, form: str) -> _Shape:
        marks = [sentinel(k) for k in range(len(roles) + 1)]
        own = (
            self._render(roles, marks[:-1], form, open_role == "assistant") if roles or open_role == "assistant" else ""
        )
        generation = open_role == "assistant" and bool(roles) and own != self._render(roles, marks[:-1], form, False)
        if not open_role:
            return _Shape(_cut(own, roles, marks), form, False, "", "")
        try:
            longer = self._render((*roles, open_role), marks, form, False)
            *pieces, after = _cut(longer, (*roles, open_role), marks)
        except TemplateError:
            if not generation:
                raise
            return _Shape(_cut(own, roles, marks), form, True, "", "")
        if not generation:
            return _Shape(tuple(pieces), form, False, after, "")
        opened = _cut(own, roles, marks)
        answer = pieces[-1].removeprefix(opened[-1]) if pieces[-1].startswith(opened[-1]) else ""
        return _Shape(opened, form, True, "", answer)

    def _whole(self, roles: tuple[str, ...], texts: Sequence[str], open_role: str | None, shape: _Shape) -> str:
        """The template's own rendering of the real texts, up to the opening."""
        if not open_role or shape.generation:
            return self._render(roles, texts, shape.form, shape.generation)
        end = sentinel(len(roles)) + shape.after
        whole = self._render((*roles, open_role), [*texts, sentinel(len(roles))], shape.form, False)
        if not whole.endswith(end):
            raise TemplateError(f"the chat template ends an open {open_role} turn in more than one way")
        return whole[: len(whole) - len(end)]

    def _render(self, roles: Sequence[str], texts: Sequence[str], form: str, generation: bool) -> str:
        try:
            return str(
                self.tokenizer.apply_chat_template(
                    messages(roles, texts, form), tokenize=False, add_generation_prompt=generation, **self.options
                )
            )
        except Exception as error:  # templates raise what they like
            raise TemplateError(f"the chat template refuses the turns {'/'.join(roles)}: {error}") from error


def messages(roles: Sequence[str], texts: Sequence[str], form: str) -> list[dict[str, str]]:
    """Turns as a template reads them."""
    found: list[dict[str, str]] = []
    for role, text in zip(roles, texts, strict=True):
        role = "user" if form == "folded" and role == "system" else role
        if form and found and found[-1]["role"] == role:
            found[-1]["content"] += BETWEEN + text
        else:
            found.append({"role": role, "content": text})
    return found


def _forms(roles: tuple[str, ...], open_role: str | None) -> Iterator[str]:
    turns = [*roles, *([open_role] if open_role else [])]
    yield ""
    if any(one == two for one, two in pairwise(turns)):
        yield "merged"
    if "system" in roles:
        yield "folded"


def _cut(text: str, roles: Sequence[str], marks: Sequence[str]) -> tuple[str, ...]:
    """The pieces around the sentinels."""
    pieces = []
    for index, role in enumerate(roles):
        before, found, text = text.partition(marks[index])
        if not found:
            raise TemplateError(f"the chat template drops or moves turn {index} ({role}) of {'/'.join(roles)}")
        pieces.append(before)
    return (*pieces, text)


def _locate(whole: str, pieces: Sequence[str], texts: Sequence[str], at: int = 0) -> list[str] | None:
    """The form that each text has in a rendering which is exactly `pieces` around them; None where it is not."""
    if not whole.startswith(pieces[0], at):
        return None
    at += len(pieces[0])
    if not texts:
        return [] if at == len(whole) else None
    for form in _variants(texts[0]):
        if whole.startswith(form, at):
            rest = _locate(whole, pieces[1:], texts[1:], at + len(form))
            if rest is not None:
                return [form, *rest]
    return None


def _variants(text: str) -> dict[str, None]:
    """What templates make of a text: as it is, trimmed on a side or both of white space or line breaks, without its
    thought."""
    answer = text.rpartition("</think>")[2]
    parts = (text,) if answer == text else (text, answer)
    forms = [(part.strip(ends), part.lstrip(ends), part.rstrip(ends)) for part in parts for ends in (None, "\n")]
    return dict.fromkeys([*parts, *(form for three in forms for form in three)])
