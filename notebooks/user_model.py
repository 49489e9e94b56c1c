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
# # What does the model make of the person it talks to?
#
# The model reads what a user did and said. Does its belief about the user follow the evidence, and does it act, ask or
# stay silent as that belief requires?
#
# Diaries of two people determine exactly how likely their next act is. Does the model's belief follow (after GUM 2025)? Does
# it act, ask or stay silent as belief and stakes require, and stop after a refusal (after KnowU-Bench 2026)? Does it follow
# preferences that change from day to day (after PERMA 2026)? Does it ask the most informative question, and use the answer
# (after PREFDISCO 2025 and EAR 2020), know who knows, and join a chat only when there is reason to? All texts are generated; intervals are over users, scenes or sets of chats.
#
# What this does not show: the model is not told the prior behind the exact probabilities, so slopes matter, not levels;
# a scored reply is not one that the model wrote; the points are not real, and the users are generated.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run {small, full}
language: str = "en"  # of all texts {en, de, es, fr}
turns: list[str] = ["profile"]  # how diaries are told: one (first), spread, chatter_after, chatter_before; `profile`: its own
seed: int = 0  # of every random stream
out: str = "reports/user_model"  # the run folder

# %%
import analysis
import probes
from analysis import show, user_model
from analysis.report import style
from analysis.user_model.plots import confusion_square, evidence_by_position, leak_by_distance, preference_timeline
from analysis.user_model.plots import threshold_map, update_curve

# %%
style.use()
model = probes.load_model(model, **load)
how = {"model": model, "seed": seed, "out": out}
told = {} if turns == ["profile"] else {"turns": tuple(turns)}
log, act = [probes.run(probes.suite[name].sized(profile, language=language, **told), **how) for name in ("user_log", "user_act")]
others = ("timeline", "elicit", "who_knows", "group_chat")
timeline, shop, rooms, groups = [probes.run(probes.suite[name].sized(profile, language=language), **how) for name in others]

# %% [markdown]
# ## Belief and evidence
#
# Belief in an act against its exact log-odds given the diary. A Bayesian reader is on the dashed line; one that ignores names
# is flat.

# %%
curve = update_curve.prepare(log)
show.figure(update_curve.draw(curve), curve, alt="Belief by exact log-odds and kind of question", claims="user_model.belief")

# %%
show.table(user_model.slopes(log), "Slope of belief on the exact log-odds, by kind of question", claims="user_model.belief")

# %% [markdown]
# A reader that counts gives every line the same weight. First and last line always differ, so only their difference is known.
# A reader of a person's last two lines has a slope, too, which is why the weights are shown.

# %%
places = evidence_by_position.prepare(log)
show.figure(evidence_by_position.draw(places), places, alt="Weight of a line by its place in the diary", claims="user_model.belief")

# %%
show.table(user_model.shortcuts(log), "Slope in these diaries of a reader of few lines", claims="user_model.belief")

# %% [markdown]
# ## One turn or many
#
# The same diary one day per turn (*depth*), in one turn after as many turns of small talk (*amount*), and before them
# (*distance*).

# %%
show.table(user_model.turned(log, act), "Change by telling, paired by diary", claims=["user_model.turns", "user_model.belief"])

# %% [markdown]
# ## Noise and exchanged names
#
# Profile `full` only: one line in four about something else; and names exchanged so that they are uninformative, a control.

# %%
show.table(user_model.versions(log), "What noise and exchanged names do", claims="user_model.belief") if profile == "full" else None

# %% [markdown]
# ## Decisions
#
# Shares of acting, asking and silence by probability and points at stake; the dot marks the optimal decision.

# %%
shares = threshold_map.prepare(act)
show.figure(threshold_map.draw(shares), shares, alt="Decisions by probability and stakes", claims=["user_model.stakes", "user_model.regret", "user_model.stops"])

# %% [markdown]
# ## Preferences that change
#
# Weights of the right task, of certainty and of the current value in eight replies, before and after it is mentioned.

# %%
lines = preference_timeline.prepare(timeline)
show.figure(preference_timeline.draw(lines), lines, alt="Weights in the reply by depth", claims=["user_model.current", "user_model.retained"])

# %%
show.table(user_model.courses(timeline), "Preference for the current value by course, nats", claims=["user_model.current", "user_model.retained"])

# %% [markdown]
# ## Questions to the user
#
# Eight goods, six attributes, a truthful user who wants one. Along the path of the best questions the model says what it would
# ask, whether it would rather recommend, and what.

# %%
show.table(user_model.elicited(shop), "Asking and recommending, by measure", claims=["user_model.asks", "user_model.uptake"])

# %% [markdown]
# Profile `full` only: a wrong good was recommended at once, and the user says no, or also what it should have been.

# %%
show.table(user_model.rejected(shop), "After a rejection, without and with a critique", claims="user_model.uptake") if profile == "full" else None

# %% [markdown]
# ## Who knows
#
# Rooms determine who hears where an object is (after HAMLET 2025). Of two actors one heard the last announcement. How much do
# answers follow the announcement that must not count: for the absent actor the one never heard, for the present one the
# outdated one?

# %%
distance = leak_by_distance.prepare(rooms)
show.figure(leak_by_distance.draw(distance), distance, alt="Leak by lines since the announcement", claims=["user_model.knows", "user_model.leak"])

# %%
show.table(user_model.known(rooms), "Nats for the right place, by question and announcement", claims=["user_model.knows", "user_model.leak"])

# %% [markdown]
# ## Group chats
#
# Six chats differ in one line: five reasons to join in, and none (after GroupGPT 2026). The words of every reason occur in all six. Fitting responses are on the
# diagonal.

# %%
square = confusion_square.prepare(groups)
show.figure(confusion_square.draw(square), square, alt="Responses by cause", claims=["user_model.joins", "user_model.silent", "user_model.settled"])

# %%
show.table(user_model.responses(groups), "Responses by cause and what becomes of it", claims=["user_model.joins", "user_model.silent", "user_model.settled"])

# %% [markdown]
# ## Where the variance lies
#
# Crossed random effects (REML); a fact with fewer than three levels is fixed.

# %%
show.variance(log, "belief", ("user", "family", "person", "kind", "turns"))

# %% [markdown]
# ## Transcripts

# %%
show.transcripts(act, out, facts=["stakes", "p", "best"], claims="user_model")

# %%
analysis.claims.publish(user_model.claims(log, act, timeline, shop, rooms, groups), out)
