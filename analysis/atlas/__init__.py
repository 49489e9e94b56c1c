"""The atlas: finished runs of all probes side by side. Reads tables and claims of a folder of runs, never a model.

    surveyed = atlas.survey("reports")        # which runs count, and what they observed, one row per observation
    atlas.profile(surveyed)                   # every axis, model and persona: estimate, null, gates
    atlas.contrasts(surveyed)                 # declared differences with Holm within their family
    atlas.together(surveyed)                  # rank correlations across axes: over items, over models
    atlas.claims(surveyed)

The axes are declared in `axes.yaml`.
"""

from __future__ import annotations

from analysis.atlas import plots, tables
from analysis.atlas.findings import claims
from analysis.atlas.tables.contrasts import contrasts
from analysis.atlas.tables.profile import coverage, profile
from analysis.atlas.tables.survey import Survey, survey
from analysis.atlas.tables.together import together

__all__ = ["Survey", "claims", "contrasts", "coverage", "plots", "profile", "survey", "tables", "together"]
