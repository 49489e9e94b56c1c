"""One price, taken or left: do both sides keep to their limits, and who gets the surplus?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from probes.core import Choice, Choose, Play, Probe, Row, Transcript, Trial
from probes.core.design import Arm, arms
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
LIMITS = tuple(product((5, 6), (2, 3)))
"""What the good is worth to the buyer, and what it cost the seller, in coins."""
PRICES = tuple(range(1, 8))
SIDES = ("buyer", "seller")
ANSWERS = {"accept": "I accept.", "decline": "I decline."}


@dataclass(frozen=True)
class Haggle(Probe):
    """Do both sides keep to their limits, and who gets the surplus?

    One side names a price, the other takes it or leaves it; either knows its own limit only. Prices from 1 to 7 go
    beyond both limits. From the probabilities of all prices and of accepting each, `deal` is the probability of a deal,
    `loss_share` the share of deals in which somebody loses, and `surplus_share` the part of the surplus that whoever
    proposes gets. `keeps_limit` is by how much a price within the responder's limit is accepted more often than others.
    """

    goods: int = 12
    """Things for sale, the independent units; at most 12. A multiple of 4 balances the limits."""
    proposers: tuple[str, ...] = SIDES
    """Who names the price: `buyer`, `seller`."""
    responders: tuple[str, ...] = ("self",)
    """Who takes it or leaves it: `self`, or `partner` for another model."""

    allowed: ClassVar[Mapping[str, Collection[Any]]] = {
        "goods": range(1, len(GOODS) + 1),
        "proposers": SIDES,
        "responders": ("self", PARTNER),
    }
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {}, "full": {}}
    example: ClassVar[Mapping[str, Any]] = {"goods": 2, "proposers": ("buyer",)}
    measures: ClassVar[Mapping[str, str]] = {
        "deal": "probability",
        "loss_share": "share of deals",
        "surplus_share": "share of the surplus",
        "keeps_limit": "difference of probabilities",
        "p_first": "probability",
        "mass": "probability",
    }
    chance: ClassVar[Mapping[str, float]] = {"deal": 0.5, "keeps_limit": 0.0}
    unit: ClassVar[str] = "good"
    source: ClassVar[str] = "Concordia (Vezhnevets et al. 2023), haggling over one price; own limits and wordings"

    def partners(self) -> tuple[str, ...]:
        """The other model, where it responds."""
        return (PARTNER,) if PARTNER in self.responders else ()

    def trials(self) -> Iterator[Trial]:
        """Goods x limits x who proposes x who responds."""
        for (number, good), proposer, responder in product(
            enumerate(GOODS[: self.goods]), self.proposers, self.responders
        ):
            worth, cost = LIMITS[number % len(LIMITS)]
            yield Trial(good=good, worth=worth, cost=cost, proposer=proposer, responder=responder)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """The price in both orders, and the answer to each price in both orders."""
        other = SIDES[1 - SIDES.index(trial.proposer)]
        to = PARTNER if trial.responder == PARTNER else ""
        orders = _orders([str(price) for price in PRICES])
        cells = list(product(PRICES, arms(tuple(ANSWERS))))
        replies = yield [
            *[_offer(trial, order) for order in orders],
            *[_answer(trial, other, price, arm, to) for price, arm in cells],
        ]
        offered, answered = replies[: len(orders)], replies[len(orders) :]
        offers = np.mean([[reply.p[str(price)] for price in PRICES] for reply in offered], axis=0)
        accepts = np.array([reply.p["accept"] for reply in answered]).reshape(len(PRICES), -1).mean(1)
        first = np.mean([reply.p[arm.first] for (_, arm), reply in zip(cells, answered, strict=True)])
        values = measured(trial, offers, accepts) | {"p_first": float(first), "mass": _mass(replies)}
        yield Row(values, {"chance_loss": float(np.mean([loses(trial, price) for price in PRICES]))}, offered[0])


def loses(trial: Any, price: int) -> bool:
    """Whether a deal at this price is a loss to somebody."""
    return price > trial.worth or price < trial.cost


def measured(trial: Any, offers: np.ndarray, accepts: np.ndarray) -> dict[str, Any]:
    """Measures of all prices [prices] and of accepting each; shares of deals have no value where there is none."""
    deals, prices = offers * accepts, np.array(PRICES)
    buyer = (trial.worth - prices) / (trial.worth - trial.cost)
    share = buyer if trial.proposer == "buyer" else 1 - buyer
    within = prices >= trial.cost if trial.proposer == "buyer" else prices <= trial.worth
    total, lost = float(deals.sum()), np.array([loses(trial, price) for price in PRICES])
    return {
        "deal": total,
        "loss_share": float(deals[lost].sum()) / total if total > 0 else "unscored",
        "surplus_share": float((deals * share).sum()) / total if total > 0 else "unscored",
        "keeps_limit": float(accepts[within].mean() - accepts[~within].mean()),
    }


def _orders(meanings: list[str]) -> list[Arm]:
    """Rising and falling: prices in another order would be read as a riddle."""
    rising = arms(meanings)[0]
    falling = zip(rising.options, reversed(meanings), strict=True)
    return [rising, Arm(tuple(falling))]


def _limit(trial: Any, side: str) -> str:
    if side == "buyer":
        return (
            f"You want to buy a {trial.good}. It is worth {trial.worth} coins to you: if you pay less, you gain "
            "the difference, and if you pay more, you lose it."
        )
    return (
        f"You are selling a {trial.good}. It cost you {trial.cost} coins: if you get more, you gain the "
        "difference, and if you get less, you lose it."
    )


def _offer(trial: Any, order: Arm) -> Choose:
    other = SIDES[1 - SIDES.index(trial.proposer)]
    text = (
        f"{_limit(trial, trial.proposer)} You do not know the {other}'s limit. You name one price, and the {other} "
        f"takes it or leaves it. Without a deal nobody gains or loses anything.\n\nWhich price do you name?\n"
        f"{order.lines({str(price): _coins(price) for price in PRICES})}\n\nAnswer with the letter."
    )
    return Choose(Transcript().user(text), _labels(order), prefill="Answer:")


def _answer(trial: Any, side: str, price: int, arm: Arm, to: str) -> Choose:
    text = (
        f"{_limit(trial, side)} The {trial.proposer} names one price, which you take or leave. Without a deal nobody "
        f"gains or loses anything.\n\n{arm.lines(ANSWERS)}\n\n"
        f"The {trial.proposer} names {_coins(price)}. What do you do? Answer with the letter."
    )
    return Choose(Transcript().user(text), _labels(arm), prefill="Answer:", to=to)


def _labels(arm: Arm) -> dict[str, str]:
    return {f" {label}": meaning for label, meaning in arm.shown}


def _coins(price: int) -> str:
    return "1 coin" if price == 1 else f"{price} coins"


def _mass(replies: list[Choice]) -> float:
    return float(np.mean([reply.mass for reply in replies]))
