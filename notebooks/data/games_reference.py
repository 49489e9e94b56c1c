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
# # Reanalysis of the released data of "Playing repeated games with LLMs"
#
# Akata et al. 2025 (doi:10.1038/s41562-025-02172-y; repository eliaka/repeatedgames, MIT), analysed with the
# same tables, statistics and figures as our own runs. Four values are shown for each figure of the article: as published,
# as the released script computes it, after correction, and as computed here. Claims use the independent unit (game, match,
# person).
#
# What this does not show: every match was played once at temperature 0, and in the 144 games the rules given to player 2
# swap two pay-offs, so scores for that seat are those of a misinformed player.

# %% tags=["parameters"]
data: str = "../shared/data/akata_repeatedgames"  # folder of the released files
plays: str = ""  # play data of your own beside them: a CSV or Parquet file as in docs/play_data.md
seed: int = 0  # of the bootstrap
out: str = "reports/games_reference"  # the run folder

# %%
import numpy as np
import pandas as pd

import analysis
from analysis import show
from analysis.games import plots
from analysis.games.findings import released as released_claims
from analysis.games.tables import plays as logs, published, released, side_by_side

# %%
sweep, people = released.sweep(data), released.humans(data)
dilemma, battle = (released.tournament(data, game) for game in ("prisoners_dilemma", "battle_of_the_sexes"))
players = {"model": published.NAMES, "opponent": published.NAMES}
first = dilemma.query("seat == 'row'").replace(players)

# %% [markdown]
# ## Claims

# %%
claims = analysis.claims.Cards(released_claims.claims(data))
claims

# %% [markdown]
# ## Published, script, corrected, recomputed

# %%
show.table(side_by_side.table(data), "Figures of the article in four columns")

# %%
show.table(side_by_side.by_match(data), "GPT-4 minus all others, points per round as player 1, matches as units")

# %% [markdown]
# ## 144 games
#
# Share of the maximum pay-off, both seats; games are the independent units.

# %%
families = plots.family_scores.prepare(sweep.replace(players))
show.figure(plots.family_scores.draw(families), families, alt="Score by family and model")

# %%
listed = analysis.estimate.by(sweep.replace(players), "p_first", ["model", "seat"])
show.table(listed[["model", "seat", "value", "low", "high", "units"]], "Share of choices that the rules list first")

# %% [markdown]
# ## Who earns how much against whom
#
# Total points of ten rounds: the Prisoner's Dilemma, then the Battle of the Sexes.

# %%
points = plots.tournament.prepare(dilemma.replace(players))
show.figure(plots.tournament.draw(points), points, alt="Points in the Prisoner's Dilemma by pair")

# %%
points = plots.tournament.prepare(battle.replace(players))
show.figure(plots.tournament.draw(points), points, alt="Points in the Battle of the Sexes by pair")

# %% [markdown]
# ## Strategies
#
# Cooperation after each outcome of the previous round, for models and people; GPT-4's matches as a mixture of strategies.

# %%
both = pd.concat([first.query("model in ['GPT-4', 'davinci-003']"), people.query("game == 'prisoners_dilemma'")])
memory = plots.memory_one.prepare(both.replace(players), measure="cooperates")
show.figure(plots.memory_one.draw(memory), memory, alt="Memory-one fingerprints of models and people")

# %%
mixed = plots.strategy_mixture.prepare(first.query("model == 'GPT-4'"), np.random.default_rng(seed))
show.figure(plots.strategy_mixture.draw(mixed), mixed, alt="GPT-4's matches as a mixture of strategies")

# %% [markdown]
# ## Play data
#
# Your own, where `plays` names a file; else the people above. Players are the units and have one strategy each.

# %%
logged = logs.plays(plays) if plays else people.query("game == 'prisoners_dilemma'")
rounds = plots.cooperation_by_round.prepare(logged, by="model", measure="cooperates")
show.figure(plots.cooperation_by_round.draw(rounds), rounds, alt="Cooperation by round of the play data")

# %%
after = plots.memory_one.prepare(pd.concat([first.query("model == 'GPT-4'"), logged]), measure="cooperates")
show.figure(plots.memory_one.draw(after), after, alt="Memory-one fingerprints of the play data beside GPT-4")

# %%
show.table(logs.shares(logged, np.random.default_rng(seed)), "Shares of players with each strategy, 95 % intervals")

# %%
earned = analysis.estimate.by(pd.concat([dilemma.replace(players), logged]), "points", ["model"], "mean")
show.table(earned[["model", "value", "low", "high", "units"]], "Points a round in the Prisoner's Dilemma")

# %%
analysis.claims.publish(claims, out)
