"""Claims on the instruments themselves: agreement with people, likelihoods, likeness to real turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.report.claims import INSTRUMENT, INTERPRETATION, Claim, Gate, at_least
from analysis.stats import estimate, frame
from analysis.user_turn.findings.wording import restored
from analysis.user_turn.tables import main, turns
from analysis.user_turn.tables.energy import HALVES, WRITTEN, distances
from analysis.user_turn.tables.instruments import FRESH, GROUNDED, WEAK, agreement, beyond_words, separation

AGREEMENT = "user_turn.agreement"


def trusted(checks: pd.DataFrame) -> list[Claim]:
    """Kappa of the rules with the labels of turns of a model that are kept for tests."""
    lines = agreement(checks, np.random.default_rng(0)).set_index("pair")
    line = lines.loc[FRESH]
    if pd.isna(line["kappa"]):
        return []
    many, contexts = int(line["turns"]), int(line["contexts"])
    kappa = estimate.Estimate(
        float(line["kappa"]), line["low"], line["high"], 0.95, contexts, many, many, many, "cluster bootstrap"
    )
    subject = "Agreement of the rules with labels by definition, follow-up or not, on fresh turns of SmolLM2-135M"
    asked = "Do the rules agree with labels by definition?"
    about: dict[str, Any] = {"null": WEAK, "null_name": "the minimum for absolute rates", "units_name": "contexts"}
    return [Claim(asked, kappa, "kappa", subject=subject, id=AGREEMENT, topic="agreement with labels", **about)]


def agrees(claim: Claim) -> Gate:
    """Agreement with labels high enough for absolute rates."""
    finding = "the rules that find follow-ups are unreliable for absolute rates (use for comparisons only)"
    return at_least("kappa with labels", claim.estimate.value, WEAK, INTERPRETATION, finding)


def likelihoods(table: pd.DataFrame, real: pd.DataFrame, name: str) -> list[Claim]:
    """Whether the written turns belong to their conversation, gated by whether real ones are told from others."""
    lines = separation(frame.check(real)).to_dict("records")
    area, words = (restored(line) for line in lines if line["measure"] in ("grounding", "link"))
    passed = None if area.low is None else area.low > 0.5
    gate = Gate("real turns discriminated from others", area.value, passed, "its AUROC must be above 0.5", INSTRUMENT)
    return [*_tied(table, name, gate), _separated(area, words, beyond_words(real), name)]


def _tied(table: pd.DataFrame, name: str, gate: Gate) -> list[Claim]:
    """The null is the share of the same turns that pass as said in another conversation. A model finds likely what it
    wrote itself: a high share is no evidence of a reaction, a low one that even this bond is missing."""
    own, other = (turns(main(table), "none", measure) for measure in ("grounding", "grounding_mismatched"))
    if own["value"].notna().sum() == 0:
        return []
    share, null = estimate.proportion(_above(own), own["cluster"].to_numpy()), float(_above(other).mean())
    over = estimate.between(own.assign(value=_above(own)), other.assign(value=_above(other)), "proportion")
    heat = own.loc[own["value"].notna(), "temperature"].max()
    subject = f"User turns of {name} at temperature {heat:g} with a grounding above {GROUNDED:g} "
    subject += "(a model finds likely what it wrote itself)"
    asked = "Do its user turns fit their conversation, by likelihood?"
    about: dict[str, Any] = {"null": null, "null_name": "the same turns read after another context", "over_null": over,
                             "id": "user_turn.grounded", "topic": "user turns that fit their conversation"}  # fmt: skip
    return [Claim(asked, share, "probability", gates=(gate,), subject=subject, units_name="contexts", **about)]


def _above(rows: pd.DataFrame) -> pd.Series:
    return (rows["value"] > GROUNDED).astype(float).where(rows["value"].notna(), np.nan)


def _separated(area: estimate.Estimate, words: estimate.Estimate, over: estimate.Estimate, name: str) -> Claim:
    """Shared words alone tell true from mismatched turns, also for a model that knows nothing: they are the null, and
    as both are estimated on the same turns, their difference decides."""
    asked = "Do its likelihoods discriminate true from mismatched next turns?"
    subject = f"True against mismatched next turns, grounding by {name}"
    null = 0.5 if words.value is None else words.value
    about: dict[str, Any] = {"null": null, "null_name": "shared words alone", "units_name": "contexts",
                             "over_null": None if words.value is None else over,
                             "id": "user_turn.likelihood", "topic": "discrimination of true next turns"}  # fmt: skip
    return Claim(asked, area, "AUROC", subject=subject, **about)


def likeness(table: pd.DataFrame, reference: Mapping[str, str], name: str) -> list[Claim]:
    """Energy coefficient between written and real turns, 0 where they are distributed alike."""
    lines = {
        line["turns"]: restored(line)
        for line in distances(table, reference, np.random.default_rng(0)).to_dict("records")
    }
    distance, halves = lines[WRITTEN], lines[HALVES]
    others = [] if halves.high is None else [f"halves of the real turns up to {halves.high:.2g}"]
    others += [f"{of.removeprefix('for comparison: ')} {one.value:.2g}" for of, one in lines.items()
              if of.startswith("for comparison") and one.value is not None]  # fmt: skip
    subject = f"Energy coefficient of the features of {name}'s turns and real next turns, 0 alike to 1 apart"
    subject += f" ({', '.join(others)})" if others else ""
    about: dict[str, Any] = {"null": 0.0, "null_name": "distributed like real turns", "units_name": "contexts",
                             "id": "user_turn.likeness", "topic": "distance from real user turns"}  # fmt: skip
    return [Claim("How different are its turns from a user's, over all features?", distance, "energy coefficient",
                  subject=subject, **about)]  # fmt: skip
