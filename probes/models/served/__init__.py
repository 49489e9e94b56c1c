"""A model behind a server: any engine that speaks completions over token ids with log-probabilities."""

from probes.models.served.model import ServedModel, open_served

__all__ = ["ServedModel", "open_served"]
