"""Ends with the letters OK on a line of their own."""

from __future__ import annotations

from probes.shared.effects._effect import Effect

_MARK = "OK"


def _holds(text: str) -> bool:
    return text.rstrip().split("\n")[-1].strip() == _MARK


EFFECT = Effect(
    says={
        "en": ("put the letters OK on the last line", "close with a line that says OK"),
        "de": ("setz die Buchstaben OK in die letzte Zeile", "schließ mit einer Zeile, in der OK steht"),
        "es": ("pon las letras OK en la última línea", "cierra con una línea que diga OK"),
        "fr": ("mets les lettres OK sur la dernière ligne", "finis par une ligne qui dit OK"),
    },
    holds=_holds,
    make=lambda text: text if _holds(text) else f"{text.rstrip()}\n{_MARK}",
    undo=lambda text: text.rstrip().removesuffix(_MARK).rstrip() if _holds(text) else text,
)
