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
# # Can it move a partner, and see what moved them?
#
# The model addresses people who care about one of four values, listens to such arguments, and looks back at conversations.
# Does it fit its arguments to the person, is it moved by them, and does it see what moved others?
#
# A person cares about cost, health, fairness or freedom; an argument appeals to one of these in other words (after Salvi
# et al. 2024). The model speaks: pairing is how many nats more an argument gets for the person whose value it appeals to.
# The model listens: shift is the change of its agreement, in points from 1 to 5. The model looks back: hits after a
# partner's reply minus before, as share of what a Bayesian gains (after RL on Hindsight Regenerations 2024). The model
# debates: three written turns against a listener, which is itself or, with the parameter `partner`, another model.
#
# What this does not show: that anybody is persuaded. Speaker and listener are models, a person is four sentences, and word association can produce pairing, too; the same words about somebody else limit that.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
partner: str = ""  # another model to debate with, as the listener: named as `model` is
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run {small, full}
language: str = "en"  # of all texts {en, de, es, fr}
seed: int = 0  # of every random stream
out: str = "reports/persuasion"  # the run folder

# %%
import analysis
import probes
from analysis import persuasion, show
from analysis.persuasion.plots import appeal_matrix, debate_course, hindsight_gap, opinion_shift
from analysis.report import style

# %%
style.use()
model, listener = probes.load_model(model, partner=partner, **load), "partner" if partner else "self"
how = {"model": model, "seed": seed, "out": out}
kinds = [probes.suite[name] for name in ("appeals", "opinion", "steering_partner")]
spoken, heard, steered = [probes.run(kind.sized(profile, language=language), **how) for kind in kinds]
credited = probes.run(probes.suite.steering_credit.sized(profile, language=language), **how) if profile == "full" else None
debated = probes.run(probes.suite.debate.sized(profile, listener=listener, language=language), **how)

# %% [markdown]
# ## Arguments that fit

# %%
show.table(persuasion.appeals(spoken), "Pairing of arguments with values told, by who is to be won over, nats", claims=["persuasion.fits", "persuasion.targets"])

# %%
fit = appeal_matrix.prepare(spoken)
show.figure(appeal_matrix.draw(fit), fit, alt="Log-probability of every argument for every value of the person to be won over, tastes taken out", claims="persuasion.fits")

# %% [markdown]
# ## What moves it

# %%
moved = opinion_shift.prepare(heard)
show.figure(opinion_shift.draw(moved), moved, alt="Shift of agreement after each card, on both scales", claims=["persuasion.moved", "persuasion.extra"])

# %% [markdown]
# ## Debates
#
# Agreement is asked off the record: neither side sees that it was. Odds ratios need eight topics (profile `full`);
# answers enter with the probabilities of all five points. People debated in the published trial: compare the direction.

# %%
course = debate_course.prepare(debated)
show.figure(debate_course.draw(course), course, alt="Shift of the listener after each turn, by what the speaker knew", claims=["persuasion.debates", "persuasion.informed"])

# %%
show.table(persuasion.odds(debated), "Odds of a higher agreement after a personalised debate, and the shift in points", claims=["persuasion.debates", "persuasion.informed"])

# %% [markdown]
# ## What a reply reveals

# %%
gap = hindsight_gap.prepare(steered)
show.figure(hindsight_gap.draw(gap), gap, alt="Share of right strategies before and after the reply, with ceilings", claims=["persuasion.hindsight", "persuasion.own_reply"])

# %% [markdown]
# Profile `full` only: a person objects three times and is answered three times, once wrongly. Which answer was it?

# %%
show.table(persuasion.credited(credited), "The move that lost the partner: with the objections, and the moves alone", claims="persuasion.credit") if profile == "full" else None

# %% [markdown]
# ## Where the variance lies
#
# Crossed random effects (REML); a fact with fewer than three levels is fixed.

# %%
show.variance(heard, "shift", ("topic", "cares", "card", "scale"))

# %% [markdown]
# ## Transcripts

# %%
show.transcripts(heard, out, facts=["card", "scale", "cares", "topic"], claims="persuasion")

# %%
show.transcripts(debated, out, facts=["profile", "turn", "scale", "cares", "topic"], claims="persuasion.debates")

# %%
analysis.claims.publish(persuasion.claims(spoken, heard, steered, debated, credited), out)
