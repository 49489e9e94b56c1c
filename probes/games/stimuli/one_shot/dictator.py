"""Dictator game: one player divides, the other has no say."""

from __future__ import annotations

from probes.games.allocation import Option, Situation, amounts

SOURCE = "Kahneman, Knetsch and Thaler 1986, doi:10.1086/296367"


def situations(stake: int) -> list[Situation]:
    """The dictator's decision."""
    text = (
        f"You have been given {stake} points. You decide alone how many of them go to another person, who is a "
        "stranger to you and has no say in the matter. You keep the rest."
    )
    options = tuple(
        Option(f"give_{x}", f"I give {x} and keep {stake - x}.", stake - x, x / stake) for x in amounts(stake)
    )
    return [Situation("dictator", text, options)]
