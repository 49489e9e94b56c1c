"""The atlas: finished runs of all probes side by side. Reads tables and claims of a folder of runs, never a model.

    found = atlas.survey("reports")        # which runs count, and what they observed, one row per observation
    atlas.profile(found)                   # every axis, model and persona: estimate, null, gates
    atlas.contrasts(found)                 # declared differences with Holm within their family
    atlas.together(found)                  # rank correlations across axes: over items, over models
    atlas.claims(found)

The axes are declared in `axes.yaml`.
"""

from __future__ import annotations

from analysis.atlas.contrasts import contrasts
from analysis.atlas.findings import claims
from analysis.atlas.profile import coverage, profile
from analysis.atlas.survey import Survey, survey
from analysis.atlas.together import together

__all__ = ["Survey", "claims", "contrasts", "coverage", "profile", "survey", "together"]
