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
# # Which parts of a conversation influence what the model says next?
#
# The same reply is scored with and without a part of the conversation before it. How much does each part add to its
# likelihood?
#
# The same words are scored with and without a part of the conversation: the model's own earlier replies (Huang et al.
# 2026, arXiv:2602.24287), the user's next message shown in advance (Kleine Buening et al. 2026, arXiv:2603.12273), or
# one user turn overwritten in place (InfoPO, arXiv:2603.00656). Differences are in nats per token of a fixed text.
#
# What this does not show: a higher likelihood of the correct reply does not mean that the model writes better replies
# (the played rounds below count correct answers). An overwritten turn is not the same as one that was never said, so
# these are not estimates of mutual information.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run {small, full}
data: str = ""  # empty: our own conversations; else importer:path, as sharelm:/data/sharelm.json
seed: int = 0  # of every random stream
out: str = "reports/context"  # the run folder

# %%
import numpy as np

import analysis
import probes
from analysis import context, show
from analysis.context.plots import gain_forest, token_heat, tradeoff, turn_profile
from probes.shared.conversations import cases

# %%
model = probes.load_model(model, **load)
how = {"model": model, "seed": seed, "out": out}
hindsight = probes.suite.hindsight.sized(profile)
words = probes.run(probes.suite.own_words.sized(profile, data=data), **how)
played = probes.run(probes.suite.own_rounds.sized(profile, data=data), **how)
later = probes.run(hindsight, **how)
edited = probes.run(probes.suite.information_gain.sized(profile, data=data), **how)
fit = context.omission(context.rounds(words), np.random.default_rng(seed))

# %% [markdown]
# The model as a judge: of user-turn types, and of replies given with and without its earlier ones (both orders).

# %%
types = probes.run(probes.suite.turn_type.sized(profile, data=data), **how)
judged = probes.run(probes.suite.own_judge.sized(profile, data=data, replies=out), **how)

# %% [markdown]
# ## Information gain from the model's own earlier replies
#
# Gain: log-probability of the correct reply with the full conversation minus without the model's earlier replies. Rounds
# with planted errors are excluded; bars are 95 % intervals with conversations as the independent units.

# %%
gains = gain_forest.prepare(words)
show.figure(gain_forest.draw(gains), gains, alt="Gain from earlier replies by what the message needs", claims=["context.follow_ups", "context.gain"])

# %% [markdown]
# Rounds in which omitting the earlier replies helps most: candidates for error propagation.

# %%
show.table(context.polluted(words), "Rounds by the cost of the earlier replies", claims="context.pollution")

# %% [markdown]
# ## When can the history be omitted?
#
# The whole conversation, or the newest message alone? A classifier sees the round, message lengths and the rule-based turn
# type; cross-validation folds hold whole conversations. It keeps the history where the predicted gain exceeds 0.25 nats
# per token; the oracle knows the true gain.

# %%
curve = tradeoff.prepare(context.tradeoff(context.rounds(words), fit))
show.figure(tradeoff.draw(curve), curve, alt="Loss against the share of context kept", claims=["context.cost", "context.saved", "context.filter"])

# %%
show.table(context.savings(played), "Context length without its own replies, share of full, by round", claims="context.saved")

# %% [markdown]
# ## Hindsight: a reply given the user's next message
#
# Blue tokens are likelier when the user's next message is shown in advance than when unrelated messages are; orange
# tokens are less likely. The effect that any message has on the reply is thereby subtracted.

# %%
reply = model.reply([hindsight.question(cases()[1])])[0]
heat = token_heat.prepare(probes.context.token_table(reply, hindsight.names(), over="pool"), ["relevant", "unrelated"])
show.figure(token_heat.draw(heat), heat, alt="Tokens of a reply by how a later message changes their probability", claims="context.hindsight")

# %%
show.table(context.hindsight(later), "Token advantage over unrelated messages, nats per token", claims="context.hindsight")

# %% [markdown]
# ## Which user turn influenced the reply?

# %%
turns = turn_profile.prepare(context.profile(edited))
show.figure(turn_profile.draw(turns), turns, alt="Divergence of the last reply by the user turn overwritten", claims=["context.newest_turn", "context.earlier_turns"])

# %% [markdown]
# ## Where the variance lies
#
# Crossed random effects (REML); a fact with fewer than three levels is fixed.

# %%
show.variance(words, "gain", ("conversation", "topic", "type", "context"))

# %% [markdown]
# ## Agreement on turn types, and sample replies

# %%
agreed = context.kappas(context.agreement(types, np.random.default_rng(seed)))
show.table(agreed, "Agreement on turn types: Cohen's kappa, intervals by conversation", claims="context.judge")

# %%
show.transcripts(played, out, facts=["context", "round", "type"], claims="context")

# %%
analysis.claims.publish(context.claims(words, played, later, edited, fit, judged), out)
