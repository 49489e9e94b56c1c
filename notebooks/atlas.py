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
# # Who expects a reaction, who reads minds, who cooperates, who knows?
#
# All finished runs of a folder side by side: every model and persona on every axis, the differences that survive
# multiplicity, and whether abilities go together. No model is loaded; records and claims of the runs are read.
#
# What this does not show: models differ in more than what an axis names. A line whose run failed a gate is no result and
# enters no comparison. Differences between models hold for these models, over items; the number of models is what counts
# for a statement about models, and below five nothing can be said about how abilities go together.

# %% tags=["parameters"]
runs: str = ""  # folder of the runs; empty: the one this run lies in
out: str = "reports/atlas"  # the run folder

# %%
from pathlib import Path

import analysis
from analysis import atlas, show
from analysis.atlas.plots import signature

# %%
found = atlas.survey(runs or Path(out).parent)
cells = atlas.profile(found)

# %% [markdown]
# ## Claims

# %%
claims = atlas.claims(found)
analysis.claims.Cards(claims)

# %% [markdown]
# ## Signatures
#
# How far each model lies from what one without the ability gives, in standard deviations between units, with 95 %
# intervals. A grey cross: a gate failed, so that the value is no result.

# %%
lines = signature.prepare(cells)
show.figure(signature.draw(lines), lines, alt="Distance from chance on every axis, a panel a model, with intervals")

# %% [markdown]
# ## Every model and persona

# %%
shown = cells.filter("axis model persona value low high units scored asked chance d gate reason".split())
show.table(shown, "Axes in their own units, beside chance; d in standard deviations between units")

# %% [markdown]
# ## Which differences survive?
#
# Two families, declared by the data at hand: all pairs of models on all axes, and every persona against a filler of its
# length (or against none). Holm within each; what failed a gate stays in its family and cannot be rejected.

# %%
show.table(atlas.contrasts(found), "Declared differences, paired by unit where units are shared")

# %% [markdown]
# ## What goes together?
#
# Over models, n is the number of models. Over items, axes of different probes that share units within a model, or one
# axis between two models. `smallest`: the rank correlation that so many units could tell from chance.

# %%
show.table(atlas.together(found), "Rank correlations with the number that counts")

# %% [markdown]
# ## What was read, and what is missing

# %%
show.table(atlas.coverage(found), "Units a model and axis")

# %%
show.table(found.runs, "Runs of this folder")

# %%
analysis.claims.publish(claims, out)
