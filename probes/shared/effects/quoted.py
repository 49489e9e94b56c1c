"""All of it in double quotation marks."""

from __future__ import annotations

from probes.shared.effects._effect import Effect


def _holds(text: str) -> bool:
    inner = text.strip()
    return len(inner) > 2 and inner[0] == inner[-1] == '"'


EFFECT = Effect(
    says={
        "en": ("put the whole text in double quotation marks", "begin and end with a double quotation mark"),
        "de": (
            "setz den ganzen Text in gerade Anführungszeichen",
            "beginne und ende mit einem geraden Anführungszeichen",
        ),
        "es": ("pon todo el texto entre comillas rectas dobles", "empieza y acaba con comillas rectas dobles"),
        "fr": ("mets tout le texte entre guillemets droits", "commence et termine par un guillemet droit"),
    },
    holds=_holds,
    make=lambda text: text if _holds(text) else f'"{text.strip()}"',
    undo=lambda text: text.strip()[1:-1] if _holds(text) else text,
)
