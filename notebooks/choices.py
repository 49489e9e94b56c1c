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
# # Does it know what its choices are made of?
#
# Eight people apply and the model picks four. How much does each attribute, such as party or gender, weigh in its
# picks, and does the model say the same when it is asked?
#
# After Left, Right, and Gender (2021). A weight is how many nats a first pick gains from an attribute, over lists in which every attribute occurs with every position, name and letter equally often. The model says how much the attribute
# counts, from -2 to 2: before anything is shown of its picks, after the conversation, after its own picks as counts, and
# after the counts of somebody who took the other four.
#
# What this does not show: why it chooses as it does. Weights are those of first picks from these cards; a statement that follows a record may be reading, not insight, which the comparison with the other's record limits.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run {small, full}
language: str = "en"  # of all texts {en, de, es, fr}
seed: int = 0  # of every random stream
out: str = "reports/choices"  # the run folder

# %%
import analysis
import probes
from analysis import choices, show
from analysis.choices.plots import record_followed, stated_shown, weight_by_attribute
from analysis.report import style

# %%
style.use()
model = probes.load_model(model, **load)
chosen = probes.run(probes.suite.own_choices.sized(profile, language=language), model, seed=seed, out=out)

# %% [markdown]
# ## What counts in its choices

# %%
weights = weight_by_attribute.prepare(chosen)
show.figure(weight_by_attribute.draw(weights), weights, alt="Weight of every attribute in first picks", claims=["choices.merits", "choices.party", "choices.gender"])

# %% [markdown]
# ## What it says of them

# %%
both = stated_shown.prepare(chosen)
show.figure(stated_shown.draw(both), both, alt="Weights stated against weights shown, by attribute", claims="choices.agreement")

# %% [markdown]
# ## What a record changes

# %%
followed = record_followed.prepare(chosen)
show.figure(record_followed.draw(followed), followed, alt="Move of statements toward what is shown of picks", claims=["choices.revision", "choices.own_only"])

# %% [markdown]
# ## Where the variance lies
#
# Crossed random effects (REML); a fact with fewer than three levels is fixed.

# %%
show.variance(chosen, "stated", ("pool", "attribute", "trace", "scale"))

# %% [markdown]
# ## Transcripts

# %%
show.transcripts(chosen, out, facts=["attribute", "trace", "lean", "scale"], claims="choices")

# %%
analysis.claims.publish(choices.claims(chosen), out)
