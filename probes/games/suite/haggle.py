"""One price, taken or left: does it keep to its limit, in what it accepts and in what it names?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from probes.core import Choice, Choose, Play, Probe, Row, Transcript, Trial
from probes.core.design import Arm, arms
from probes.games.allocation import orders
from probes.games.players import PARTNER

GOODS = (
    "lamp",
    "bicycle",
    "teapot",
    "guitar",
    "chair",
    "clock",
    "rug",
    "mirror",
    "tent",
    "camera",
    "bookcase",
    "radio",
)
WORTH, COST = (3, 6), (5, 2)
"""Limits, the stricter first: what the good is worth to the buyer, and what it cost the seller, in coins."""
PRICES = tuple(range(1, 8))
BETWEEN = {"buyer": (4, 5), "seller": (3, 4)}
"""Prices that a side gains from under the looser limit, and loses from under the stricter one."""
SIDES = ("buyer", "seller")
ANSWERS = {"accept": "I accept.", "decline": "I decline."}


@dataclass(frozen=True)
class Haggle(Probe):
    """Does it keep to its limit, in what it accepts and in what it names?

    One side names a price from 1 to 7, the other takes it or leaves it; either knows its own limit only. Both are asked
    under a strict and under a loose limit. `accepts` is by how much more often a price is accepted under the limit that
    makes it a gain than under the one that makes it a loss; `names` is by how many coins the price named is better for
    the other side under the loose limit. What a model likes about prices, places and letters is in both. `deal`,
    `loss_share` and `surplus_share` describe the deals under the loose limits: their probability, the share in which
    somebody loses, and what the proposing side gets.
    """

    goods: int = 12
    """Things for sale, the independent units; at most 12. Buyer and seller take turns in naming the price."""
    responders: tuple[str, ...] = ("self",)
    """Who takes it or leaves it: `self`, or `partner` for another model."""

    allowed: ClassVar[Mapping[str, Collection[Any]]] = {
        "goods": range(1, len(GOODS) + 1),
        "responders": ("self", PARTNER),
    }
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {}, "full": {}}
    example: ClassVar[Mapping[str, Any]] = {"goods": 2}
    measures: ClassVar[Mapping[str, str]] = {
        "accepts": "difference of probabilities",
        "names": "coins",
        "deal": "probability",
        "loss_share": "share of deals",
        "surplus_share": "share of the surplus",
        "p_first": "probability",
        "mass": "probability",
    }
    chance: ClassVar[Mapping[str, float]] = {"accepts": 0.0, "names": 0.0}
    unit: ClassVar[str] = "good"
    version: ClassVar[int] = 2
    source: ClassVar[str] = "Concordia (Vezhnevets et al. 2023) and its contest of 2024: haggling; own wordings"

    def partners(self) -> tuple[str, ...]:
        """The other model, where it responds."""
        return (PARTNER,) if PARTNER in self.responders else ()

    def trials(self) -> Iterator[Trial]:
        """Goods x who responds."""
        for (number, good), responder in product(enumerate(GOODS[: self.goods]), self.responders):
            yield Trial(good=good, proposer=SIDES[number % 2], responder=responder)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """Under both limits: the price in both orders, and the answer to each price in both orders."""
        to, ordered = PARTNER if trial.responder == PARTNER else "", orders([str(price) for price in PRICES])
        offers = [(limit, order) for limit in (0, 1) for order in ordered]
        cells = list(product((0, 1), PRICES, arms(tuple(ANSWERS))))
        replies = yield [
            *[_offer(trial, limit, order) for limit, order in offers],
            *[_answer(trial, limit, price, arm, to) for limit, price, arm in cells],
        ]
        offered, answered = replies[: len(offers)], replies[len(offers) :]
        named = np.array([[one.p[str(price)] for price in PRICES] for one in offered]).reshape(2, 2, -1).mean(1)
        taken = np.array([one.p["accept"] for one in answered]).reshape(2, len(PRICES), 2).mean(2)
        first = np.mean([one.p[arm.first] for (_, _, arm), one in zip(cells, answered, strict=True)])
        values = measured(trial, named, taken) | {"p_first": float(first), "mass": _mass(answered)}
        yield Row(values, {}, answered[0])


def measured(trial: Any, named: np.ndarray, taken: np.ndarray) -> dict[str, Any]:
    """Measures of the prices named [limits, prices] and of accepting each [limits, prices], the strict limit first."""
    prices, responder = np.array(PRICES), _other(trial.proposer)
    between = np.isin(prices, BETWEEN[responder])
    yielding = 1 if trial.proposer == "buyer" else -1
    deals, share = named[1] * taken[1], (WORTH[1] - prices) / (WORTH[1] - COST[1])
    lost, total = (prices > WORTH[1]) | (prices < COST[1]), float(deals.sum())
    share = share if trial.proposer == "buyer" else 1 - share
    return {
        "accepts": float((taken[1] - taken[0])[between].mean()),
        "names": float(yielding * (named[1] - named[0]) @ prices),
        "deal": total,
        "loss_share": float(deals[lost].sum()) / total if total > 0 else "unscored",
        "surplus_share": float((deals * share).sum()) / total if total > 0 else "unscored",
    }


def _other(side: str) -> str:
    return SIDES[1 - SIDES.index(side)]


def _limit(trial: Any, side: str, limit: int) -> str:
    if side == "buyer":
        return (
            f"You want to buy a {trial.good}. It is worth {WORTH[limit]} coins to you: if you pay less, you gain "
            "the difference, and if you pay more, you lose it."
        )
    return (
        f"You are selling a {trial.good}. It cost you {COST[limit]} coins: if you get more, you gain the "
        "difference, and if you get less, you lose it."
    )


def _offer(trial: Any, limit: int, order: Arm) -> Choose:
    other = _other(trial.proposer)
    text = (
        f"{_limit(trial, trial.proposer, limit)} You do not know the {other}'s limit. You name one price, and the "
        f"{other} takes it or leaves it. Without a deal nobody gains or loses anything.\n\nWhich price do you name?\n"
        f"{order.lines({str(price): _coins(price) for price in PRICES})}\n\nAnswer with the letter."
    )
    return Choose(Transcript().user(text), _labels(order), prefill="Answer:")


def _answer(trial: Any, limit: int, price: int, arm: Arm, to: str) -> Choose:
    text = (
        f"{_limit(trial, _other(trial.proposer), limit)} The {trial.proposer} names one price, which you take or "
        f"leave. Without a deal nobody gains or loses anything.\n\nWhat do you do? Answer with the letter.\n"
        f"{arm.lines(ANSWERS)}\n\nThe {trial.proposer} names {_coins(price)}."
    )
    return Choose(Transcript().user(text), _labels(arm), prefill="Answer:", to=to)


def _labels(arm: Arm) -> dict[str, str]:
    return {f" {label}": meaning for label, meaning in arm.shown}


def _coins(price: int) -> str:
    return "1 coin" if price == 1 else f"{price} coins"


def _mass(replies: list[Choice]) -> float:
    return float(np.mean([reply.mass for reply in replies]))
