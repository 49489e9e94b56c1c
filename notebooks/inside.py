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
# # Does the model represent the truth that it does not state?
#
# The model answers simple yes-or-no questions (is a dog an animal?) while its activations are recorded. Can the right
# answer be decoded from them where the stated one is wrong, and do changed activations change the answer?
#
# The model is asked about category membership (*Is a dog an animal? Answer yes or no.*). Four questions about its
# activations: at which layers can linear probes decode the correct answer, does steering change the stated answer, which
# layers mediate the effect of a persona, and what do the same methods give for control tasks and placebo directions? The
# activations come from the same run as the reported answers. Items are ours; true and false category statements as in
# Marks & Tegmark 2023 (arXiv:2310.06824).

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run {small, full}
persona: str = "bold"  # whose shift of the answer is patched, a name in probes.personas
seed: int = 0  # of every random stream
out: str = "reports/inside"  # the run folder

# %%
import numpy as np

import analysis
import probes
from analysis import frame, inside, show
from analysis.inside.plots import direction_atlas, dose_response, layer_scan, logit_lens, patch_map
from probes.models import lens, patch, steer

model, rng, ask = probes.load_model(model, **load), np.random.default_rng(seed), probes.suite["membership"]
every, words, pushed, blanks = {"small": (2, 8, 1, 10), "full": (1, 12, 4, 50)}[profile]
how = {"seed": seed, "out": out, "capture": probes.Capture.layers(model, every)}

# %%
asked = ask(words=pushed, personas=(persona,), controls=True), probes.suite["completion"](), ask(words=words)
*more, table = (probes.run(probe, model, **how) for probe in asked)
voices, easy, rows = (frame.rows(run, name) for run, name in zip((*more, table), ("mass", "p_right", "log_odds_yes")))
labels = {"true": rows["true"].to_numpy(bool), "says yes": (rows["value"] > rows["value"].median()).to_numpy()}

# %% [markdown]
# ## At which layers can the truth be decoded?
#
# Linear probes at each layer, tested on held-out words or on held-out families of categories. Every word appears once
# with its own category and once with another, so a probe that relies on the word alone is at chance or below.

# %%
near, far = (inside.scan(inside.layers(out, rows), labels["true"], rows["word"], rng, rows[by]) for by in ("word", "family"))
scans = layer_scan.prepare({"true or not, other words": near, "true or not, other kinds": far})
show.figure(layer_scan.draw(scans), scans, "Share read rightly by layer, with controls", inside.LIMITS["read"], claims=["inside.decoding", "inside.decoding_gain", "inside.transfer", "inside.answers"])

# %% [markdown]
# ## The answer through the layers (logit lens)
#
# The log-odds of the answer at each layer, read through the model's own final norm and output head.

# %%
way = logit_lens.prepare(lens.lens(ask(words=pushed), model, "yes", every), "true")
show.figure(logit_lens.draw(way), way, "Log-odds of yes by layer, for true and false statements", inside.LIMITS["lens"], claims="inside.answers")

# %% [markdown]
# ## Does steering change the answer?
#
# While the model answers, the residual stream at the last token is moved along a direction estimated on other words.
# Strength 1 is the distance between the means of true and false statements. Placebo directions have the same norm.

# %%
site, tasks = near.chosen()[0], [ask(words=pushed), asked[1]]
features, apart = inside.at(out, rows, site), ~rows["word"].isin(voices["word"])
ways = inside.tables.directions.alike({name: inside.tables.directions.mean_difference(features[apart], truth[apart]) for name, truth in labels.items()})
moved = steer.doses(tasks, model, ways, (-8, -4, 4, 8), site, steer.placebos(ways["true"], blanks, rng), seed=seed)
curve = dose_response.prepare(moved[moved["probe"] == "membership"], "log_odds_yes")
show.figure(dose_response.draw(curve), curve, f"Change of the answer by strength at {site}", inside.LIMITS["push"], claims=["inside.steering", "inside.harm"])

# %%
show.table(inside.tables.pushing.side_effects(moved), "Side effects: easy completions and option mass at each dose", claims="inside.harm")

# %% [markdown]
# ## Which layers and positions mediate the effect of a persona?
#
# Activation patching: states from the run with the persona are put into the run with length-matched filler. Only tokens
# after the persona are common to both runs and can be patched.

# %%
patched = patch.patch_map(ask(words=1, personas=(persona,), controls=True), model, ("word", "asked"), "yes", 2 * every)
carried = patch_map.prepare(patched, rng)
show.figure(patch_map.draw(carried), carried, "Change of the answer by patched layer and positions", inside.LIMITS["carry"], claims="inside.persona_patch")

# %% [markdown]
# ## Directions: stability and cosine similarity

# %%
show.table(inside.tables.directions.summary(features, labels, {"words": rows["word"], "families": rows["family"]}, rng), f"At {site}", claims="inside.persona_shift")

# %%
ways[f"as {persona}"] = inside.between(out, voices, voices["guise"] == "persona", site)
ways["sure when easy"] = inside.between(out, easy, easy["value"] > easy["value"].median(), site)
atlas = direction_atlas.prepare(ways, inside.tables.directions.chance(features, labels["true"], rng))
show.figure(direction_atlas.draw(atlas), atlas, "Cosines of all pairs of directions", inside.LIMITS["atlas"], claims="inside.persona_shift")

# %%
show.variance(rows, "log_odds_yes", ("word", "family", "asked")) + show.transcripts(rows, out, facts=["word", "asked", "true"], claims="inside")

# %%
analysis.claims.publish(inside.claims(table, near, far, moved, carried, persona, patched), out)
