"""A finite two-player matrix game, seen from either seat. Everything said about it is derived from one matrix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

SEATS = ("row", "column")

Payoffs = tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class Game:
    """Pay-offs by [row action][column action] as (row player's, column player's).

    Parameters
    ----------
    actions : the row player's and the column player's actions.
    family : class of the game, for grouping.
    source : where the game comes from.
    """

    name: str
    actions: tuple[tuple[str, ...], tuple[str, ...]]
    payoffs: Payoffs
    title: str = ""
    family: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        rows, columns = map(len, self.actions)
        if min(rows, columns) < 1 or any(len(set(own)) != len(own) for own in self.actions):
            raise ValueError(f"{self.name}: each player needs actions, all different")
        if len(self.payoffs) != rows or any(len(row) != columns for row in self.payoffs):
            raise ValueError(f"{self.name}: the pay-offs must be {rows} x {columns} pairs")
        if any(len(pair) != 2 for row in self.payoffs for pair in row):
            raise ValueError(f"{self.name}: every outcome has two pay-offs")

    def points(self, row: str, column: str) -> tuple[float, float]:
        """What both players get."""
        return self.payoffs[self.actions[0].index(row)][self.actions[1].index(column)]

    def seen_from(self, seat: str) -> Game:
        """The same game with the player of `seat` as the row player."""
        if seat not in SEATS:
            raise ValueError(f"seat {seat!r} is not one of {', '.join(SEATS)}")
        return self if seat == "row" else self.transposed()

    def transposed(self) -> Game:
        """The players exchanged."""
        turned = tuple(
            tuple((self.payoffs[i][j][1], self.payoffs[i][j][0]) for i in range(len(self.actions[0])))
            for j in range(len(self.actions[1]))
        )
        return replace(self, actions=(self.actions[1], self.actions[0]), payoffs=turned)

    @property
    def symmetric(self) -> bool:
        """Whether both seats are the same seat: the prompts of one are those of the other."""
        return self == self.transposed()

    @property
    def highest(self) -> float:
        """The row player's highest pay-off."""
        return max(pair[0] for row in self.payoffs for pair in row)

    def outcomes(self) -> Iterator[tuple[str, str]]:
        """All (row action, column action)."""
        yield from product(*self.actions)

    def best_replies(self, column: str) -> tuple[str, ...]:
        """The row player's best replies to a column action."""
        gains = {row: self.points(row, column)[0] for row in self.actions[0]}
        return tuple(row for row, gain in gains.items() if gain == max(gains.values()))

    def equilibria(self) -> list[tuple[str, str]]:
        """Equilibria in pure actions."""
        other = self.transposed()
        return [(r, c) for r, c in self.outcomes() if r in self.best_replies(c) and c in other.best_replies(r)]

    @cached_property
    def cooperative(self) -> str:
        """The row player's action C: its part in the outcome with the highest sum of pay-offs.

        Of equal sums the most even outcome counts, of these the one that is best for the other player, of these the
        first. So C is to cooperate in the Prisoner's Dilemma, to hunt the stag, to swerve, and in the Battle of the
        Sexes to go where the other likes it.
        """

        def merit(outcome: tuple[str, str]) -> tuple[float, float, float]:
            own, other = self.points(*outcome)
            return own + other, -abs(own - other), other

        return max(self.outcomes(), key=merit)[0]

    @cached_property
    def defection(self) -> str:
        """The row player's action D for scripts: the best reply to cooperation among all actions but C."""
        other = self.transposed().cooperative
        rest = [action for action in self.actions[0] if action != self.cooperative]
        return max(rest, key=lambda action: self.points(action, other)[0])

    def letter(self, action: str) -> str:
        """C for the row player's cooperative action, D for every other."""
        return "C" if action == self.cooperative else "D"
