"""The claims a calibration report opens with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.calibration.findings import gates
from analysis.calibration.tables import pairs
from analysis.calibration.tables.contrasts import contrasts, interaction
from analysis.calibration.tables.kinds import READABLE, as_estimate, best_area, compare
from analysis.calibration.tables.score import score
from analysis.report.claims import INTERPRETATION, Claim, Gate, at_most, option_mass, parse_rate
from analysis.stats.estimate import Estimate, simultaneous

MAIN = "option_averaged"
NAMES = {"correct": "accuracy", "brier": "Brier score"}
ERROR = 0.06
"""Smallest calibration error of interest."""
MEASURED = {"correct": "Probability of the right option", "brier": "Brier score"}
AREA, SHIFT = 0.1, 0.08
"""Effects that the questions on discrimination (AUROC) and on personas (accuracy) need to detect."""
UNITS = {"correct": "percentage points", "brier": "points of squared error"}


def claims(answers: pd.DataFrame, judged: pd.DataFrame, rng: np.random.Generator) -> list[Claim]:
    """Discrimination and calibration of confidence, the best kind, persona effects, and what could have been missed.

    answers, judged: records tables of the probes `calibration` and `triage`.
    """
    seen = pairs(answers)
    listed = seen[seen["form"] == "options"]
    first, main = seen[seen["persona"] == seen["persona"].iloc[0]], listed[listed["kind"] == MAIN]
    card = score(main[main["persona"] == seen["persona"].iloc[0]], rng=rng, metrics=("auroc", "ece"))
    chance = gates.above_chance(main[main["persona"] == seen["persona"].iloc[0]])
    meaning = _meaning(card, (*gates.answering(first[first["form"] == "options"]), *chance))
    trust = _trust(compare(first, rng), first, chance)
    return [*meaning, trust, *_moved(main, gates.answering(listed)), *_setting(judged)]


def _meaning(card: pd.DataFrame, checks: tuple[Gate, ...]) -> list[Claim]:
    area, ece = as_estimate(card, "auroc"), card[card.metric == "ece"].iloc[0]
    band = (
        f" (plain ECE {ece.value:.3f}; a calibrated model with as many items has {ece.null_low:.3f} to"
        f" {ece.null_high:.3f})"
    )
    ranks = Claim(
        "Does confidence discriminate right from wrong answers?",
        area, "AUROC", 0.5, checks, subject="AUROC of the order-averaged option probability",
        null_name="no discrimination", units_name="items", id="calibration.discrimination", wanted=AREA,
        topic="discrimination of right from wrong answers",
    )  # fmt: skip
    level = Claim(
        "Is it calibrated?",
        as_estimate(card, "ece", corrected=True), "probability", 0.0, checks,
        subject=f"Debiased calibration error{band if np.isfinite(ece.null_high) else ''}", margin=ERROR, wanted=ERROR,
        null_name="perfect calibration", units_name="items", id="calibration.error", topic="calibration error",
    )  # fmt: skip
    return [ranks, level]


def _trust(lines: pd.DataFrame, seen: pd.DataFrame, chance: tuple[Gate, ...] = ()) -> Claim:
    """The readable kind of highest AUROC; its interval is simultaneous over all kinds."""
    question, own_id = "Which kind of confidence discriminates best?", "calibration.best_kind"
    usable = lines[(lines["readable"] >= READABLE) & lines["auroc"].notna()]
    if usable.empty:
        nothing = Estimate(None, None, None, 0.95, 0, 0, int(lines["scored"].sum()), int(lines["asked"].sum()), "",
                           reason="no kind of confidence could be read and ranked")  # fmt: skip
        return Claim(
            question,
            nothing,
            "AUROC",
            0.5,
            subject="AUROC of the best kind",
            units_name="items",
            topic="best kind of confidence",
            id=own_id,
        )
    best = max(usable.to_dict("records"), key=lambda line: line["auroc"])
    fit = best_area(seen, best["form"], best["kind"], len(lines))
    units, scored, asked = (int(best[k]) for k in ("units", "scored", "asked"))
    method = f"score limits that hold for all {len(lines)} kinds at once"
    area = Estimate(best["auroc"], fit.low, fit.high, 0.95, units, asked, scored, asked, method, reason=fit.reason)
    name = f"{best['kind'].replace('_', ' ')} ({best['form']})"
    checks = (parse_rate(best["readable"], READABLE), *gates.reading(seen, best["kind"], best["form"]), *chance)
    asked_about, subject = _naming(question, f"Best here: {name}", checks), f"AUROC of {name}, the best of {len(lines)}"
    return Claim(asked_about, area, "AUROC", 0.5, checks, subject=f"{subject} kinds", null_name="no discrimination",
                 wanted=AREA, units_name="items", topic=f"best kind of confidence ({name})", id=own_id)  # fmt: skip


def _moved(moved: pd.DataFrame, checks: tuple[Gate, ...]) -> list[Claim]:
    """Largest persona effects on accuracy, in expectation, and Brier."""
    table = contrasts(moved)
    if table.empty:
        return []
    return [_largest(table, measure, checks) for measure in NAMES]


def _largest(table: pd.DataFrame, measure: str, checks: tuple[Gate, ...]) -> Claim:
    """The persona with the largest effect on a measure; its interval is simultaneous over all comparisons."""
    lines = table[table["measure"] == measure]
    tested = lines[lines["estimate"].notna()]
    question, unit = f"Does a persona change the {NAMES[measure]}?", UNITS[measure]
    if tested.empty:
        first = lines.iloc[0].to_dict()
        nothing = _paired(first, None, "paired t by item", first["reason"])
        return Claim(question, nothing, unit, 0.0, checks, units_name="items", id=f"calibration.persona.{measure}",
                     topic=f"persona effect on {NAMES[measure]}")  # fmt: skip
    worst = max(tested.to_dict("records"), key=lambda line: abs(line["estimate"]))
    effect = simultaneous(_paired(worst, worst["estimate"]), len(table))
    persona = worst["persona"].replace("_", " ")
    changed = f"{MEASURED[measure]} as {persona} minus that without a persona"
    return Claim(_naming(question, f"Most: {persona}", checks), effect, unit, 0.0, checks, null_name="no change",
                 subject=f"{changed}, the largest of {len(lines)} changes", units_name="items",
                 id=f"calibration.persona.{measure}", family="calibration.persona",
                 wanted=SHIFT if measure == "correct" else None,
                 topic=f"largest persona effect on {NAMES[measure]} ({persona})")  # fmt: skip


def _naming(question: str, name: str, checks: tuple[Gate, ...]) -> str:
    """The question with the name that its number belongs to, unless a gate failed."""
    return question if any(gate.passed is False for gate in checks) else f"{question} {name}"


def _paired(line: dict[Any, Any], value: float | None, method: str = "paired t by item", reason: str = "") -> Estimate:
    low, high = (None if reason or value is None else line[k] for k in ("low", "high"))
    rows = 2 * int(line["units"])
    return Estimate(value, low, high, 0.95, int(line["units"]), rows, rows, rows, method, reason=reason)


def _setting(triage: pd.DataFrame) -> list[Claim]:
    """Whether the physician persona's effect on triage differs between critical and primary care."""
    judged = pairs(triage, correct="p_correct")
    if judged["setting"].nunique() < 2 or "emergency_physician" not in set(judged["persona"]):
        return []
    pair = judged[judged["persona"].isin(["none", "emergency_physician"])]
    line = interaction(pair, ("critical", "primary")).iloc[0].to_dict()
    value = None if pd.isna(line["estimate"]) else line["estimate"]
    effect = _paired(line, value, "paired t by patient", line["reason"])
    subject = "Its effect on the probability of the right level in critical care minus that in primary care"
    question = "Does an emergency physician's persona help in critical care and harm in primary care?"
    common = judged.groupby("persona")["answer"].value_counts(normalize=True).groupby("persona").max()
    varied = at_most("share of the level chosen most", float(common.loc["emergency_physician"]), 0.9, INTERPRETATION,
                     unit="share")  # fmt: skip
    checks = (option_mass(gates.mass(judged)), varied)
    return [Claim(question, effect, "percentage points", 0.0, checks, subject=subject, null_name="no difference",
                  units_name="patients", id="calibration.triage",
                  topic="persona effect on triage by setting")]  # fmt: skip
