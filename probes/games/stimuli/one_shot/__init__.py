"""One-shot games, one a file: each has `SOURCE` and `situations(stake)`. `ONE_SHOT["dictator"]` is the module."""

from __future__ import annotations

from probes.core.registry import of_modules

ONE_SHOT = of_modules("one-shot game", __name__)
