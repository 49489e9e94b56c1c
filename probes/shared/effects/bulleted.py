"""Every sentence a bullet point. `holds(text, n)` asks for exactly n of them."""

from __future__ import annotations

import re

from probes.shared.effects._effect import Effect, sentences

_BULLET = re.compile(r"^\s*[*\-•]\s+\S", re.MULTILINE)


def _holds(text: str, count: int | None = None) -> bool:
    points = len(_BULLET.findall(text))
    return points > 0 if count is None else points == count


EFFECT = Effect(
    says={
        "en": ("write it as bullet points", "begin every line with a bullet point"),
        "de": ("schreib es als Liste mit Spiegelstrichen", "beginne jede Zeile mit einem Spiegelstrich"),
        "es": ("dale forma de lista con guiones", "empieza cada línea con un guion"),
        "fr": ("présente le texte en liste à puces", "commence chaque ligne par une puce"),
    },
    holds=_holds,
    make=lambda text: text if _holds(text) else "\n".join(f"- {piece}" for piece in sentences(text)),
    undo=lambda text: " ".join(re.sub(r"^\s*[*\-•]\s+", "", line) for line in text.split("\n")),
)
