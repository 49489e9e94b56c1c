"""Ends with an exclamation mark."""

from __future__ import annotations

from probes.shared.effects._effect import Effect

EFFECT = Effect(
    says={
        "en": ("end with an exclamation mark", "let the last sentence end in an exclamation mark"),
        "de": ("ende mit einem Ausrufezeichen", "lass den letzten Satz mit einem Ausrufezeichen enden"),
        "es": ("acaba con un signo de exclamación", "cierra la última frase con un signo de exclamación"),
        "fr": ("termine par un point d'exclamation", "mets un point d'exclamation à la fin de la dernière phrase"),
    },
    holds=lambda text: text.rstrip().endswith("!"),
    make=lambda text: text.rstrip().rstrip(".!") + "!",
    undo=lambda text: text.rstrip().rstrip(".!") + ".",
)
