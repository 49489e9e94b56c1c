# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # How do models and personas compare?
#
# Every finished run of a folder side by side: each model and persona on each measure, and the differences that remain
# after correction for multiple comparisons.
#
# All finished runs of a folder: every model and persona on every measure, the differences that remain after correction for
# multiple comparisons, and correlations between abilities. No model is loaded; the notebook reads the records and claims
# of the runs.
#
# What this does not show: models differ in more than what a measure is named after. A run that failed a gate is not a
# result and enters no comparison. Differences between models are tested over items and hold for these models only; for
# statements about models in general, the number of models is the sample size, and below five no correlation is reported.

# %% tags=["parameters"]
runs: str = ""  # folder of the runs; empty: the one this run lies in
out: str = "reports/atlas"  # the run folder

# %%
from pathlib import Path

import analysis
from analysis import atlas, show
from analysis.atlas.plots import signature

# %%
surveyed = atlas.survey(runs or Path(out).parent)
cells = atlas.profile(surveyed)

# %% [markdown]
# ## Claims

# %%
claims = atlas.claims(surveyed)
analysis.claims.Cards(claims)

# %% [markdown]
# ## Signatures
#
# Standardised distance of each model from chance (in standard deviations between units) with 95 % intervals. Grey
# crosses failed a gate and are not results.

# %%
lines = signature.prepare(cells)
show.figure(signature.draw(lines), lines, alt="Distance from chance on every axis, one panel per model, with intervals", claims="atlas")

# %% [markdown]
# ## Every model and persona

# %%
measured = cells.filter("axis model persona value low high units scored asked chance d gate reason".split())
show.table(measured, "Measures in their own units, with chance; d in standard deviations between units")

# %% [markdown]
# ## Which differences remain after correction?
#
# Two families of tests: all pairs of models on all measures, and every persona relative to length-matched filler (or to the
# no-persona baseline). Holm-corrected within each family; a test that failed a gate stays in its family but cannot reject.

# %%
show.table(atlas.contrasts(surveyed), "Pairwise differences, paired by unit where units are shared", claims="atlas.differences")

# %% [markdown]
# ## Do abilities correlate?
#
# Across models, n is the number of models. Across items: two measures that share units within a model, or one measure in
# two models. `smallest` is the minimum detectable rank correlation (80 % power).

# %%
show.table(atlas.together(surveyed), "Rank correlations with their sample sizes", claims="atlas")

# %% [markdown]
# ## Coverage

# %%
show.table(atlas.coverage(surveyed), "Units per model and measure")

# %%
show.table(surveyed.runs, "Runs of this folder")

# %%
analysis.claims.publish(claims, out)
