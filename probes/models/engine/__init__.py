"""Token-level inference: exact whatever the batch, shared prefixes computed once, resumable sampling."""

from probes.models.engine.engine import Engine
from probes.models.engine.requests import SampledIds, SampleIds, ScoredIds, ScoreIds

__all__ = ["Engine", "SampleIds", "SampledIds", "ScoreIds", "ScoredIds"]
