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
seed: int = 0  # of every random stream
out: str = "reports/user_turn"  # the run folder

# %%
import numpy as np

import analysis.claims
import analysis.show as show
import probes
from analysis import user_turn
from analysis.plots import accuracy_followup, class_composition, followup_by_temperature, perturbation_forest

# %%
chosen = probes.load_model(model)
suite, small = probes.suite, profile == "small"
size = {"per_domain": 20, "answer_tokens": 80, "turn_tokens": 32, "grounding": 3} if small else {"grounding": 8}
edits = {"answers": ("own", "given"), "perturbations": ("none", "question")} if small else suite["user_turn"].everything
given = {"dataset": dataset, "path": path}
asked = suite["user_turn"](temperatures=tuple(temperatures), samples=samples, **given, **size, **edits)
table = probes.run(asked, chosen, seed=seed, out=out)
real = probes.run(suite["user_turn_likelihood"](per_domain=4 if small else 0, **given), chosen, seed=seed, out=out)
checking = suite["user_turn_instruments"](per_class=2 if small else 0, others=0 if small else 8)
checks = probes.run(checking, chosen, seed=seed, out=out)

# %% [markdown]
# ## Claims

# %%
claims = user_turn.claims(table, real)
analysis.claims.Cards(claims)

# %% [markdown]
# ## Follow-up rate by temperature
#
# Points are means over contexts, bars 95 % intervals with contexts as the independent units. "Question" appends a
# generic question to the answer. Rates come from the rules; an answer that reached its length limit is shown up to its
# last whole sentence. The positive control asks the question after given answers: after broken ones of its own a model
# may have nothing to react to.

# %%
rates = followup_by_temperature.prepare(table)
show.figure(followup_by_temperature.draw(rates), rates, alt="Genuine follow-up rate against temperature")

# %% [markdown]
# ## What the turns are

# %%
shares = class_composition.prepare(table)
show.figure(class_composition.draw(shares), shares.reset_index(), alt="Shares of the six classes by temperature")

# %% [markdown]
# ## What changes to the answer do
#
# Paired by context; greedy contrasts are tested by McNemar's mid-p and adjusted after Holm in the data beside it.

# %%
lines = perturbation_forest.prepare(table)
show.figure(perturbation_forest.draw(lines), lines, alt="Follow-up rate under each perturbation minus untouched")

# %% [markdown]
# ## Being right and expecting an answer

# %%
points = accuracy_followup.prepare(table)
show.figure(accuracy_followup.draw(points), points, alt="Accuracy against follow-up rate by domain")

# %% [markdown]
# ## Can the instruments be trusted?
#
# Agreement with hand labels (Cohen's kappa), then how well likelihoods tell true next turns from another context's.
# An instrument below 0.6 is too weak: its rates are not used. The rules were written on the written turns, so those
# kappas are upper bounds. On a small model's turns they agree less: of such a model read differences, not levels.
# The weights of grounding come from our own contexts and SmolLM2-135M, where its AUROC is in sample: on people's turns
# it reached 0.92 to 0.94 (docs/user_turn.md). "link" is what shared words tell without any model.

# %%
show.table(user_turn.agreement(checks, np.random.default_rng(seed)), "Agreement of the instruments")

# %%
show.table(user_turn.confusion(checks), "Hand labels down, rules across")

# %%
show.table(user_turn.separation(real, np.random.default_rng(seed)), "True against mismatched next turns, AUROC")

# %% [markdown]
# ## Do the turns look like a user's?
#
# The distance is Kolmogorov's: 0 where a feature is spread as among real next turns, 1 where it never overlaps. The real
# ones are those of `dataset` where it has any, else our own.

# %%
show.table(user_turn.likeness(table, user_turn.real_turns(real)), "Features of written turns beside real ones")

# %% [markdown]
# ## Transcripts by class
#
# The darker a token, the more its own conversation makes it likely, compared with other conversations and with none.
# Type a class, a context or a word into the field to filter.

# %%
user_turn.coloured(table, out)

# %%
analysis.claims.publish(claims, out)
