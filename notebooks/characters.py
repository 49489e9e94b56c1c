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
# # Can the model tell whose line it is, and play a user?
#
# Ten invented people and ten lines, one for each: is a line likelier under its own person's profile? Then the model
# plays four users itself: do they write as their profiles say?
#
# Ten invented people in one scene, ten lines, each following from one profile (after HPD, Chen et al. 2022, and PRODIGy
# 2023). Pairing is how many nats more a line gets under its own profile than other lines do; preferences for lines and for people cancel. Then it writes: four users, each with other facts and
# another manner, in the open user turn and as an assistant that plays a user (after USP 2025 and counselor-client role-play 2024). What users with other profiles write
# is subtracted. These users write English, whatever `language` says.
#
# What this does not show: word association can produce pairing, too. Rules read manners, facts and copies, not whether a
# user is believable; likelihoods are the model's own, and scripts answer the users unless a `partner` does.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
partner: str = ""  # another model that answers the simulated users: named as `model` is
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run {small, full}
language: str = "en"  # of all texts {en, de, es, fr}
labels: str = ""  # folder labels/ of a labelled run: labels by people as an instrument; empty: none
seed: int = 0  # of every random stream
out: str = "reports/characters"  # the run folder

# %%
import numpy as np

import analysis
import probes
from analysis import characters, show
from analysis.characters.plots import pairing_by_part, square_heat, user_plane
from analysis.report import style

# %%
style.use()
people = analysis.people(labels)
model = probes.load_model(model, partner=partner, **load)
how = {"model": model, "seed": seed, "out": out}
kinds = [probes.suite[name] for name in ("in_character", "relation")]
lines, relations = [probes.run(kind.sized(profile, language=language), **how) for kind in kinds]
talks = probes.run(probes.suite.simulated_user.sized(profile, partner="partner" if partner else "script"), **how)

# %% [markdown]
# ## What in a profile is informative

# %%
parts = pairing_by_part.prepare(lines)
show.figure(pairing_by_part.draw(parts), parts, alt="Pairing of lines and profiles by part and form", claims=["characters.lines", "characters.beyond_words", "characters.manner"])

# %% [markdown]
# The mean square of ten people by ten lines: own lines are on the diagonal.

# %%
square = square_heat.prepare(lines)
show.figure(square_heat.draw(square), square, alt="Log-probability of every line under every profile, tastes taken out", claims=["characters.lines", "characters.top"])

# %% [markdown]
# ## The users it plays
#
# Up: turns in the manner of the profile. Right: runs of four words copied from it. Both minus what users with other profiles
# write. Where nobody copied anything, the limits are those of a share of zero among so few users.

# %%
plane = user_plane.prepare(talks)
show.figure(user_plane.draw(plane), plane, alt="Turns in the manner of the profile against words copied from it, by channel", claims=["characters.style", "characters.copied"])

# %%
show.table(characters.overview(talks), "Simulated users by channel and form of the profile; messages written by us are not in it", claims=["characters.told_apart", "characters.own_facts", "characters.style"])

# %%
show.table(characters.course(talks), "Turns that read as the assistant's, and loops, by channel and turn", claims="characters.slips")

# %%
show.transcripts(talks, out, facts=["channel", "domain", "manner", "turn", "origin"], claims="characters.told_apart")

# %% [markdown]
# ## Revised messages
#
# Profile `full` only: three passes for facts, manner and fit, minus three times "Write it once more".

# %%
refined = probes.run(probes.suite.refine.sized(profile), **how) if profile == "full" else None
show.table(characters.refining(refined), "What passes change in a draft, as it is and over as many placebo passes") if profile == "full" else None

# %%
corrected = people.of(lines, talks)
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
show.transcripts(lines, out, facts=["part", "line_form", "who"], claims="characters.lines")

# %%
claims = characters.claims(lines, relations, talks, np.random.default_rng(seed))
analysis.claims.publish([*claims, *corrected.claims], out)
