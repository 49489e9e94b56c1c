"""Ends with an exclamation mark."""

from __future__ import annotations

import re

from probes.shared.effects._effect import Effect


def _bare(text: str) -> str:
    """The text without end marks, and without what opens an exclamation in Spanish."""
    return text.replace("¡", "").rstrip(" .!\n")


def _opened(text: str) -> str:
    """Spanish opens the last sentence with a mark, too."""
    return re.sub(r"((?:.*[.!?]\s+)?)(.*)", r"\1¡\2!", _bare(text), count=1, flags=re.DOTALL)


EFFECT = Effect(
    says={
        "en": ("end with an exclamation mark", "let the last sentence end in an exclamation mark"),
        "de": ("ende mit einem Ausrufezeichen", "lass den letzten Satz mit einem Ausrufezeichen enden"),
        "es": ("acaba con un signo de exclamación", "cierra la última frase con un signo de exclamación"),
        "fr": ("termine par un point d'exclamation", "mets un point d'exclamation à la fin de la dernière phrase"),
    },
    holds=lambda text: text.rstrip().endswith("!"),
    make=lambda text: _bare(text) + "!",
    undo=lambda text: _bare(text) + ".",
    own={"es": _opened, "fr": lambda text: _bare(text) + " !"},
)
