"""A fund that four neighbours pay into: what a coin is worth where, and what was paid in before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probes.core import Choose, Transcript
from probes.core.design import Arm
from probes.games.allocation import orders

FUNDS = (
    "the village well",
    "the street party",
    "the playground",
    "the footbridge",
    "the herb garden",
    "the choir's piano",
    "the bus shelter",
    "the reading room",
    "the duck pond",
    "the tool shed",
    "the bakehouse",
    "the bandstand",
)
PEOPLE = ("Ana", "Ben", "Cleo", "Dev", "Eva", "Finn", "Gita", "Hugo", "Ida", "Jan", "Kim", "Lars")
OTHERS = 3
"""Neighbours beside the player."""
COINS = 10
AMOUNTS = tuple(range(0, COINS + 1, 2))
DOUBLED, MIRRORED = ("one coin", "two coins"), (("one coin", "eight coins"), ("eight coins", "one coin"))
"""What a coin that is kept is worth, and one in the fund: as played, and where either is the better place for it."""
VILLAGES = {"own": "your village", "other": "another village"}


def neighbours(fund: str) -> tuple[str, ...]:
    """The three others, who differ by fund."""
    at = FUNDS.index(fund)
    return tuple(PEOPLE[(at + step) % len(PEOPLE)] for step in range(OTHERS))


def levels(fund: str) -> tuple[int, int, int]:
    """Coins that the three others put in, much and little, and that the player put in, where a round is told."""
    at = FUNDS.index(fund)
    much = (8, 10)[at % 2]
    return much, COINS - much, (4, 6)[at // 2 % 2]


@dataclass(frozen=True)
class Told:
    """One earlier round: what the player and each of the three others put in, and in which village."""

    own: int
    others: tuple[int, ...]
    village: str = "own"

    def line(self, number: int, names: tuple[str, ...]) -> str:
        """The round as a sentence; of the other village nobody is named."""
        who = ("you", *names) if self.village == "own" else ("the first", "the second", "the third", "the fourth")
        shares = zip(who, (self.own, *self.others), strict=True)
        parts = [f"{name} put in {put} and kept {COINS - put}" for name, put in shares]
        return f"Round {number} in {VILLAGES[self.village]}: {', '.join(parts)}."


def ask(
    fund: str,
    past: Sequence[Told],
    order: Arm,
    worth: tuple[str, str] = DOUBLED,
    to: str = "",
    fund_first: bool = False,
) -> Choose:
    """How many coins the player puts in now; `fund_first`: what a coin there is worth is said first.

    The options come before what differs between questions, so that the model reads them once for all of these.
    """
    (kept, paid), names = worth, neighbours(fund)
    values = [f"A coin that you keep is worth {kept} at the end.", f"A coin in the fund is worth {paid} at the end."]
    options = order.lines({str(put): f"I put in {put} and keep {COINS - put}." for put in AMOUNTS})
    rules = (
        f"You and three neighbours, {', '.join(names[:-1])} and {names[-1]}, each have {COINS} coins in every round. "
        f"At the same time and without talking, each of you puts some of them into a fund for {fund} and keeps the "
        f"rest:\n{options}\n\n{' '.join(values[::-1] if fund_first else values)} The fund is then shared out equally "
        "among the four of you, whoever put in how much. Answer with the letter of what you do."
    )
    rounds = "".join(f"\n\n{told.line(number, names)}" for number, told in enumerate(past, start=1))
    text = f"{rules}{rounds}\n\nWhat do you do now?"
    labels = {f" {label}": meaning for label, meaning in order.shown}
    return Choose(Transcript().user(text), labels, prefill="Answer:", to=to)


def share(p: Mapping[str, float]) -> float:
    """The share of its coins that a player puts in, expected."""
    return sum(chance * int(put) for put, chance in p.items()) / COINS


ORDERS = tuple(orders([str(put) for put in AMOUNTS]))
