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
# # Ten minutes with Interlocutor
#
# Load a model, ask it one question of each kind, watch a probe run, open a trial, change a persona and see the change.
# Run the cells one after another (Shift+Enter) and change whatever you like. Everything here works on any model.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id; "tiny" has random weights
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
persona: str = "agreeableness_high"  # a name in probes.personas
seed: int = 0  # of every random stream
out: str = "reports/tour"  # the run folder

# %% [markdown]
# ## 1. A model
#
# It is loaded once and asked questions. The embedded model has 135 million parameters and runs on any processor.

# %%
import analysis
import probes
from analysis import show

# %%
model = probes.load_model(model, **load)
model.info

# %% [markdown]
# ## 2. A conversation, and the three kinds of question
#
# Transcripts are immutable: each call returns a new one. `Choose` asks how probable each option is, `Continue` lets
# the model write a turn (here the *user's*), `Score` asks how probable a given text is, token by token.

# %%
talk = probes.Transcript().user("What is 2+2?").assistant("4.")
options = {"A": "sure", "B": "not sure"}
choose = probes.Choose(talk.user("Are you sure?\nA) sure\nB) not sure\nAnswer with a letter."), options)
write = probes.Continue(talk, role="user", max_tokens=24, temperature=0.8, seed=seed)
score = probes.Score(talk, role="user", text="Thanks! And what is 3+3?")
choice, turn, scored = model.reply([choose, write, score])

# %% [markdown]
# Probabilities among the options, and the *option mass*: their total probability as the next token. A small mass means
# that the model wanted to say something else.

# %%
choice.p, choice.mass

# %% [markdown]
# The turn it writes as the user. Does it react to the answer, as a person would, or continue as the assistant?

# %%
show.conversation([*talk, ("user", turn.text)], note=f"written by {model.name}, stopped by {turn.stop}")

# %% [markdown]
# How likely a given reaction is: darker tokens are less probable.

# %%
show.tokens(scored.tokens, scored.logprobs)

# %% [markdown]
# ## 3. A probe
#
# A probe is a script of questions over many trials. In this one the model shares points with a stranger, without and with
# the persona; every option appears once in every position. The progress bar counts questions.

# %%
probe = probes.suite["one_shot_game"](games=("dictator",), personas=("none", persona))
table = probes.run(probe, model, seed=seed, out=out)
columns = "persona stake arm measure value unit status".split()
show.table(table[columns].head(8), "One row per measure of a reply")

# %% [markdown]
# ## 4. Its trials
#
# Every question and reply is stored. Browse all trials, or the replies behind selected rows of the table.

# %%
show.browse(out)

# %%
show.view(table[table["persona"] == persona], out, facts=["persona", "stake", "arm"])

# %% [markdown]
# ## 5. Does the persona change anything?
#
# The share given with the persona minus the share given without it. The stakes are the independent units: four, however
# many rows there are. The claim says no more than its interval supports.

# %%
shares = table[table["measure"] == "share"]
show.table(analysis.estimate.by(shares, "share", ["persona"], kind="mean"), "Expected share given to a stranger")

# %%
bare, spoken = (shares[shares["persona"] == name] for name in ("none", persona))
shift = analysis.estimate.between(spoken, bare, by="stake")
mass = analysis.claims.option_mass(table.loc[table["measure"] == "mass", "value"].median())
about = {"null_name": "no change", "units_name": "stakes", "gates": (mass,), "id": "tour.persona"}
about["subject"] = f"Share given as {persona} minus the share given without a persona"
claim = analysis.claims.Claim("Does the persona give more?", shift, "percentage points", null=0.0, **about)
analysis.claims.Cards([claim])

# %% [markdown]
# ## 6. Talk to it
#
# Write the next turn, whoever's it is, or let the model write it, as itself or under a persona: also the *user's* turn.
# Tokens are the darker, the less probable they were. What the model writes is recorded in the run folder.

# %%
talk = probes.Talk(model, out)
talk.say("I have to give a talk tomorrow, and I am nervous.").write()
show.talk(talk)

# %% [markdown]
# ## Next steps
#
# `probes.suite`, `probes.personas` and `probes.games` list what is available. Each notebook in the folder above asks one
# question and takes parameters; `interlocutor run NAME -p model=...` writes its report, `make report` all reports.

# %%
analysis.claims.publish(claim, out)
