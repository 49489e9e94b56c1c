"""The strategies a player is compared with: what each would do next, from the letters of both so far."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Strategy = Callable[[str, str], str]
"""Own letters so far, the other's letters so far -> C or D."""

CLASSICS: dict[str, Strategy] = {
    "always cooperate": lambda own, theirs: "C",
    "always defect": lambda own, theirs: "D",
    "tit-for-tat": lambda own, theirs: theirs[-1:] or "C",
    "suspicious tit-for-tat": lambda own, theirs: theirs[-1:] or "D",
    "tit-for-two-tats": lambda own, theirs: "D" if theirs.endswith("DD") else "C",
    "grim trigger": lambda own, theirs: "D" if "D" in theirs else "C",
    "win-stay lose-shift": lambda own, theirs: "C" if own[-1:] == theirs[-1:] else "D",
    "alternator": lambda own, theirs: "CD"[len(own) % 2],
}
MEMORY_ONE: dict[str, tuple[float, float, float, float]] = {
    "always cooperate": (1, 1, 1, 1),
    "always defect": (0, 0, 0, 0),
    "tit-for-tat": (1, 0, 1, 0),
    "grim trigger": (1, 0, 0, 0),
    "win-stay lose-shift": (1, 0, 0, 1),
    "alternator": (0, 0, 1, 1),
}
"""P(C) after CC, CD, DC, DD, own letter first."""
STATES = ("CC", "CD", "DC", "DD")
FIRST_LISTED = "first-listed option"
"""Not a strategy of the game: to take whatever is listed first."""


def prescribed(own: str, theirs: str) -> dict[str, str]:
    """What every classic would have played in every round of a match: strategy -> letters."""
    return {
        name: "".join(strategy(own[:k], theirs[:k]) for k in range(len(own))) for name, strategy in CLASSICS.items()
    }


def matches(table: pd.DataFrame) -> pd.DataFrame:
    """One row per played match and seat, letters of both in the order of the rounds: own, theirs, first, cluster, key.

    `first` holds the letter of the option listed first, `-` where the table does not say. Matches with a move that
    was not read, or not the model's own, are left out.
    """
    rows = table[table["measure"] == "cooperates"]
    rows = rows.assign(first=rows.get("first_move", "-"))
    whole = rows.groupby(["key", "seat"])["value"].transform(lambda values: values.notna().all())
    rows = rows[whole & rows["partner_move"].notna()].sort_values("round")
    named = {"own": ("move", "".join), "theirs": ("partner_move", "".join), "first": ("first", "".join)}
    kept = {name: (name, "first") for name in ("cluster", "game", "opponent", "model")}
    return rows.groupby(["key", "seat"], sort=False).agg(**named, **kept).reset_index()
