"""One of the figures a file: `analysis.instructions.plots.NAME` is the module of that name."""

from __future__ import annotations

from analysis.shelf import lazily

__getattr__, __dir__ = lazily(__name__, __path__)
