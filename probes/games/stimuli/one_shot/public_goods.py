"""Public goods game, linear: what is put in common is doubled and shared among four."""

from __future__ import annotations

from probes.games.allocation import Option, Situation, amounts

SOURCE = "Isaac and Walker 1988, doi:10.2307/1886648"
PLAYERS, FACTOR = 4, 2


def situations(stake: int) -> list[Situation]:
    """The decision of one of four equal players."""
    text = (
        f"You and {PLAYERS - 1} strangers have {stake} points each. At the same time and without talking, each of you "
        f"decides how many points to put into a common pot. The pot is multiplied by {FACTOR} and then divided equally "
        f"among all {PLAYERS} of you, regardless of who put in how much. You keep what you do not put in."
    )
    options = tuple(
        Option(f"put_{x}", f"I put in {x} and keep {stake - x}.", stake - x + FACTOR * x / PLAYERS, x / stake)
        for x in amounts(stake)
    )
    return [Situation("public_goods", text, options)]
