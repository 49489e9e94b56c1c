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
# # Does the model expect a reaction to its answer?
#
# The model answers a query. Then the *user's* next turn is opened and the model writes it. A model that represents a
# partner on the other side reacts there to its own answer: asks back, objects, asks for more. One that does not
# repeats the query, goes on as the assistant, changes the subject or falls silent.
#
# Inspired by Shekkizhar et al. 2026 (arXiv:2604.02315). Their prompts and labels are not released: contexts, classes and
# rules are ours, so only directions can be compared. A "genuine follow-up" takes up the answer; a variant of
# the query that ignores the answer does not count.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
profile: str = "small"  # how much to run {small, full}
temperatures: list[float] = [0.0, 0.7, 1.0]  # 0 is greedy, one turn; the others get `samples` turns [0, 3]
samples: int = 1  # turns a context and temperature above 0 [1, 100]
dataset: str = ""  # empty: our own contexts; else a name in probes.datasets
path: str = ""  # where that data set lies
judge: str = ""  # a model that also reads every turn, by forced choice; empty: none
seed: int = 0  # of every random stream
out: str = "reports/user_turn"  # the run folder

# %%
import numpy as np

import analysis
import probes
from analysis import show, user_turn
from analysis.user_turn.plots import accuracy_followup, class_composition, followup_by_temperature, perturbation_forest

# %%
rng, suite = np.random.default_rng(seed), probes.suite
run, given = {"model": probes.load_model(model), "seed": seed, "out": out}, {"dataset": dataset, "path": path}
table = probes.run(suite.user_turn.sized(profile, temperatures=tuple(temperatures), samples=samples, **given), **run)
real = probes.run(suite.user_turn_likelihood.sized(profile, **given), **run)
checks = probes.run(suite.user_turn_instruments.sized(profile), **run)
judged = probes.run(suite.user_turn_judge(run=out), probes.load_model(judge), seed=seed, out=out) if judge else None
reference = suite.user_turn_likelihood(per_domain=200, **given).turns()

# %% [markdown]
# ## Claims

# %%
claims = user_turn.claims(table, real, checks, reference)
analysis.claims.Cards(claims)

# %% [markdown]
# ## Follow-up rate by temperature
#
# Points are means over contexts, bars 95 % intervals with contexts as the independent units. "Question" appends a
# generic question to the answer; the dotted null reads the same turns against another context, where what the rules
# still call a follow-up is chance. Rates come from the rules; an answer that reached its length limit is shown up to
# its last whole sentence. The positive control asks the question after given answers: after broken ones of its own a
# model may have nothing to react to.

# %%
rates, shares = followup_by_temperature.prepare(table), class_composition.prepare(table)
show.figure(followup_by_temperature.draw(rates), rates, alt="Genuine follow-up rate against temperature")

# %% [markdown]
# ## What the turns are

# %%
show.figure(
    class_composition.draw(shares), user_turn.composition(table), alt="Shares of the six classes by temperature"
)

# %% [markdown]
# ## What changes to the answer do
#
# Paired by context. The data beside it have the tests, exact McNemar for greedy turns and a paired t for sampled ones,
# adjusted together after Holm, and for sampled turns limits by cluster bootstrap too.

# %%
lines, points = perturbation_forest.prepare(table), accuracy_followup.prepare(table)
show.figure(perturbation_forest.draw(lines), lines, alt="Follow-up rate under each perturbation minus untouched")

# %% [markdown]
# ## Being right and expecting an answer

# %%
show.figure(accuracy_followup.draw(points), points, alt="Accuracy against follow-up rate by domain")

# %% [markdown]
# ## Can the instruments be trusted?
#
# First what each instrument makes of the same turns, with its kappa (agreement beyond chance) with a person on fresh
# turns that SmolLM2-135M wrote. Then all agreements: the rules were written on the written turns, so those kappas are
# upper bounds. An instrument below 0.6 is too weak for levels: read differences, and the null beside each rate.

# %%
show.table(user_turn.by_instrument(table, checks, judged), "Follow-up rate by instrument, all temperatures")

# %%
show.table(user_turn.agreement(checks, rng), "Agreement of the instruments")

# %%
show.table(user_turn.confusion(checks), "Hand labels down, rules across")

# %% [markdown]
# ## What do likelihoods say about real turns?
#
# How well they tell true next turns from another context's; "link" is what shared words tell without any model. The
# weights of grounding come from our own contexts and SmolLM2-135M, where its AUROC is in sample (docs/user_turn.md has
# it on people's turns). Below, in nats a token: what query and answer tell about the turn, what the answer alone tells,
# and how much likelier the turn is from a user than from an assistant.

# %%
show.table(user_turn.brief(user_turn.separation(real)), "True against other next turns, AUROC")

# %%
show.table(user_turn.companion(real), "Real next turns, nats a token")

# %% [markdown]
# ## Do the turns look like a user's?
#
# The energy coefficient takes all features together: 0 where they are spread as among real next turns, 1 where nothing
# is in common. What halves of the real turns reach by chance is the null. Below, feature by feature, Kolmogorov's
# distance. The real turns are those of `dataset` where it has any, else our own.

# %%
show.table(user_turn.brief(user_turn.distances(table, reference, rng)), "Distance from real turns")

# %%
show.table(user_turn.likeness(table, reference), "Features of written turns beside real ones")

# %% [markdown]
# ## Transcripts by class
#
# The darker a token, the more its own conversation makes it likely, compared with other conversations and with none.
# Type a class, a context or a word into the field to filter.

# %%
user_turn.coloured(table, out)

# %%
analysis.claims.publish(claims, out)
