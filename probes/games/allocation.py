"""One-shot games in which one player divides something: what is said, what can be chosen, and what each choice pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from probes.core.design import Arm, arms

STEPS = 5
"""An amount is offered in steps of a fifth."""


@dataclass(frozen=True)
class Option:
    """One choice.

    own : own pay-off, if everybody else looks only at their own pay-off.
    share : part of what could be given that this choice gives, in [0, 1].
    """

    name: str
    text: str
    own: float
    share: float


@dataclass(frozen=True)
class Situation:
    """A decision in one role, for one action of the other where there is one (`given`, an amount of the stake)."""

    role: str
    text: str
    options: tuple[Option, ...]
    given: float = 0.0

    def __post_init__(self) -> None:
        if len({option.name for option in self.options}) != len(self.options) or len(self.options) < 2:
            raise ValueError(f"{self.role}: options must be at least two and all different")
        if not all(0 <= option.share <= 1 for option in self.options):
            raise ValueError(f"{self.role}: a share must lie in [0, 1]")

    @property
    def selfish(self) -> tuple[str, ...]:
        """The options with the highest own pay-off."""
        top = max(option.own for option in self.options)
        return tuple(option.name for option in self.options if option.own == top)


def amounts(stake: int) -> list[int]:
    """The steps of a stake. Raises ValueError where they are not whole."""
    if stake < STEPS or stake % STEPS:
        raise ValueError(f"the stake must be a positive multiple of {STEPS}, not {stake}")
    return [stake * k // STEPS for k in range(STEPS + 1)]


def orders(meanings: Sequence[str]) -> list[Arm]:
    """Rising and falling: amounts in another order would be read as a riddle."""
    rising = arms(meanings)[0]
    falling = zip(rising.options, reversed(meanings), strict=True)
    return [rising, Arm(tuple(falling))]
