"""Every sentence a numbered point. `holds(text, n)` asks for exactly n of them."""

from __future__ import annotations

import re

from probes.shared.effects._effect import Effect, sentences

_NUMBER = re.compile(r"^\s*\d+[.)]\s+\S", re.MULTILINE)


def _holds(text: str, count: int | None = None) -> bool:
    points = len(_NUMBER.findall(text))
    return points > 0 if count is None else points == count


EFFECT = Effect(
    says={
        "en": ("number your sentences", "write a numbered list"),
        "de": ("nummeriere die Sätze", "schreib eine nummerierte Liste"),
        "es": ("numera las frases", "escribe una lista numerada"),
        "fr": ("numérote les phrases", "fais une liste numérotée"),
    },
    holds=_holds,
    make=lambda text: text if _holds(text) else "\n".join(f"{n}. {s}" for n, s in enumerate(sentences(text), 1)),
    undo=lambda text: " ".join(re.sub(r"^\s*\d+[.)]\s+", "", line) for line in text.split("\n")),
)
