"""One of the tests and regressions a file: `analysis.fits.NAME` is the module of that name."""

from __future__ import annotations

from analysis.stats.shelf import lazily

__getattr__, __dir__ = lazily(__name__)
