"""Begins with the word Hello, in every language."""

from __future__ import annotations

from probes.shared.effects._effect import Effect

_GREETING = "Hello."


def _holds(text: str) -> bool:
    return text.lstrip().lower().startswith("hello")


EFFECT = Effect(
    says={
        "en": ("begin with the word Hello", "let Hello be the first word"),
        "de": ("beginne mit dem Wort Hello", "lass Hello das erste Wort sein"),
        "es": ("empieza con la palabra Hello", "que la primera palabra sea Hello"),
        "fr": ("commence par le mot Hello", "fais de Hello le premier mot"),
    },
    holds=_holds,
    make=lambda text: text if _holds(text) else f"{_GREETING} {text}",
    undo=lambda text: text.removeprefix(_GREETING).lstrip(),
)
