"""No capital letters."""

from __future__ import annotations

from probes.shared.effects._effect import Effect, sentences


def _undone(text: str) -> str:
    return text if text != text.lower() else " ".join(piece.capitalize() for piece in sentences(text))


EFFECT = Effect(
    says={
        "en": ("write in lower case only", "do not use any capital letters"),
        "de": ("schreib alles klein", "verwende keine Großbuchstaben"),
        "es": ("escribe todo en minúsculas", "no uses mayúsculas"),
        "fr": ("écris tout en minuscules", "n'utilise aucune majuscule"),
    },
    holds=lambda text: text == text.lower(),
    make=str.lower,
    undo=_undone,
)
