"""Text effects that a rule can check, one a file: `effects["lowercase"].holds(text)`.

A file binds `EFFECT`. Its wordings complete "Please ..."; `make` and `undo` change a text so that the effect holds and
does not hold, for every text of its `domain`.
"""

from __future__ import annotations

from probes.shared.effects._effect import Effect, sentences
from probes.shelf import Shelf, become, module_shelf

__all__ = ["SHELF", "Effect", "sentences"]

SHELF: Shelf = module_shelf("effect", __name__, lambda module: module.EFFECT)
"""The same mapping as an object, for code that a type checker reads."""

become(__name__, SHELF)
