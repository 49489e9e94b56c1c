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
#
# %% [markdown]
# # Can the model tell whose line it is?
#
# Ten invented people in one scene, ten lines, each following from one profile (after HPD, Chen et al. 2022, and PRODIGy
# 2023). Pairing is how many nats more a line gets under its own profile than others do there; tastes for lines and for
# people cancel. Lines either share no content word with their profile or repeat one.
#
# What this does not show: association between words pairs as well; nothing is written here, and who recognises a
# character need not be able to play one.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run {small, full}
language: str = "en"  # of all texts {en, de}
labels: str = ""  # folder labels/ of a labelled run: labels by people as an instrument; empty: none
seed: int = 0  # of every random stream
out: str = "reports/characters"  # the run folder

# %%
import numpy as np

import analysis
import probes
from analysis import characters, show
from analysis.characters.plots import pairing_by_part, square_heat
from analysis.report import style

# %%
style.use()
people = analysis.people(labels)
model = probes.load_model(model, **load)
how = {"model": model, "seed": seed, "out": out}
kinds = [probes.suite[name] for name in ("in_character", "relation")]
lines, relations = [probes.run(kind.sized(profile, language=language), **how) for kind in kinds]

# %% [markdown]
# ## What in a profile tells

# %%
parts = pairing_by_part.prepare(lines)
show.figure(pairing_by_part.draw(parts), parts, alt="Pairing of lines and profiles by part and form", claims=["characters.lines", "characters.beyond_words", "characters.manner"])

# %% [markdown]
# The mean square of ten people by ten lines: own lines lie on the diagonal.

# %%
square = square_heat.prepare(lines)
show.figure(square_heat.draw(square), square, alt="Log-probability of every line under every profile, tastes taken out", claims=["characters.lines", "characters.top"])

# %% [markdown]
# ## Rates as people label them

# %%
corrected = people.of(lines)
corrected

# %% [markdown]
# ## Where the variance lies
#
# Crossed random effects (REML); a fact with fewer than three levels is fixed.

# %%
show.variance(lines, "pairing", ("scene", "who", "line_form"))

# %% [markdown]
# ## Some lines under some profiles

# %%
show.transcripts(lines, out, facts=["part", "line_form", "who"], claims="characters")

# %%
claims = characters.claims(lines, relations, np.random.default_rng(seed))
analysis.claims.publish([*claims, *corrected.claims], out)
