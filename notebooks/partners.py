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
# # Does another story, or another partner, change what it does?
#
# The same games presented as a bare game, a television show and an evening at the pub, and words whose meaning depends on the
# speaker. Does the story, or the partner, change what the model does?
#
# The same matrix games presented as a bare game, a television show and an evening at the pub; one price that is accepted or
# rejected; a fund that four neighbours pay into; and reference games after Frank and Goodman 2012
# (doi:10.1126/science.1218633): three objects and one word, where a listener who reasons about the speaker finds the object
# that has no word of its own.
#
# What this does not show: how it would act where something is at stake. Stories have two sentences, prices are named once, and the scripted listeners are formulas. With `partner` another model listens, responds, and is the stranger.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
partner: str = ""  # another model that listens and responds: named as `model` is
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run {small, full}
seed: int = 0  # of every random stream
out: str = "reports/partners"  # the run folder

# %%
from dataclasses import replace

import analysis
import probes
from analysis import show
from analysis.games import tables
from analysis.games.findings import partners
from analysis.games.plots import cooperation_by_round, cross_play, frame_forest
from analysis.report import style

# %%
style.use()
model, suite = probes.load_model(model, partner=partner, **load), probes.suite
how = {"model": model, "seed": seed, "out": out}
other = ("partner",) if partner else ()
framed = probes.run(suite.framed_game.sized(profile), **how)
haggled = probes.run(suite.haggle.sized(profile, responders=("self", *other)), **how)
referred = probes.run(suite.reference_game.sized(profile, listeners=("self", "literal", "pragmatic", *other)), **how)
private = probes.run(suite.private_words.sized(profile), **how)
asked = probes.run(suite.conditional_giving.sized(profile), **how)
goods = suite.public_goods.sized(profile)
played = probes.run(replace(goods, groups=(*goods.groups, *other)), **how)

# %% [markdown]
# ## Claims

# %%
claims = partners.claims(framed, haggled, referred, private, asked, played)
analysis.claims.Cards(claims)

# %% [markdown]
# ## Stories

# %%
told = frame_forest.prepare(framed)
show.figure(frame_forest.draw(told), told, alt="Cooperative action over the other by story, chosen and announced", claims=["partners.show", "partners.pub", "partners.channel"])

# %% [markdown]
# ## Prices

# %%
show.table(tables.partners.prices(haggled), "One price, taken or left, by who proposes and who responds", claims=["partners.accepts", "partners.names"])

# %% [markdown]
# ## A common fund

# %%
show.table(tables.giving.responses(asked), "What is given to a common fund after the others gave much minus little, share", claims=["partners.gives"])

# %%
going = cooperation_by_round.prepare(played, "seats", "share")
show.figure(cooperation_by_round.draw(going, label="share given"), going, alt="Share given to a common fund by round", claims=["partners.decay"])

# %% [markdown]
# ## Words

# %%
picked = cross_play.prepare(referred)
show.figure(cross_play.draw(picked), picked, alt="Things picked rightly after the model's words, by who listens", claims=["partners.words", "partners.stranger"])

# %%
show.table(tables.reference.roles(referred), "How rational the model is as a speaker and takes a speaker to be", claims=["partners.listener", "partners.speaker"])

# %%
show.table(tables.reference.exposures(private), "Right things by earlier rounds with invented words, probability", claims="partners.uptake")

# %% [markdown]
# ## Where the variance lies
#
# Crossed random effects (REML); a fact with fewer than three levels is fixed.

# %%
show.variance(framed, "lean", ("game", "frame", "channel", "arm"))

# %% [markdown]
# ## Transcripts

# %%
show.transcripts(referred, out, facts=["role", "listener", "shared_part"], claims="partners")

# %%
analysis.claims.publish(claims, out)
