"""From records and activations to numbers: linear probes, directions, steering by dose, patches by layer."""

from analysis.stats.shelf import lazily

__getattr__, __dir__ = lazily(__name__)
