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
# The model answers a query and then writes the user's next turn itself. A turn that takes up the answer is a follow-up:
# a sign that the model expects a reaction.
#
# A model that represents a conversation partner reacts to its own answer there: it asks back, objects, or asks for
# more. A model that does not repeats the query, continues as the assistant, changes the subject or writes nothing.
#
# Inspired by Shekkizhar et al. 2026 (arXiv:2604.02315), whose prompts and labels are not released. Contexts, classes and
# rules are ours, so compare directions only. A "genuine follow-up" takes up the answer; a variant of the query that
# ignores the answer does not count.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run {small, full}
temperatures: list[float] = [0.0, 0.7, 1.0]  # 0 is greedy, one turn; the others get `samples` turns [0, 3]
samples: int = 1  # turns a context and temperature above 0 [1, 100]
dataset: str = ""  # empty: our own contexts; else a name in probes.datasets
path: str = ""  # where that data set lies
judge: str = ""  # a model that also reads every turn, by forced choice; empty: none
labels: str = ""  # folder labels/ of a labelled run: labels by people as an instrument; empty: none
seed: int = 0  # of every random stream
out: str = "reports/user_turn"  # the run folder

# %%
import numpy as np

import analysis
import probes
from analysis import show, user_turn
from analysis.user_turn.plots import accuracy_followup, class_composition, followup_by_temperature, perturbation_forest

# %%
rng, suite, people = np.random.default_rng(seed), probes.suite, analysis.people(labels)
run, data = {"model": probes.load_model(model, **load), "seed": seed, "out": out}, {"dataset": dataset, "path": path}
table = probes.run(suite.user_turn.sized(profile, temperatures=tuple(temperatures), samples=samples, **data), **run)
real = probes.run(suite.user_turn_likelihood.sized(profile, **data), **run)
checks = probes.run(suite.user_turn_instruments.sized(profile), **run)
judged = probes.run(suite.user_turn_judge(run=out), probes.load_model(judge), seed=seed, out=out) if judge else None
reference = suite.user_turn_likelihood(per_domain=200, **data).turns()

# %% [markdown]
# ## Claims

# %%
claims = user_turn.claims(table, real, checks, reference)
analysis.claims.Cards(claims)

# %% [markdown]
# ## Follow-up rate by temperature
#
# Points are means over contexts; bars are 95 % intervals with contexts as the independent units. "Question" appends a
# generic question to the answer. The dotted null classifies the same turns against another context: follow-ups counted
# there are chance. Rates come from the rules. An answer that reached its length limit is cut after its last complete
# sentence. The positive control appends the question to given answers, because a small model's own answers may be too
# broken to react to.

# %%
rates, shares = followup_by_temperature.prepare(table), class_composition.prepare(table)
show.figure(followup_by_temperature.draw(rates), rates, alt="Genuine follow-up rate against temperature", claims=["user_turn.rate", "user_turn.temperature"])

# %% [markdown]
# ## Classes of turns

# %%
show.figure(class_composition.draw(shares), user_turn.composition(table), alt="Shares of six classes by temperature", claims=["user_turn.instead", "user_turn.rate"])

# %% [markdown]
# ## Effect of perturbing the answer
#
# Paired by context. The figure's data include the tests: exact McNemar for greedy turns and a paired t for sampled ones,
# Holm-corrected together; for sampled turns also cluster-bootstrap limits.

# %%
lines, points = perturbation_forest.prepare(table), accuracy_followup.prepare(table)
show.figure(perturbation_forest.draw(lines), lines, alt="Follow-up rate under each perturbation minus untouched", claims="user_turn.question")

# %% [markdown]
# ## Accuracy and follow-ups

# %%
show.figure(accuracy_followup.draw(points), points, alt="Accuracy against follow-up rate by domain", claims="user_turn.accuracy")

# %% [markdown]
# ## How valid are the instruments?
#
# First each instrument's classification of the same turns, with its agreement (Cohen's kappa) with labels, given after the
# written definition, of new turns by SmolLM2-135M. Then all agreements. The rules were developed on the hand-written turns, so those
# kappas are upper bounds. Below 0.6 an instrument is unreliable for absolute rates: use it for comparisons only.

# %%
show.table(user_turn.by_instrument(table, checks, judged), "Follow-up rate by instrument, all temperatures", claims="user_turn.rate")

# %%
show.table(user_turn.agreement(checks, rng), "Agreement of the instruments")

# %%
show.table(user_turn.confusion(checks), "Hand labels down, rules across")

# %%
corrected = people.of(user_turn.readings(table, judged))
corrected

# %% [markdown]
# ## Likelihood measures on real turns
#
# AUROC for distinguishing true next turns from those of another context; "link" uses shared words only, without a model. The
# weights of grounding were fitted on our own contexts with SmolLM2-135M, so its AUROC on them is in-sample
# (docs/user_turn.md has it on held-out turns by people). Below, in nats per token: the information gain of query and
# answer, that of the answer alone, and the log-likelihood ratio of the user role to the assistant role.

# %%
show.table(user_turn.brief(user_turn.separation(real)), "True against other next turns, AUROC")

# %%
show.table(user_turn.companion(real), "Real next turns, nats per token")

# %% [markdown]
# ## Do the turns look like a user's?
#
# The energy coefficient compares all features jointly: 0 if they are distributed as in real next turns, 1 if the
# distributions do not overlap. The null is the value between random halves of the real turns. Below, the
# Kolmogorov-Smirnov distance of each feature. Real turns come from `dataset` where it has any, otherwise from our contexts.

# %%
show.table(user_turn.brief(user_turn.distances(table, reference, rng)), "Distance from real turns")

# %%
show.table(user_turn.likeness(table, reference), "Features of written turns beside real ones")

# %% [markdown]
# ## Where the variance lies
#
# Crossed random effects (REML); a fact with fewer than three levels is fixed.

# %%
show.variance(table, "follow_up", ("context", "domain", "temperature", "perturbation"))

# %% [markdown]
# ## Transcripts by class
#
# Darker tokens are more likely given their own conversation than given other conversations or none. Type a class, a
# context or a word to filter.

# %%
user_turn.coloured(table, out)

# %%
analysis.claims.publish([*claims, *corrected.claims], out)
