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
# # Which personas change theory-of-mind performance?
#
# The model reads short scenes and says what the people in them know and believe, with and without a persona. Does a
# persona change how often it is right?
#
# The model reads short scenes in which people leave, miss a change or are told about it. It then completes sentences
# about what they know and believe. Every scene has a twin in which the two answers swap roles, so that a preference for
# one word cancels. There are three conditions: no persona, several personas, and length-matched filler for each persona.
# A persona *changes* performance on a task if its accuracy differs from that under filler, paired by scene and
# Holm-corrected over all persona-task pairs, and by more than its accuracy varies over paraphrases.
#
# Inspired by Tan et al. 2024 (arXiv:2403.02246), whose exact protocol was not available: scenes, personas and
# paraphrases are ours, and correct answers are computed from a ledger of who saw, heard or was told what. A difference
# from the no-persona baseline also reflects prompt length and, with placement `system`, the loss of the template's own
# system prompt. A difference from filler does not.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run {small, medium, large}; large: 9 personas, 3 placements, 200 item sets each
personas: list[str] = ["profile"]  # names in probes.personas, `none` among them; `profile`: those of the profile
placements: list[str] = ["profile"]  # where the persona stands: system, user, dialogue; `profile`: those of the profile
answer: str = "statement"  # how the model answers {statement, words, letters, text}
language: str = "en"  # of all texts {en, de, es, fr}
turns: list[str] = ["profile"]  # how stories are told: one (first), spread, chatter_after, chatter_before; `profile`: its own
problems: int = 0  # reasoning problems a task, plain, step by step and in a role, English; 0 leaves them out [0, 200]
labels: str = ""  # folder labels/ of a labelled run: labels by people as an instrument; empty: none
seed: int = 0  # of every random stream
out: str = "reports/minds"  # the run folder

# %%
import analysis
import probes
from analysis import minds, show
from analysis.minds.plots import persona_forest, persona_heatmap, persona_link, trait_profile

people = analysis.people(labels)
run = {"model": probes.load_model(model, **load), "seed": seed, "out": out}

# %%
varied = {"personas": tuple(personas), "placements": tuple(placements), "turns": tuple(turns)}
chosen = {name: values for name, values in varied.items() if values != ("profile",)}
asked = probes.suite.persona_tom.sized(profile, answer=answer, language=language, **chosen)
reasoning = problems and probes.suite.role_play_reasoning(problems=problems, language=language)
table = probes.run(asked, **run)

# %%
who = {"personas": asked.personas, "placements": asked.placements, "language": language}
inventory = probes.run(probes.suite.personality(**who), **run)

# %% [markdown]
# ## Claims

# %%
claims = minds.claims(table, inventory)
analysis.claims.Cards(claims)

# %% [markdown]
# ## Omnibus test: do conditions differ at all?

# %%
show.table(minds.omnibus(table), "Cochran's Q over the baseline and all personas, before any pairwise test", claims="minds.omnibus")

# %% [markdown]
# ## Change in accuracy by persona and task

# %%
lines = persona_forest.prepare(table)
show.figure(persona_forest.draw(lines), lines, alt="Change in accuracy by task and persona, relative to filler and to the no-persona baseline", claims=["minds.shift", "minds.shifts"])

# %%
cells = persona_heatmap.prepare(table)
show.figure(persona_heatmap.draw(cells), cells, "Shift of accuracy, personas by tasks, with intervals", claims=["minds.shift", "minds.shifts"]) + minds.grid(cells)

# %% [markdown]
# ## All tests, paraphrase variability and minimum detectable effects

# %%
show.table(minds.brief(minds.verdicts(table)), "Every persona-task pair against its control, in points", claims=["minds.shift", "minds.shifts"])

# %% [markdown]
# ## Manipulation check: do personas change their own trait?

# %%
traits = trait_profile.prepare(inventory)
show.figure(trait_profile.draw(traits), traits, "Trait scores by axis and persona", claims="minds.manipulation")

# %%
linked = persona_link.prepare(table, inventory)
show.figure(persona_link.draw(linked), linked, alt="Change in accuracy against the manipulation check, one mark per persona", claims=["minds.shift", "minds.manipulation"])

# %%
show.table(minds.variability(table), "Spread of the score over personas, beside what sampling of scenes alone gives") + show.variance(table, "hit", ("scene", "family", "task", "persona", "wording"))

# %% [markdown]
# ## Across models
#
# One row per model with a run of this notebook in the same folder: how much its score varies over personas, the
# variation expected from sampling scenes alone, and how far its personas move the traits they name.

# %%
show.table(minds.over_models(out), "Theory of mind across personas, and manipulation checks, one row per model")

# %% [markdown]
# ## Which answering strategy fits, and are whole item sets right?

# %%
show.table(minds.strategies(table), "Agreement with each strategy, on items that tell strategies apart", claims="minds.egocentric")

# %%
show.table(minds.sets(table), "Share of scenes with every question right", claims="minds.comprehension")

# %% [markdown]
# ## One turn or many
#
# The same story one sentence per turn (*depth*), in one turn after as many turns of small talk (*amount*), and before them
# (*distance*). Asked without a persona, in profiles `medium` and `large`, or with `turns`.

# %%
show.table(minds.turned(table), "Change of accuracy by telling, paired by scene", claims=["minds.turns", "minds.comprehension"])

# %% [markdown]
# ## Role-play reasoning
#
# Same problems, same answer extraction: zero-shot, step by step, in a role, and after length-matched filler.

# %%
reasoned = [probes.run(reasoning, **run)] if reasoning else []
if reasoned:
    display(show.table(minds.methods(*reasoned), "Accuracy minus plain asking, paired by problem", claims="minds.format"))

# %%
corrected = people.of(table, *reasoned)
corrected

# %% [markdown]
# ## Example items with their ledgers

# %%
show.table(minds.items(table), "Every item: who learnt what, what is right, scores (persona / control)")

# %%
show.transcripts(table[table["measure"] == "hit"], out, facts=["persona", "guise", "task", "right"], claims="minds")

# %%
analysis.claims.publish([*claims, *corrected.claims], out)
