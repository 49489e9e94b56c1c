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
# # Reanalysis of the released debates of "On the conversational persuasiveness of GPT-4"
#
# Salvi et al. 2025 (doi:10.1038/s41562-025-02194-6): people debated a person or GPT-4, who knew them or not. Agreement
# with the opponent's side, from 1 to 5, before and after. The data set frasalvi/debategpt (CC-BY-SA-4.0) is not part of
# this project: name your copy as `data`. Each figure that the released notebook printed stands beside the same fit of your
# file. We had no copy: the fits were checked on files made up with known truth, not yet against the printed figures.
#
# What this does not show: anything about a local model. Claims take debates as units, since both sides of a debate
# between people are rows; the article takes rows for independent.

# %% tags=["parameters"]
data: str = ""  # the released file debategpt.csv, or its folder
out: str = "reports/persuasion_reference"  # the run folder

# %%
import analysis
from analysis import show
from analysis.persuasion.findings import released as released_claims
from analysis.persuasion.tables import refit, released

# %%
rows = released.load(data)
claims = analysis.claims.Cards(released_claims.claims(rows))
claims

# %% [markdown]
# ## What the file holds

# %%
show.table(released.overview(rows), "People by treatment; miscoded: the two codings of agreement contradict each other")

# %% [markdown]
# ## Published and found
#
# `repeated`: within .001 of what was printed, or within half of the last digit of a log-likelihood.

# %%
show.table(refit.side_by_side(rows), "Figures of the released notebook, printed and found in the file", digits=5)

# %% [markdown]
# ## Odds ratios
#
# With rows as units, as published, and with debates as units.

# %%
show.table(refit.ratios(rows), "Odds of a higher agreement after the debate, over debates with a person")

# %%
analysis.claims.publish(claims, out)
