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
# # Does the model know what it knows, and do personas move that?
#
# The model answers questions whose truth is exact. Each kind of confidence is elicited *in the same answer*:
# probabilities of the options, P(True), percentages and words, agreement of samples, probability of the text, passing.
# Two questions are kept apart: does confidence *rank* right answers above wrong ones (AUROC, null .5), and is it as
# *high* as the model is right (calibration error; even a perfectly calibrated model shows some, hence the null bands).
#
# Triage follows Abdullahi et al. 2026 (arXiv:2601.05376) in its question only: their protocol is not released. Urgency
# here follows from vital signs by NEWS2. For research on models only; nothing in it is medical advice.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
profile: str = "small"  # how much to run {small, full}
personas: list[str] = ["none", "nurse", "emergency_physician", "cautious", "bold"]  # names in probes.personas
controls: bool = False  # a length-matched filler beside every persona
dataset: str = ""  # empty: our own items; else a name in probes.datasets
path: str = ""  # where that data set lies
seed: int = 0  # of every random stream
out: str = "reports/calibration"  # the run folder

# %%
import numpy as np

import analysis
import probes
from analysis import show
from analysis.calibration import benefit, contrasts, findings, kinds, pairs, triage
from analysis.calibration.plots import confidence_kinds, persona_plane, reliability, risk_coverage, triage as triage_plot

# %%
people = {"personas": tuple(personas), "controls": controls}
run = {"model": probes.load_model(model), "seed": seed, "out": out}
answers = probes.run(probes.suite.calibration.sized(profile, dataset=dataset, path=path, **people), **run)
judged = probes.run(probes.suite.triage.sized(profile, **people), **run)
seen = pairs(answers)
plain, main = seen[seen["persona"] == personas[0]], seen[seen["kind"] == findings.MAIN]
options = plain[plain["form"] == "options"]

# %% [markdown]
# ## Claims

# %%
claims = findings.claims(answers, judged, np.random.default_rng(seed))
analysis.claims.Cards(claims)

# %% [markdown]
# ## Is confidence as high as the model is right?
#
# Order-averaged option probability. Grey bars: where 95 % of calibrated models of the same confidences would lie.

# %%
bins = reliability.prepare(options[options["kind"] == findings.MAIN])
show.figure(reliability.draw(bins), bins, alt="Reliability diagram of the order-averaged option probability")

# %% [markdown]
# ## All kinds side by side, on the same answers

# %%
grid = confidence_kinds.prepare(options)
show.figure(confidence_kinds.draw(grid), grid, alt="A reliability diagram for every kind of confidence")

# %%
show.table(kinds.shown(kinds.compare(plain, np.random.default_rng(seed))), "All kinds, 95 % intervals; Holm over all of them")

# %% [markdown]
# ## What repair would do
#
# Cross-fitted: what repairs an answer never saw that answer's item.

# %%
show.table(benefit(options[options["kind"] == findings.MAIN], np.random.default_rng(seed)), "Repair, 95 % intervals")

# %% [markdown]
# ## What giving up the least confident answers saves

# %%
curves = risk_coverage.prepare(options)
show.figure(risk_coverage.draw(curves), curves, alt="Error rate against share of answers kept, for every kind")

# %% [markdown]
# ## What personas do
#
# Paired by item. Ellipses hold a persona's accuracy and mean confidence together with 95 % confidence.

# %%
plane = persona_plane.prepare(main[main["form"] == "options"])
show.figure(persona_plane.draw(plane), plane, alt="Personas by accuracy and mean confidence, with ellipses")

# %%
show.table(contrasts.shown(contrasts.contrasts(main)), "Persona minus none, paired by item, 95 % intervals")

# %% [markdown]
# ## Triage
#
# Urgency by NEWS2; framed squares are right.

# %%
counts = triage_plot.prepare(judged)
show.figure(triage_plot.draw(counts), counts, alt="Judged against true urgency by persona", caption=triage.defined())

# %%
show.table(triage.shown(triage.summary(judged)), "Triage by persona and setting, 95 % intervals")

# %% [markdown]
# ## The most confident mistakes

# %%
show.table(kinds.mistakes(seen), "Wrong answers of highest confidence")

# %%
analysis.claims.publish(claims, out)
