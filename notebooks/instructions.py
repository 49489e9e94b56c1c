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
llm = probes.load_model(model)
how = {"model": llm, "seed": seed, "out": out}
kinds = [probes.suite[name] for name in ("rule_scope", "rule_text")]
scored, written = [probes.run(kind(language=language, **kind.profiles[profile]), **how) for kind in kinds]

# %% [markdown]
# ## Gain by distance

# %%
slope = scope_slope.prepare(scored)
show.figure(scope_slope.draw(slope), slope, alt="Gain of the text that obeys by distance from the rule's domain")

# %%
show.table(instructions.gains(scored, "kl"), "How far a rule moves the model along the plain text, nats per token")

# %% [markdown]
# ## What it writes

# %%
show.table(instructions.changes(written), "Change of the effect in written texts, by delivery and distance")

# %% [markdown]
# ## Where the variance lies
#
# Crossed random effects (REML); a fact with fewer than three levels is fixed.

# %%
show.variance(scored, "gain", ("effect", "request", "rule", "distance"))

# %% [markdown]
# ## Transcripts

# %%
show.transcripts(written, out, limit=6, facts=["delivery", "distance", "effect"])

# %%
analysis.claims.publish(instructions.claims(scored, written), out)
