"""The released debates with debates as units: the claims of the reference report."""

from __future__ import annotations

import pandas as pd

from analysis.persuasion.tables.released import TREATMENTS
from analysis.report import reference
from analysis.report.claims import Claim, Paper
from analysis.stats import estimate

NAMES = {"ai": "GPT-4", "human_personal": "a person who knows them", "ai_personal": "GPT-4 that knows them"}
"""Treatment -> who the opponent is; all are compared with a person who does not know them."""
SAME = (
    "the same rows, if the file is the one released; the article's linear model takes them for independent where "
    "debates are the units here"
)


def claims(rows: pd.DataFrame) -> list[Claim]:
    """Change of agreement in points with each opponent, minus with a person, clustered by debate."""
    base = _changes(rows, "Human-Human")
    listed = []
    for kind, name in list(TREATMENTS.items())[1:]:
        gap, who = estimate.between(_changes(rows, kind), base), NAMES[name]
        listed.append(Claim(f"Do people come round more to {who}?", gap, "scale points", 0.0, paper=_printed(name),
                            subject=f"Change of agreement after debating {who}, minus after debating a person",
                            null_name="as after debating a person", units_name="debates",
                            id=f"reference.debates.{name}", topic=f"pull of {who} over a person's"))  # fmt: skip
    return listed


def _changes(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    arm = rows[rows["treatmentType"] == kind]
    return pd.DataFrame({"value": arm["change"].astype(float), "cluster": arm["debateID"], "status": "ok"})


def _printed(name: str) -> Paper | None:
    return reference.cite("salvi2025", "linear_ai_personal", "yes", SAME) if name == "ai_personal" else None
