"""One-shot games, one a file: each has `SOURCE` and `situations(stake)`. `ONE_SHOT["dictator"]` is the module."""

from __future__ import annotations

from probes.core.registry import module_shelf

ONE_SHOT = module_shelf("one-shot game", __name__, lambda module: module)
