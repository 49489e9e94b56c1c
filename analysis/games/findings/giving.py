"""Paying into a common fund: whether a model gives as the others gave, and how giving goes on over rounds."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.games.tables.giving import decay
from analysis.games.tables.reference import by_unit
from analysis.report import stated
from analysis.report.claims import Claim, Gate, at_most, clears, option_mass
from analysis.stats import frame

TOPICS = {"gives": "giving as the others gave", "decay": "giving over rounds"}
FIRST = 0.8
"""Probability of the amount listed first, whatever it is, from which the order decides and not the question."""
PAYS = 0.05
"""Share by which giving must rise where it pays, at least: funds differ by a name, so that any rise is past chance."""


def claims(told: pd.DataFrame, played: pd.DataFrame) -> Iterator[Claim]:
    """From `conditional_giving` and, as a detail, the last round of `public_goods` against the first."""
    name = str(told["model"].iloc[0])
    checks = [option_mass(frame.option_mass(told)), *_reads(told)]
    yield stated.claim("partners.gives", "Does it give as the others gave?", by_unit(told, "response"),
                       "percentage points",
                       f"What {name} gives to a common fund after the others gave much, minus after they gave little, "
                       "beyond the same in another village", 0.0, "the same as in another village", checks,
                       topics=TOPICS, units_name="funds")  # fmt: skip
    yield stated.claim("partners.decay", "Does it give less from round to round?", decay(played), "percentage points",
                       f"What {name} gives in the last round among its like, minus in the first", 0.0, "no change",
                       [option_mass(frame.option_mass(played)), *checks[1:]], topics=TOPICS, units_name="funds",
                       part_of="partners.gives")  # fmt: skip


def _reads(told: pd.DataFrame) -> Iterator[Gate]:
    """Not by position, and more where a coin is worth more: a model that does not read the rules gives nothing away."""
    yield at_most("amount listed first", by_unit(told, "p_first").value, FIRST, finding="it answers by position",
                  unit="share")  # fmt: skip
    yield clears("giving where it pays", by_unit(told, "pays"), PAYS,
                 finding="not shown that it gives more where a coin is worth more in the fund")  # fmt: skip
