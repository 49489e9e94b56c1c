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
# # Does a rule stay where it belongs?
#
# A rule is an effect that a program can check, for texts of one genre to one recipient (after RLVF, Stephan et al. 2024).
# Requests match a rule in both keys, in one, or in none. Gain is what the rule adds to the text that obeys over the text
# that does not, in nats; the control is the same rule told as somebody else's.
#
# What this does not show: a scored text is not a written one (the second probe writes, greedily); effects are surface
# features, and obeying them says nothing about rules of content.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run {small, full}
language: str = "en"  # of all texts {en, de}
seed: int = 0  # of every random stream
out: str = "reports/instructions"  # the run folder

# %%
import analysis
import probes
from analysis import instructions, show
from analysis.instructions.plots import scope_slope
from analysis.report import style

# %%
style.use()
model = probes.load_model(model, **load)
how = {"model": model, "seed": seed, "out": out}
kinds = [probes.suite[name] for name in ("rule_scope", "rule_text")]
scored, written = [probes.run(kind.sized(profile, language=language), **how) for kind in kinds]

# %% [markdown]
# ## Gain by distance

# %%
slope = scope_slope.prepare(scored)
show.figure(scope_slope.draw(slope), slope, alt="Gain of the text that obeys by distance from the rule's domain", claims=["instructions.obeyed", "instructions.scope", "instructions.spill"])

# %%
show.table(instructions.gains(scored, "kl"), "How far a rule moves the model along the plain text, nats per token", claims="instructions.spill")

# %% [markdown]
# ## What it writes

# %%
show.table(instructions.changes(written), "Change of the effect in written texts, by delivery and distance", claims=["instructions.written", "instructions.outside", "instructions.reasoning"])

# %% [markdown]
# ## Where the variance lies
#
# Crossed random effects (REML); a fact with fewer than three levels is fixed.

# %%
show.variance(scored, "gain", ("effect", "request", "rule", "distance"))

# %% [markdown]
# ## Transcripts

# %%
show.transcripts(written, out, facts=["delivery", "distance", "effect"], claims="instructions")

# %%
analysis.claims.publish(instructions.claims(scored, written), out)
