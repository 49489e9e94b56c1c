"""The strategies a player is compared with: what each would do next, from the letters of both so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

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
HISTORY: dict[str, Strategy] = {
    "two-sided grim": lambda own, theirs: "D" if "D" in own + theirs else "C",
    "T2": lambda own, theirs: "D" if _punishing(own, theirs, 2) else "C",
    "T3": lambda own, theirs: "D" if _punishing(own, theirs, 3) else "C",
    "lenient grim 2": lambda own, theirs: "D" if "DD" in _either(own, theirs) else "C",
    "lenient grim 3": lambda own, theirs: "D" if "DDD" in _either(own, theirs) else "C",
    "tit-for-three-tats": lambda own, theirs: "D" if theirs.endswith("DDD") else "C",
    "two-tits-for-tat": lambda own, theirs: "D" if "D" in theirs[-2:] else "C",
    "two-tits-for-two-tats": lambda own, theirs: "D" if "DD" in theirs[-3:] else "C",
    "defect first, then cooperate": lambda own, theirs: "C" if own else "D",
}
"""Strategies that look further back than one round, lenient (a defection may pass) and forgiving (punishment ends) ones
among them, after Fudenberg, Rand and Dreber 2012 (doi:10.1257/aer.102.2.720)."""
KNOWN: dict[str, Strategy] = CLASSICS | HISTORY
DAL_BO_FRECHETTE = ("always defect", "always cooperate", "two-sided grim", "tit-for-tat", "win-stay lose-shift", "T2")
"""The six strategies of Dal Bó and Fréchette 2011 (doi:10.1257/aer.101.1.411): grim counts one's own defections too,
and T2 answers any defection with two rounds of D and then begins anew."""
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


def _either(own: str, theirs: str) -> str:
    """D in every round in which anybody defected."""
    return "".join("D" if "D" in pair else "C" for pair in zip(own, theirs, strict=True))


def _punishing(own: str, theirs: str, rounds: int) -> bool:
    """Whether a punishment of so many rounds, which any defection outside one begins, still goes on."""
    left = 0
    for moves in zip(own, theirs, strict=True):
        left = left - 1 if left else rounds * ("D" in moves)
    return left > 0


def chosen(strategies: Iterable[str] | Mapping[str, Strategy] | None = None) -> dict[str, Strategy]:
    """Strategies by name: names of KNOWN, or functions of both histories; all classics where nothing is given."""
    if strategies is None:
        return CLASSICS
    if isinstance(strategies, Mapping):
        return dict(strategies)
    names = list(strategies)
    if unknown := [name for name in names if name not in KNOWN]:
        raise ValueError(f"no strategy {unknown[0]!r}; there are {', '.join(KNOWN)}")
    return {name: KNOWN[name] for name in names}


def prescribed(
    own: str, theirs: str, strategies: Iterable[str] | Mapping[str, Strategy] | None = None
) -> dict[str, str]:
    """What every strategy (by default every classic) would have played in every round: strategy -> letters."""
    return {
        name: "".join(strategy(own[:k], theirs[:k]) for k in range(len(own)))
        for name, strategy in chosen(strategies).items()
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
