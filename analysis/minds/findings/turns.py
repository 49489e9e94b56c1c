"""The claim on stories over many turns."""

from __future__ import annotations

import pandas as pd

from analysis.minds.tables.turns import MARGIN, understood
from analysis.report.claims import Claim, Gate
from analysis.stats import turns


def claims(table: pd.DataFrame, gates: tuple[Gate, ...]) -> list[Claim]:
    """Whether stories are understood alike a sentence a turn; no claim where they were told in one turn only.

    On questions that need no mind: on beliefs a model may be at chance either way, and then no change means nothing.
    """
    if not turns.asked(table):
        return []
    return [Claim("Is a story understood alike when it comes over many turns?", understood(table),
                  "percentage points", 0.0, gates,
                  subject="Accuracy on comprehension with a sentence a turn, minus with the story in one turn",
                  null_name="the same words in one turn", margin=MARGIN, units_name="scenes", id="minds.turns",
                  part_of="minds.comprehension", topic="effect of many turns on comprehension")]  # fmt: skip
