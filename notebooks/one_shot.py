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
# # One-shot games: how much does the model give, send, return and reject, and can it predict an opponent?
#
# One decision each in the dictator, ultimatum, trust and public goods games. How much does the model give, and can it
# predict what another player does next?
#
# Dictator, ultimatum, trust and public goods games, one decision each, measured by the probabilities of all options; every
# option appears once in every position. Opponent prediction: a match of two scripted players is shown round by round, and
# the model predicts the second player's next choice, as its opponent or as an observer (Akata et al. 2025,
# doi:10.1038/s41562-025-02172-y).
#
# What this does not show: nothing is at stake for a model. Human values are means over experiments with money; where the
# table says so, they are quoted from memory.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run {small, full}
seed: int = 0  # of every random stream
out: str = "reports/one_shot"  # the run folder

# %%
import analysis
import probes
from analysis import show
from analysis.games import plots, tables
from analysis.games.findings import one_shot

# %%
model = probes.load_model(model, **load)
played = probes.run(probes.suite.one_shot_game.sized(profile), model, seed=seed, out=out)
foreseen = probes.run(probes.suite.game_prediction.sized(profile), model, seed=seed, out=out)

# %% [markdown]
# ## Claims

# %%
claims = one_shot.claims(played, foreseen)
analysis.claims.Cards(claims)

# %% [markdown]
# ## Shares and rejections

# %%
show.table(tables.one_shot.shares(played), "Expected share given, decisions as units, with human experiments for comparison", claims=["one_shot.dictator", "one_shot.ultimatum_proposer", "one_shot.trust_investor", "one_shot.trust_trustee", "one_shot.public_goods"])

# %%
show.table(tables.one_shot.refusals(played), "Probability of rejecting an offer", claims="one_shot.refusals")

# %% [markdown]
# ## Opponent prediction by round
#
# The pattern of an alternating player is identifiable from round 3 on.

# %%
rounds = plots.cooperation_by_round.prepare(foreseen, "view", "p_actual")
axes = plots.cooperation_by_round.draw(rounds, label="probability of the actual choice")
show.figure(axes, rounds, alt="Opponent prediction by round, as opponent and as observer", claims="one_shot.foresight")

# %% [markdown]
# ## Where the variance lies
#
# Crossed random effects (REML); a fact with fewer than three levels is fixed.

# %%
show.variance(played, "share", ("role", "stake", "arm"))

# %% [markdown]
# ## Transcripts

# %%
show.transcripts(played, out, facts=["role", "given", "arm"], claims="one_shot")

# %%
analysis.claims.publish(claims, out)
