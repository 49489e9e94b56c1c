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
# # Demo: does a persona change what a model gives to a stranger?
#
# The null model has random weights and knows nothing, so the answer should be "no": a report on it shows what a null
# result looks like. Run it again with a model of your own: `interlocutor run demo -p model=NAME`.
#
# What this does not show: nothing is at stake for a model, and a dictator game is one decision.

# %% tags=["parameters"]
model: str = "tiny"  # a name, a folder, a .gguf file or a hub id
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
persona: str = "agreeableness_high"  # a name in probes.personas
seed: int = 0  # of every random stream
out: str = "reports/demo"  # the run folder

# %%
import analysis
import probes
from analysis import show

# %%
model = probes.load_model(model, **load)
probe = probes.suite["one_shot_game"](games=("dictator",), personas=("none", persona))
table = probes.run(probe, model, seed=seed, out=out)

# %% [markdown]
# ## Claims

# %%
shares = table[table["measure"] == "share"]
baseline, persona_rows = (shares[shares["persona"] == name] for name in ("none", persona))
difference = analysis.estimate.between(persona_rows, baseline, by="stake")
mass = analysis.claims.option_mass(table.loc[table["measure"] == "mass", "value"].median())
about = {"null_name": "no change", "units_name": "stakes", "gates": (mass,), "subject": f"Share given as {persona}"}
claim = analysis.claims.Claim(
    "Does the persona give more?", difference, "percentage points", null=0.0, id="demo.persona_gives_more", **about
)
analysis.claims.Cards([claim])

# %% [markdown]
# ## Share given

# %%
show.table(analysis.estimate.by(shares, "share", ["persona"], kind="mean"), "Expected share given to a stranger")

# %%
show.transcripts(table, out, limit=2, facts=["persona", "stake", "arm"])

# %%
analysis.claims.publish(claim, out)
