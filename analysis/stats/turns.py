"""What turns can differ in, as contrasts of two tellings of the same words; see `probes.shared.world.turns`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from analysis.stats.estimate import Estimate

CONTRASTS = {
    "depth": ("spread", "one"),
    "amount": ("chatter_before", "one"),
    "distance": ("chatter_after", "chatter_before"),
}
"""What differs -> the telling with more of it, and the one without. Depth is many turns for the same words."""


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """The rows told in one turn, with which everything else is compared; a table without tellings stays as it is."""
    return table[table["turns"] == "one"] if "turns" in table else table


def asked(table: pd.DataFrame, contrast: str = "depth") -> bool:
    """Whether a table holds both tellings that a contrast compares."""
    return "turns" in table and set(CONTRASTS[contrast]) <= set(table["turns"])


def turned(table: pd.DataFrame, measures: Mapping[str, Callable[[pd.DataFrame, str], Estimate]]) -> pd.DataFrame:
    """One line per contrast whose tellings were asked, and measure: columns contrast, tellings, of and the estimate.

    measures: name -> (table, contrast) to the difference of the two tellings.
    """
    lines = [
        {"contrast": name, "tellings": " minus ".join(sides).replace("_", " "), "of": of}
        | measure(table, name).record()
        for name, sides in CONTRASTS.items()
        if asked(table, name)
        for of, measure in measures.items()
    ]
    return pd.DataFrame(lines or {name: [] for name in ("contrast", "tellings", "of", "value", "low", "high")})
