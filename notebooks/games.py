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
# # How does this model play repeated games?
#
# The model plays ten rounds of the Prisoner's Dilemma and the Battle of the Sexes with scripted partners. Does it
# cooperate, react and coordinate, or does it choose by position in the list?
#
# Repeated games after Akata et al. 2025 (doi:10.1038/s41562-025-02172-y); the independent unit of the
# claims is the cover story, never the round.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
partner: str = ""  # another model to play the repeated games with: named as `model` is
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run; ordinal: small, but all 144 games without a name {small, ordinal, full}
seed: int = 0  # of every random stream
out: str = "reports/games"  # the run folder

# %%
import numpy as np

import analysis
import probes
from analysis import show
from analysis.games import findings, plots, tables

# %%
model, suite = probes.load_model(model, partner=partner, **load), probes.suite
size = "full" if profile == "full" else "small"
opponents = (*suite.repeated_game.profiles[size]["opponents"], *(["partner"] if partner else []))

# %%
played = probes.run(suite.repeated_game.sized(size, opponents=opponents), model, seed=seed, out=out)
read = probes.run(suite.scripted_history.sized(size), model, seed=seed, out=out)
strategy = probes.run(suite.strategy_tree.sized(size), model, seed=seed, out=out)
# Few matches in flight: what they share must fit into the engine's cache.
ordinal = probes.run(suite.ordinal_games.sized(profile), model, seed=seed, out=out, window=48)
dilemma = played.query("game == 'prisoners_dilemma'")

# %% [markdown]
# ## Claims

# %%
claims = findings.claims(played, read)
analysis.claims.Cards(claims)

# %%
show.table(findings.beside(claims, model.name), "Compared with published models and people, per cent and points", claims="games")

# %% [markdown]
# Published players are recomputed from the released moves with the same functions. They saw other wordings, in single
# runs at temperature 0, and people played GPT-4's policies, not scripts. Compare directions, not magnitudes.
#
# Our values are probabilities of the options after every history; labels and order are counterbalanced within every
# match. What this does not show: a probability after the word "Option" is what the model would write there, not what it
# would argue for in free text. Scripted opponents are not people. A model that fails the position-bias check answers by
# position and cannot be said to play.

# %% [markdown]
# ## After a single defection
#
# The partner defects once, in round 4. The model is asked after the same history with and without that defection.

# %%
after = plots.forgiveness.prepare(read)
show.figure(plots.forgiveness.draw(after), after, alt="Cooperation after a single defection minus without it, by round", claims=["games.reacts", "games.forgives"])

# %%
ends = plots.cooperation_by_round.prepare(read.query("opponent == 'always_cooperate'"), "horizon")
show.figure(plots.cooperation_by_round.draw(ends), ends, alt="Cooperation by round, end announced and not", claims="games.end")

# %% [markdown]
# ## Matches played by the model

# %%
rounds = plots.cooperation_by_round.prepare(dilemma)
show.figure(plots.cooperation_by_round.draw(rounds), rounds, alt="Cooperation in the Prisoner's Dilemma by round and opponent", claims=["games.cooperates", "games.end"])

# %%
points = plots.tournament.prepare(played.assign(model=played["game"]))
show.figure(plots.tournament.draw(points), points, alt="Mean total points of the first seat by game and opponent", claims="games.coordinates")

# %% [markdown]
# ## Which strategy?
#
# The exact strategy over all histories of a three-round game. Every history is shown in every presentation, so that a
# label or position preference cannot look like memory. Then the model's own matches as a mixture of known strategies.

# %%
memory = plots.memory_one.prepare(strategy)
show.figure(plots.memory_one.draw(memory), memory, alt="Memory-one fingerprint beside the classics", claims="games.reacts")

# %%
mixed = plots.strategy_mixture.prepare(dilemma, np.random.default_rng(seed))
show.figure(plots.strategy_mixture.draw(mixed), mixed, alt="Shares of known strategies")

# %%
show.table(tables.tree.reading(strategy), "The exact strategy of a three-round Prisoner's Dilemma, settings as units")

# %% [markdown]
# ## How much depends on presentation?
#
# If the model responds to pay-offs, its points line up vertically across presentations.

# %%
words = plots.robustness.prepare(dilemma)
show.figure(plots.robustness.draw(words), words, alt="Cooperation by presentation and cover story", claims="games.position")

# %% [markdown]
# ## Unnamed ordinal games
#
# Score by family. Seen from the other seat, each of the 144 games is another of the 144, so playing one seat of each
# covers both seats.

# %%
families = plots.family_scores.prepare(ordinal)
show.figure(plots.family_scores.draw(families), families, alt="Score by family of ordinal games")

# %% [markdown]
# ## Where the variance lies
#
# Crossed random effects (REML); a fact with fewer than three levels is fixed.

# %%
show.variance(dilemma, "p_cooperate", ("cover", "opponent", "round", "arm"))

# %% [markdown]
# ## Transcripts of matches

# %%
show.transcripts(played, out, facts=["game", "opponent", "round", "state", "move", "partner_move"], claims="games")

# %%
analysis.claims.publish(claims, out)
