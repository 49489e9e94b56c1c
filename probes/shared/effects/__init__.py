"""Text effects that a rule can check, one a file: `effects["lowercase"].holds(text)`.

A file binds `EFFECT`. Its wordings complete "Please ..."; `make` and `undo` change a text so that the effect holds and
does not hold, for every text of its `domain`.
"""

from __future__ import annotations

from collections.abc import Mapping

from probes.core.registry import of_modules
from probes.shared.effects._effect import Effect, sentences

__all__ = ["EFFECTS", "SHELF", "Effect", "sentences"]

EFFECTS: Mapping[str, Effect] = of_modules("effect", __name__, "EFFECT")

SHELF = EFFECTS
