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
# # Which personas move theory of mind?
#
# The model reads short scenes in which people leave, miss a change, or are told of it, and completes sentences about what
# they know and believe; each also after a twin of the scene in which the two answers have changed places, so that what
# the model likes to say cancels. It does so as nobody, under several personas, and behind texts that are as long as the personas and say
# nothing. A persona *moves* theory of mind in a task if accuracy shifts against those empty words, paired by scene, under
# Holm over all persona-task pairs, and by more than another wording of the same persona does.
#
# After Tan et al. 2024 (arXiv:2403.02246), whose protocol text is not at hand: scenes, personas and wordings are ours,
# the truth is computed from a ledger of who saw, heard or was told what. A shift against *nobody* also holds the change of
# length, and under placement `system` the loss of the template's own system prompt; the control does not.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
profile: str = "small"  # how much to run {small, medium, large}; large: 9 personas, 3 placements, 200 item sets each
personas: list[str] = ["profile"]  # names in probes.personas, `none` among them; `profile`: those of the profile
placements: list[str] = ["profile"]  # where the persona stands: system, user, dialogue; `profile`: those of the profile
answer: str = "statement"  # how the model answers {statement, words, letters, text}
problems: int = 0  # reasoning problems a task, plain, step by step and in a role; 0 leaves them out [0, 200]
seed: int = 0  # of every random stream
out: str = "reports/minds"  # the run folder

# %%
import analysis
import probes
from analysis import minds, show
from analysis.minds.plots import persona_forest, persona_heatmap, persona_link, trait_profile

run = {"model": probes.load_model(model), "seed": seed, "out": out}

# %%
given = {"personas": tuple(personas), "placements": tuple(placements)}
chosen = {name: values for name, values in given.items() if values != ("profile",)}
asked = probes.suite.persona_tom.sized(profile, answer=answer, **chosen)
table = probes.run(asked, **run)

# %%
inventory = probes.run(probes.suite.personality(personas=asked.personas, placements=asked.placements), **run)

# %% [markdown]
# ## Claims

# %%
claims = minds.findings(table, inventory)
analysis.claims.Cards(claims)

# %% [markdown]
# ## Does anything differ at all?

# %%
show.table(minds.omnibus(table), "Cochran's Q over nobody and all personas, before any pair")

# %% [markdown]
# ## Shifts by persona and task

# %%
lines = persona_forest.prepare(table)
show.figure(persona_forest.draw(lines), lines, alt="Shift of accuracy by task and persona, against the control and nobody")

# %%
cells = persona_heatmap.prepare(table)
show.figure(persona_heatmap.draw(cells), cells, "Shift of accuracy, personas by tasks, with intervals") + minds.grid(cells)

# %% [markdown]
# ## In full: tests, yardstick of wording, smallest shift that would have been found

# %%
show.table(minds.brief(minds.verdicts(table)), "Every persona-task pair against its control, in points")

# %% [markdown]
# ## Did the personas take?

# %%
traits = trait_profile.prepare(inventory)
show.figure(trait_profile.draw(traits), traits, "Trait scores by axis and persona")

# %%
linked = persona_link.prepare(table, inventory)
show.figure(persona_link.draw(linked), linked, alt="Shift of accuracy against controllability, one mark a persona")

# %%
show.table(minds.variability(table), "Spread of the score over personas, beside what sampling of scenes alone gives")

# %% [markdown]
# ## Over models
#
# Every model with a run of this notebook beside this one: how much its score varies over personas, beside what the
# sampling of scenes alone would give, and how far its personas move the traits they name.

# %%
show.table(minds.over_models(out), "Theory of mind over personas, and controllability, a line a model")

# %% [markdown]
# ## What kind of reader is it, and are whole sets right?

# %%
show.table(minds.strategies(table), "Agreement with each strategy, on items that tell strategies apart")

# %%
show.table(minds.sets(table), "Share of scenes with every question right")

# %% [markdown]
# ## Reasoning in a role
#
# Same problems, same extractor: plain, step by step, as a teacher, and behind empty words of the same length.

# %%
if problems:
    reasoned = probes.run(probes.suite.role_play_reasoning(problems=problems), **run)
    display(show.table(minds.methods(reasoned), "Accuracy minus plain asking, paired by problem"))

# %% [markdown]
# ## Items with their ledgers

# %%
show.table(minds.items(table), "Every item: who learnt what, what is right, scores (persona / control)")

# %%
show.transcripts(table[table["measure"] == "hit"], out, limit=6, facts=["persona", "guise", "task", "right"])

# %%
analysis.claims.publish(claims, out)
