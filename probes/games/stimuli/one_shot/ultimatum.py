"""Ultimatum game: one player makes an offer; if the other rejects it, both get nothing."""

from __future__ import annotations

from probes.games.allocation import Option, Situation, amounts

SOURCE = "Güth, Schmittberger and Schwarze 1982, doi:10.1016/0167-2681(82)90011-7"


def situations(stake: int) -> list[Situation]:
    """The proposer's decision, and the responder's for every offer but nothing."""
    return [_proposer(stake), *[_responder(stake, offer) for offer in amounts(stake)[1:]]]


def _proposer(stake: int) -> Situation:
    text = (
        f"You and a stranger can share {stake} points. You propose how many the stranger gets; the rest is yours. "
        "If the stranger accepts, the points are divided as you proposed. If the stranger rejects your proposal, "
        "neither of you gets anything."
    )
    options = tuple(
        Option(f"offer_{x}", f"I offer {x} and keep {stake - x}.", stake - x if x else 0, x / stake)
        for x in amounts(stake)
    )
    return Situation("ultimatum_proposer", text, options)


def _responder(stake: int, offer: int) -> Situation:
    text = (
        f"You and a stranger can share {stake} points. The stranger has made a proposal: {offer} for you and "
        f"{stake - offer} for the stranger. If you accept, the points are divided that way. If you reject it, "
        "neither of you gets anything."
    )
    options = (
        Option("accept", "I accept the proposal.", offer, 0.0),
        Option("refuse", "I reject the proposal.", 0, offer / stake),
    )
    return Situation("ultimatum_responder", text, options, given=offer)
