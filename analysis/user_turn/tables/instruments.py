"""Whether the instruments that read turns can be trusted: agreement with labels, true turns against mismatched."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.stats import frame
from analysis.stats.estimate import Estimate
from analysis.stats.fits import area, kappa
from analysis.user_turn.tables import CLASSES

GROUNDED = 0.0
"""Nats of evidence above which a turn counts as said in its context: where true and mismatched ones are as likely."""
ANSWERED = 0.05
"""Nats per token the answer must tell about a turn that reacts to it; a restated query gains nothing from it."""
WEAK = 0.6
"""Kappa below which the levels that an instrument gives are not to be used (declared beforehand)."""
TOO_WEAK = "unreliable for absolute rates: read differences and nulls"


FRESH = "rules against hand, a small model's turns (two classes)"
"""The pair that tells how far rates can be trusted: turns kept for tests, which no instrument is fitted to."""


BOTH = "rules and grounding against hand, the same turns"
"""Follow-ups by the rules that grounding puts into their conversation, on the same fresh turns."""


def labels(table: pd.DataFrame) -> pd.DataFrame:
    """One line per labelled turn: context, label and the class each instrument gave (None where it gave none)."""
    rows = table.drop_duplicates("key").set_index("key")
    classes = rows[["cluster", "label", "hard", "turn", "origin"]].assign(rules=rows["class"])
    classes["judge"] = rows["judge_class"] if "judge_class" in rows.columns else None
    classes["grounding"] = grounded_class(table).reindex(classes.index)
    nats = frame.rows(table, "grounding").set_index("key")["value"].reindex(classes.index)
    here = (classes["rules"] == "follow_up") & (nats > GROUNDED)
    read = nats.notna() | ((classes["turn"].str.strip() == "") & bool(nats.notna().any()))
    classes["both"] = here.map({True: "follow_up", False: "other"}).where(read, None)
    return classes


def grounded_class(table: pd.DataFrame) -> pd.Series:
    """`follow_up` or `other` per trial key: grounded, informed by the answer, likelier in the user role."""
    names = ("grounding", "answer_information", "role_contrast")
    wide = table.pivot_table(index="key", columns="measure", values="value").reindex(columns=list(names)).dropna()
    follow = (wide["grounding"] > GROUNDED) & (wide["answer_information"] > ANSWERED) & (wide["role_contrast"] > 0)
    return follow.map({True: "follow_up", False: "other"})


def agreement(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Kappa of every instrument with the hand labels, and of rules with judge: value, limits by context, n, verdict.

    Grounding gives two classes (follow-up or not) and is compared on those.
    """
    every = labels(table)
    written, by_model, seen = (every[every["origin"] == origin] for origin in ("written", "model", "model, seen"))
    two = _two(written["label"])
    pairs = {
        "rules against hand": (written["label"], written["rules"]),
        "rules against hand, hard cases": (written["label"][written["hard"]], written["rules"][written["hard"]]),
        "judge against hand": (written["label"], written["judge"]),
        "rules against judge": (written["rules"], written["judge"]),
        "grounding against hand (two classes)": (two, written["grounding"]),
        "rules against hand (two classes)": (two, _two(written["rules"])),
        FRESH: (by_model["label"], _two(by_model["rules"])),
        BOTH: (by_model["label"], by_model["both"]),
        "the same, turns that may be looked at": (seen["label"], _two(seen["rules"])),
    }
    return pd.DataFrame([agrees(name, *pair, every["cluster"], rng) for name, pair in pairs.items()])


def errors(table: pd.DataFrame) -> tuple[int, int, int, int]:
    """How the rules did on fresh turns of a model: follow-ups found, follow-ups, others passed over, others."""
    fresh = labels(table).query("origin == 'model'").dropna(subset=["rules"])
    yes, predicted = fresh["label"] == "follow_up", fresh["rules"] == "follow_up"
    return int((yes & predicted).sum()), int(yes.sum()), int((~yes & ~predicted).sum()), int((~yes).sum())


def _two(classes: pd.Series) -> pd.Series:
    return classes.where(classes == "follow_up", "other")


def agrees(
    name: str, one: pd.Series, other: pd.Series, clusters: pd.Series, rng: np.random.Generator
) -> dict[str, Any]:
    """Kappa of two aligned columns of classes as a line: pair, kappa, limits by context, turns, contexts, verdict."""
    both = pd.DataFrame({"one": one, "other": other, "cluster": clusters.reindex(one.index)}).dropna()
    if both.empty:
        return {"pair": name, "kappa": None, "low": None, "high": None, "turns": 0, "contexts": 0, "verdict": "not run"}
    fit = kappa.kappa(both["one"], both["other"], clusters=both["cluster"].to_numpy(), rng=rng)
    verdict = fit.reason if fit.estimate is None else "usable" if fit.estimate >= WEAK else TOO_WEAK
    line = {"pair": name, "kappa": fit.estimate, "low": fit.low, "high": fit.high}
    return line | {"turns": len(both), "contexts": both["cluster"].nunique(), "verdict": verdict}


def confusion(table: pd.DataFrame, instrument: str = "rules") -> pd.DataFrame:
    """Counts: hand labels down, what the instrument said across."""
    written = labels(table).query("origin == 'written'").dropna(subset=[instrument])
    counts = pd.crosstab(written["label"], written[instrument])
    order = [name for name in (*CLASSES, "other") if name in counts.columns or name in counts.index]
    return counts.reindex(index=[n for n in order if n in CLASSES], columns=order, fill_value=0)


def separation(table: pd.DataFrame) -> pd.DataFrame:
    """AUROC of true against mismatched next turns per measure of a likelihood table, with limits by context."""
    lines = []
    for measure in ("grounding", "link", "naive", "information"):
        rows = frame.rows(table, measure)
        rows = rows[rows["kind"].isin(["true", "mismatched"])]
        true = (rows["kind"] == "true").to_numpy(dtype=float)
        fit = area.area(rows["value"], true, rows["cluster"].to_numpy())
        auroc = Estimate(fit.estimate, fit.low, fit.high, fit.level, fit.units, len(rows), fit.rows, len(rows),
                         "score limits", reason=fit.reason)  # fmt: skip
        lines.append({"measure": measure, **auroc.record()})
    return pd.DataFrame(lines)


def beyond_words(table: pd.DataFrame) -> Estimate:
    """AUROC of the grounding minus that of shared words alone, on the same turns, with limits by context."""
    scores = [frame.rows(table, measure).set_index(["key", "row"]) for measure in ("grounding", "link")]
    both = scores[0].join(scores[1]["value"].rename("words"))
    both = both[both["kind"].isin(["true", "mismatched"])]
    fit = area.gap(both["value"], both["words"], both["kind"] == "true", both["cluster"].to_numpy())
    return Estimate(fit.estimate, fit.low, fit.high, fit.level, fit.units, len(both), fit.rows, len(both),
                    "combined score limits", reason=fit.reason)  # fmt: skip
