"""Ends with a smiley of two characters."""

from __future__ import annotations

from probes.shared.effects._effect import Effect

_SMILEY = ":)"

EFFECT = Effect(
    says={
        "en": ("end with the smiley :)", "put :) at the very end"),
        "de": ("ende mit dem Smiley :)", "setz ganz ans Ende :)"),
        "es": ("acaba con la carita :)", "pon :) al final del todo"),
        "fr": ("termine par le smiley :)", "mets :) tout à la fin"),
    },
    holds=lambda text: text.rstrip().endswith(_SMILEY),
    make=lambda text: text if text.rstrip().endswith(_SMILEY) else f"{text.rstrip()} {_SMILEY}",
    undo=lambda text: text.rstrip().removesuffix(_SMILEY).rstrip(),
)
