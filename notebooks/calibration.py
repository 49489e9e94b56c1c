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
# # Does the model know what it knows, and do personas change that?
#
# The model answers questions whose answers can be checked, and its confidence in each answer is measured in several
# ways. Is it higher where the answer is right, and does it match the accuracy?
#
# The model answers questions with verifiable answers. Every confidence measure is elicited *for the same answer*: option
# probabilities, P(True), verbalised percentages and phrases, self-consistency, sequence probability and abstention. Two
# properties are reported separately: *discrimination* (does confidence rank right answers above wrong ones? AUROC, null
# .5) and *calibration* (does confidence match accuracy? calibration error; a perfectly calibrated model also shows some in
# a finite sample, hence the null bands).
#
# Triage takes only its question from Abdullahi et al. 2026 (arXiv:2601.05376), whose protocol is not released. Urgency is
# computed from vital signs by NEWS2. For research on models only; not medical advice.

# %% tags=["parameters"]
model: str = "smollm2-135m"  # a name, a folder, a .gguf file or a hub id
load: dict[str, str] = {}  # how it is loaded: template, dtype, device, revision, thinking, adapter (docs/models.md)
profile: str = "small"  # how much to run {small, full}
personas: list[str] = ["none", "nurse", "emergency_physician", "cautious", "bold"]  # names in probes.personas
controls: bool = False  # a length-matched filler beside every persona
language: str = "en"  # of all texts; free answers and data sets are English only {en, de, es, fr}
dataset: str = ""  # empty: our own items; else a name in probes.datasets
path: str = ""  # where that data set lies
labels: str = ""  # folder labels/ of a labelled run: labels by people as an instrument; empty: none
seed: int = 0  # of every random stream
out: str = "reports/calibration"  # the run folder

# %%
import numpy as np

import analysis
import probes
from analysis import show
from analysis.calibration import benefit, findings, pairs
from analysis.calibration.tables import contrasts, kinds, triage
from analysis.calibration.plots import confidence_kinds, persona_plane, reliability, risk_coverage, triage as triage_plot

# %%
people = analysis.people(labels)
cast = {"personas": tuple(personas), "controls": controls, "language": language}
forms = ("options", "free") if language == "en" else ("options",)
run = {"model": probes.load_model(model, **load), "seed": seed, "out": out}
answers = probes.run(probes.suite.calibration.sized(profile, forms=forms, dataset=dataset, path=path, **cast), **run)
judged = probes.run(probes.suite.triage.sized(profile, **cast), **run)
seen = pairs(answers)
plain, main = seen[seen["persona"] == personas[0]], seen[seen["kind"] == findings.MAIN]
options = plain[plain["form"] == "options"]

# %% [markdown]
# ## Claims

# %%
claims = findings.claims(answers, judged, np.random.default_rng(seed))
analysis.claims.Cards(claims)

# %% [markdown]
# ## Is the model calibrated?
#
# Order-averaged option probability. Grey bars: 95 % range for a calibrated model with the same confidences.

# %%
bins = reliability.prepare(options[options["kind"] == findings.MAIN])
show.figure(reliability.draw(bins), bins, alt="Reliability diagram of the order-averaged option probability", claims=["calibration.error", "calibration.discrimination"])

# %% [markdown]
# ## All confidence measures, on the same answers

# %%
grid = confidence_kinds.prepare(options)
show.figure(confidence_kinds.draw(grid), grid, alt="Reliability diagrams, one per confidence measure", claims="calibration.error")

# %%
show.table(kinds.shown(kinds.compare(plain, np.random.default_rng(seed))), "All confidence measures, 95 % intervals; Holm-corrected over all of them", claims=["calibration.error", "calibration.discrimination"])

# %% [markdown]
# ## Recalibration
#
# Cross-fitted by item: the recalibration map for an answer was never fitted on that answer's item.

# %%
show.table(benefit(options[options["kind"] == findings.MAIN], np.random.default_rng(seed)), "Recalibration, 95 % intervals")

# %% [markdown]
# ## Selective prediction

# %%
curves = risk_coverage.prepare(options)
show.figure(risk_coverage.draw(curves), curves, alt="Risk–coverage curves: error rate against share of answers kept, one per confidence measure", claims="calibration.discrimination")

# %% [markdown]
# ## Effect of personas
#
# Paired by item. Ellipses are joint 95 % confidence regions for accuracy and mean confidence.

# %%
plane = persona_plane.prepare(main[main["form"] == "options"])
show.figure(persona_plane.draw(plane), plane, alt="Personas by accuracy and mean confidence, with ellipses", claims="calibration.persona")

# %%
show.table(contrasts.shown(contrasts.contrasts(main)), "Persona minus none, paired by item, 95 % intervals", claims="calibration.persona")

# %% [markdown]
# ## Triage
#
# Urgency by NEWS2; framed squares are correct.

# %%
counts = triage_plot.prepare(judged)
show.figure(triage_plot.draw(counts), counts, alt="Judged against true urgency by persona", caption=triage.defined(), claims="calibration.triage")

# %%
show.table(triage.shown(triage.summary(judged)), "Triage by persona and setting, 95 % intervals", claims="calibration.triage")

# %%
corrected = people.of(answers, judged)
corrected

# %% [markdown]
# ## Where the variance lies
#
# Crossed random effects (REML); a fact with fewer than three levels is fixed.

# %%
show.variance(answers, "confidence", ("item", "topic", "persona", "kind"))

# %% [markdown]
# ## Most confident errors

# %%
show.table(kinds.mistakes(seen), "Wrong answers with the highest confidence")

# %%
show.transcripts(answers, out, facts=["item", "kind", "persona"], claims="calibration")

# %%
analysis.claims.publish([*claims, *corrected.claims], out)
