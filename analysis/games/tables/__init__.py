"""From records to numbers: moves, mixtures of strategies, strategies known after every history, released data."""

from analysis.stats.shelf import lazily

__getattr__, __dir__ = lazily(__name__)
