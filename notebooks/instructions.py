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
# # Does a rule stay where it belongs, and whose word counts?
#
# The model is given rules for one kind of text, and conflicting requests from people of different rank. Does it follow a rule
# where it applies and only there, and whose word counts?
#
# A rule is an effect that a program can check, for texts of one genre to one recipient (after RLVF, Stephan et al. 2024).
# A request matches a rule in genre and recipient, in one of them, or in neither. Gain is by how many nats the rule favours the
# text that follows it over the text that does not; the control is the same rule given as somebody else's.
#
# Two people of known rank want different things (after Multi-User LLM Agents 2026): what do a rank, the last word, ten
# words more and urgency weigh? And four people ask for four codes, each of which one of them may know.
#
# What this does not show: a scored text is not one that the model wrote (the second probe writes, greedily); effects are surface features, and compliance
# with them says nothing about rules of content.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run {small, full}
language: str = "en"  # of all texts {en, de, es, fr}
labels: str = ""  # folder labels/ of a labelled run: labels by people as an instrument; empty: none
seed: int = 0  # of every random stream
out: str = "reports/instructions"  # the run folder

# %%
import numpy as np

import analysis
import probes
from analysis import instructions, show
from analysis.instructions.plots import principal_weights, scope_slope
from analysis.report import style

# %%
style.use()
people = analysis.people(labels)
model = probes.load_model(model, **load)
how = {"model": model, "seed": seed, "out": out}
names = ("rule_scope", "rule_text", "principals", "secrets", "secret_text", "common_slot")
kinds = [probes.suite[name].sized(profile, language=language) for name in names]
scored, written, orders, codes, texts, slots = [probes.run(kind, **how) for kind in kinds]

# %% [markdown]
# ## Gain by distance

# %%
slope = scope_slope.prepare(scored)
show.figure(scope_slope.draw(slope), slope, alt="Gain of the text that obeys by distance from the rule's domain", claims=["instructions.obeyed", "instructions.scope", "instructions.spill"])

# %%
show.table(instructions.gains(scored, "kl"), "How far a rule moves the model along the plain text, nats per token", claims="instructions.spill")

# %% [markdown]
# ## What it writes

# %%
show.table(instructions.changes(written), "Change of the effect in written texts, by delivery and distance", claims=["instructions.written", "instructions.outside", "instructions.reasoning"])

# %%
corrected = people.of(written, texts)
corrected

# %% [markdown]
# ## Whose word counts

# %%
weights = principal_weights.prepare(orders)
show.figure(principal_weights.draw(weights), weights, alt="Weight of a rank, the last word, ten words more and urgency", claims=["instructions.rank", "instructions.exchange", "instructions.last_word"])

# %% [markdown]
# ## What is said to whom

# %%
show.table(instructions.leaks(codes), "A code for the person named beside it over others, nats, by rule, attack and round", claims="instructions.secrets")

# %%
show.table(instructions.written(texts), "Written texts with the code that was asked for, share", claims="instructions.told")

# %%
show.table(instructions.slots(slots), "The one slot that suits everybody, by chance 1 in 4")

# %% [markdown]
# ## Where the variance lies
#
# Crossed random effects (REML); a fact with fewer than three levels is fixed.

# %%
show.variance(scored, "gain", ("effect", "request", "rule", "distance"))

# %% [markdown]
# ## Transcripts

# %%
show.transcripts(written, out, facts=["delivery", "distance", "effect"], claims="instructions")

# %%
claims = instructions.claims(scored, written, orders, codes, texts, np.random.default_rng(seed))
analysis.claims.publish([*claims, *corrected.claims], out)
