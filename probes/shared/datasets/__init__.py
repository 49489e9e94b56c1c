"""Importers of public data sets, one a file: `probes.datasets["gsm8k"](path)` reads a local copy into items."""

from __future__ import annotations

from probes.core.registry import of_modules

__all__ = ["SHELF"]

SHELF = of_modules("data set", __name__, "load")
