"""Text effects that a rule can check, one a file: `effects["lowercase"].holds(text)`.

A file binds `EFFECT`. Its wordings complete "Please ..."; `make` and `undo` change a text so that the effect holds and
does not hold, for every text of its `domain`.
"""

from __future__ import annotations

from collections.abc import Mapping

from probes.core.registry import become, module_shelf
from probes.shared.effects._effect import Effect, sentences

__all__ = ["EFFECTS", "Effect", "sentences"]

EFFECTS: Mapping[str, Effect] = module_shelf("effect", __name__, lambda module: module.EFFECT)
"""The same mapping as an object, for code that a type checker reads."""

become(__name__, EFFECTS)  # type: ignore[arg-type]
