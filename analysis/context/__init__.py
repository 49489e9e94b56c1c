"""Reading of context contrasts: what own words, future messages and user turns do to a model's next words.

`tables` estimates them, `omission` decides when to omit, `findings` says it in claims.
"""

from analysis.context import plots, tables
from analysis.context.findings import claims
from analysis.context.tables import (
    agreement,
    gains,
    hindsight,
    kappas,
    polluted,
    profile,
    pull,
    quality,
    savings,
    verdicts,
)
from analysis.context.tables.omission import Omission, omission, rounds, tradeoff

__all__ = [
    "Omission",
    "agreement",
    "claims",
    "gains",
    "hindsight",
    "kappas",
    "omission",
    "plots",
    "polluted",
    "profile",
    "pull",
    "quality",
    "rounds",
    "savings",
    "tables",
    "tradeoff",
    "verdicts",
]
