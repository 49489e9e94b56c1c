"""From records to numbers: what personas shift, what only words shift, traits, reasoning, many turns."""

from analysis.stats.shelf import lazily

__getattr__, __dir__ = lazily(__name__)
