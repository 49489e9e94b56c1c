"""Trust game: what one player sends is tripled, and the other decides how much of it goes back."""

from __future__ import annotations

from probes.games.allocation import STEPS, Option, Situation, amounts

SOURCE = "Berg, Dickhaut and McCabe 1995, doi:10.1006/game.1995.1027"
FACTOR = 3


def situations(stake: int) -> list[Situation]:
    """The investor's decision, and the trustee's for every amount sent but nothing."""
    return [_investor(stake), *[_trustee(stake, sent) for sent in amounts(stake)[1:]]]


def _investor(stake: int) -> Situation:
    text = (
        f"You have {stake} points. You can send any part of them to a stranger. The amount is multiplied by "
        f"{FACTOR} before it arrives. The stranger then decides how much of it to send back to you and keeps the rest."
    )
    options = tuple(
        Option(f"send_{x}", f"I send {x} and keep {stake - x}.", stake - x, x / stake) for x in amounts(stake)
    )
    return Situation("trust_investor", text, options)


def _trustee(stake: int, sent: int) -> Situation:
    received = FACTOR * sent
    text = (
        f"A stranger had {stake} points and sent you {sent} of them. The amount was multiplied by {FACTOR}, "
        f"so you have received {received}. You decide how much of it to send back and keep the rest."
    )
    steps = [received * k / STEPS for k in range(STEPS + 1)]
    options = tuple(
        Option(f"return_{k}", f"I send back {x:g} and keep {received - x:g}.", received - x, x / received)
        for k, x in enumerate(steps)
    )
    return Situation("trust_trustee", text, options, given=sent)
