"""Capital letters only."""

from __future__ import annotations

from probes.shared.effects._effect import Effect, sentences


def _undone(text: str) -> str:
    return text if text != text.upper() else " ".join(piece.capitalize() for piece in sentences(text))


EFFECT = Effect(
    says={
        "en": ("write in capital letters only", "put every letter in upper case"),
        "de": ("schreib alles in Großbuchstaben", "schreib jeden Buchstaben groß"),
        "es": ("escribe todo en mayúsculas", "pon en mayúscula todas las letras"),
        "fr": ("écris tout en majuscules", "mets chaque lettre en majuscule"),
    },
    holds=lambda text: text == text.upper(),
    make=str.upper,
    undo=_undone,
)
