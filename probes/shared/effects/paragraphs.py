"""A blank line between paragraphs. `holds(text, n)` asks for exactly n paragraphs."""

from __future__ import annotations

import re

from probes.shared.effects._effect import Effect, sentences


def _paragraphs(text: str) -> list[str]:
    return [piece for piece in re.split(r"\n\s*\n", text.strip()) if piece.strip()]


def _holds(text: str, count: int | None = None) -> bool:
    return len(_paragraphs(text)) > 1 if count is None else len(_paragraphs(text)) == count


EFFECT = Effect(
    says={
        "en": ("put a blank line between sentences", "make a paragraph of every sentence"),
        "de": ("lass zwischen den Sätzen eine Zeile frei", "mach aus jedem Satz einen Absatz"),
        "es": ("deja una línea en blanco entre las frases", "convierte cada frase en un párrafo"),
        "fr": ("laisse une ligne vide entre les phrases", "fais un paragraphe de chaque phrase"),
    },
    holds=_holds,
    make=lambda text: text if _holds(text) else "\n\n".join(sentences(text)),
    undo=lambda text: " ".join(_paragraphs(text)),
)
