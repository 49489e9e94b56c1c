"""The figures of `choices`, one a file: `prepare(table)`, `draw(table, ax)`."""

from __future__ import annotations

from analysis.stats.shelf import lazily

__getattr__, __dir__ = lazily(__name__)
