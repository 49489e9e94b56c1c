"""Four pay into a common fund, round after round: how does giving go on among its like, and among givers and takers?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from probes.core import Play, Probe, Row, Trial
from probes.games.commons import FUNDS, ORDERS, OTHERS, Told, ask, share
from probes.games.players import PARTNER, SEATED

SCRIPTED = {"givers": 8, "takers": 2}


@dataclass(frozen=True)
class PublicGoods(Probe):
    """What does it pay into a common fund, round after round?

    Four neighbours pay in at the same time and learn what each put in. The model has the first seat; in the others sit
    the model itself, another model, or people who always put in eight (`givers`) or two (`takers`) of ten coins. Moves
    are drawn; `share` is what the first seat puts in, expected over its answers.
    """

    funds: int = 12
    """What is paid for, the independent units; at most 12."""
    rounds: int = 4
    """Rounds of a match, of which all earlier ones are told."""
    groups: tuple[str, ...] = ("self", "givers", "takers")
    """Who has the other three seats: `self`, `partner`, `givers`, `takers`."""

    allowed: ClassVar[Mapping[str, Collection[Any]]] = {
        "funds": range(1, len(FUNDS) + 1),
        "rounds": range(2, 21),
        "groups": (*SEATED, *SCRIPTED),
    }
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"groups": ("self",)}, "full": {"rounds": 10}}
    example: ClassVar[Mapping[str, Any]] = {"funds": 2, "rounds": 2}
    measures: ClassVar[Mapping[str, str]] = {"share": "share of what it has, expected", "mass": "probability"}
    unit: ClassVar[str] = "fund"
    version: ClassVar[int] = 2
    source: ClassVar[str] = "Isaac and Walker 1988, doi:10.2307/1886648: the game; own wordings"

    def partners(self) -> tuple[str, ...]:
        """The other model, where it sits in the other seats."""
        return (PARTNER,) if PARTNER in self.groups else ()

    def steps(self) -> int:
        """One question a round for the model's seat, and one for each of the others where these are models."""
        return self.rounds * (1 + OTHERS)

    def trials(self) -> Iterator[Trial]:
        """Funds x who has the other seats; the order of the amounts takes turns."""
        for (number, fund), group in product(enumerate(FUNDS[: self.funds]), self.groups):
            yield Trial(fund=fund, seats=group, falling=bool(number % 2))

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """One row per round: the first seat's."""
        order, put = ORDERS[trial.falling], list[tuple[int, ...]]()
        scripted = (SCRIPTED[trial.seats],) * OTHERS if trial.seats in SCRIPTED else ()
        for number in range(1, self.rounds + 1):
            asked = range(1 + OTHERS - len(scripted))
            to = ["", *[SEATED.get(trial.seats, "")] * OTHERS]
            replies = yield [ask(trial.fund, _told(put, seat), order, to=to[seat]) for seat in asked]
            put.append((*(int(reply.draw(rng)) for reply in replies), *scripted))
            facts = {"round": number, "put": put[-1][0], "others_put": float(np.mean(put[-1][1:]))}
            yield Row({"share": share(replies[0].p), "mass": replies[0].mass}, facts, replies[0])


def _told(put: list[tuple[int, ...]], seat: int) -> list[Told]:
    """The rounds so far as the player in a seat is told them: its own move first, the others in turn."""
    return [Told(moves[seat], moves[:seat] + moves[seat + 1 :]) for moves in put]
