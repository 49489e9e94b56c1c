"""Does the model ask what would tell most, and use the answer?"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Choice, Choose, Play, Probe, Row, Trial
from probes.shared.world import LANGUAGES
from probes.user_model.goods import NAMES, Answers, Shop, facts, shops

WISHES = ("discovery", "oracle", "rejected", "critique")
EVEN = 1e-12
DISCOUNT = 1 / np.log2(np.arange(2, len(NAMES) + 2))


@dataclass(frozen=True)
class Elicit(Probe):
    """Does the model ask what would tell most, and use the answer?

    A trial is a catalogue of eight goods with six attributes and a truthful user who wants one of them. Along the
    questions of highest gain the model says at every state what it would ask, whether it would rather recommend, and
    what. `gain_share` is the expected information of a new question between that of a random one (0) and the best (1).
    `belief_kl` is the exact posterior relative to its recommendation. `uptake` is what the last answer, yes against no,
    adds to the goods it speaks for. In the arm `oracle` the whole wish is stated. In `rejected` a wrong good was
    recommended at once and the user said no; in `critique` also what it should have been, as opposed to should not.
    `mass` is the least option mass of attributes and goods; asking or recommending is read from two beginnings of a
    reply, which need no mass.
    """

    users: int = 16
    """A multiple of 8 puts the wanted good in every slot equally often."""
    wishes: tuple[str, ...] = ("discovery", "oracle")
    """How the wish is known: of `discovery`, `oracle`, `rejected`, `critique`."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    shop_seed: int = 0
    """Seed of the goods."""

    measures: ClassVar[Mapping[str, str]] = {
        "gain_share": "share of the best question's gain over a random one's",
        "redundant": "probability",
        "timing": "probability of recommending",
        "belief_kl": "nats",
        "uptake": "difference of probabilities",
        "hit": "share of a right first place",
        "ndcg": "discounted gain",
        "mass": "probability",
    }
    chance: ClassVar[Mapping[str, float]] = {
        "gain_share": 0.0, "uptake": 0.0, "hit": 1 / len(NAMES), "ndcg": float(DISCOUNT.mean()),
    }  # fmt: skip
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"wishes": WISHES, "language": LANGUAGES}
    unit: ClassVar[str] = "user"
    source: ClassVar[str] = "PREFDISCO 2025 and EAR 2020 (ask, then recommend); own game with exact information gain"
    version: ClassVar[int] = 2
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"users": 16},
        "full": {"users": 200, "wishes": WISHES},
    }
    example: ClassVar[Mapping[str, Any]] = {"users": 8, "wishes": WISHES}

    def trials(self) -> Iterator[Trial]:
        """One a user."""
        for number, shop in enumerate(shops(self.users, self.shop_seed, self.language)):
            yield Trial(user=number, shop=shop)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """All states of all arms at once; one row each."""
        shop: Shop = trial.shop
        states = [(arm, answers) for arm in self.wishes for answers in told(shop, arm)]
        asked = [questions(shop, answers) for _, answers in states]
        replies = iter((yield [one for part in asked for one in part.values()]))
        for (arm, answers), part in zip(states, asked, strict=True):
            got: dict[str, Choice] = {name: next(replies) for name in part}
            yield Row(measured(shop, answers, got), facts(shop, answers, arm), got["good"])


def told(shop: Shop, arm: str) -> list[Answers]:
    """What the user has said in an arm: after each question, every attribute of the wanted good, or to a wrong good."""
    if arm == "discovery":
        path = shop.path()
        return [path[:at] for at in range(len(path) + 1)]
    if arm == "oracle":
        return [tuple((what, shop.wanted in shop.having(what, True)) for what in shop.listed)]
    return [shop.critique()[: WISHES.index(arm) - 1]]


def questions(shop: Shop, answers: Answers) -> dict[str, Choose]:
    """What is asked of the model at a state; `flipped` is the good after the opposite of the last answer."""
    talk, ask, recommend = shop.talk(answers), shop.words.phrase("ask"), shop.words.phrase("recommend")
    asked = {"good": recommended(shop, answers), "move": Choose(talk, {ask: "ask", recommend: "recommend"})}
    if max(shop.gains(answers).values()) > 0:
        asked["attribute"] = Choose(talk, {f" {shop.word(what)}": what for what in shop.listed}, prefill=ask)
    if answers:
        what, yes = answers[-1]
        asked["flipped"] = recommended(shop, (*answers[:-1], (what, not yes)))
    return asked


def recommended(shop: Shop, answers: Answers) -> Choose:
    """The recommendation, to be completed with the name of a good."""
    return Choose(shop.talk(answers), {f" {name}": name for name in NAMES}, prefill=shop.words.phrase("recommend"))


def asked_well(gains: Mapping[str, float], p: Mapping[str, float], known: Set[str]) -> dict[str, float | str]:
    """`gain_share` over what was not asked yet, which shunning repetition does not raise; `redundant` over all."""
    new = {what: gain for what, gain in gains.items() if what not in known}
    mean, best, mass = sum(new.values()) / len(new), max(new.values()), sum(p[what] for what in new)
    redundant = sum(p[what] for what, gain in gains.items() if gain < EVEN)
    if best - mean < EVEN or mass < EVEN:  # all tell the same, or it asks only what it knows
        return {"gain_share": "unscored", "redundant": redundant}
    share = sum(p[what] / mass * gain for what, gain in new.items())
    return {"gain_share": (share - mean) / (best - mean), "redundant": redundant}


def measured(shop: Shop, answers: Answers, got: Mapping[str, Choice]) -> dict[str, float | str]:
    """All measures of a state; `unscored` where there is nothing left to ask or no last answer."""
    good, belief = got["good"].p, shop.belief(answers)
    exact = {name: belief.p(name) for name in NAMES}
    kl = sum(p * (math.log(p) - math.log(max(good[name], 1e-12))) for name, p in exact.items() if p)
    above = sum(p > good[shop.wanted] for p in good.values())
    ties = sum(p == good[shop.wanted] for p in good.values())
    places = DISCOUNT[above : above + ties]
    values: dict[str, float | str] = dict.fromkeys(Elicit.measures, "unscored")
    mass = min(one.mass for name, one in got.items() if name != "move")
    values |= {"timing": got["move"].p["recommend"], "belief_kl": kl, "hit": float(not above) / ties,
              "ndcg": float(places.mean()), "mass": mass}  # fmt: skip
    if "attribute" in got:
        values |= asked_well(shop.gains(answers), got["attribute"].p, {what for what, _ in answers})
    if "flipped" in got:
        speaks_for = shop.having(*answers[-1])
        values["uptake"] = sum(good[name] - got["flipped"].p[name] for name in speaks_for)
    return values
