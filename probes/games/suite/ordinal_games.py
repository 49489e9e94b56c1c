"""The strict ordinal 2x2 games: how much of what can be earned does the model earn, family by family?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from probes.games.ordinal import NAMES
from probes.games.suite.repeated_game import RepeatedGame


@dataclass(frozen=True)
class OrdinalGames(RepeatedGame):
    """How well does the model play games it has no name for?

    With the defaults all 144 games, ten rounds, from both seats, against two fixed and two answering scripts. Both
    seats, because a game seen from the column seat is another of the 144 (or itself) seen from the row seat, sentence
    for sentence: asking both would ask everything twice and count every game as two.
    """

    games: tuple[str, ...] = NAMES
    """Names in `probes.games`."""
    opponents: tuple[str, ...] = ("always_cooperate", "always_defect", "tit_for_tat", "alternator")
    """As in `repeated_game`."""
    seats: tuple[str, ...] = ("row",)
    """The seats that the model plays from."""
    tied: bool = True
    """Half the presentations: labels follow places, so that both biases cancel together."""

    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"games": NAMES[::10], "opponents": ("tit_for_tat",), "rounds": 3},
        "ordinal": {},
        "full": {},
    }
    example: ClassVar[Mapping[str, Any]] = {"games": NAMES[::29], "opponents": ("alternator",), "rounds": 3,
                                            "tied": False}  # fmt: skip
    source: ClassVar[str] = "Akata et al. 2025, doi:10.1038/s41562-025-02172-y; games of Robinson and Goforth 2005"
