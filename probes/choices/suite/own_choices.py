"""Does it know what its choices are made of? Weights that its picks show, and those that it states."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.choices.pools import LABELS, PICKS, POLES, Pool, pools
from probes.core import Choice, Choose, Play, Probe, Row, Trial
from probes.shared.world import LANGUAGES

TRACES = ("live", "own", "other")
"""What is shown of its picks before it is asked: the conversation, their counts, the counts of who took the rest."""


@dataclass(frozen=True)
class OwnChoices(Probe):
    """Does it know what its choices are made of?

    Eight applicants of five binary attributes, of whom the model picks four. `weight` is how many nats a first pick
    gains from an attribute's first value over its second, an exact contrast over eight cards in four deals: at every
    place, name and letter each value stands equally often, so that a taste for these is 0. `stated` is how much the
    model says that it counts, in points from -2 (second value) to 2 (first), mean of asking about either value;
    `pole_gap` is the favour of whatever is asked about. Both again under an instruction that one attribute matters
    most (`planted`).
    """

    pools: int = 12
    """Pools, the independent units; ten have all attributes equally often."""
    traces: tuple[str, ...] = TRACES
    """What is shown of its picks before it states, besides nothing: `live`, `own`, `other`."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    pool_seed: int = 0
    """Seed of names, attributes and places."""

    measures: ClassVar[Mapping[str, str]] = {
        "weight": "nats",
        "stated": "points of a scale from -2 to 2",
        "pole_gap": "points of a scale from -2 to 2",
        "mass": "probability of all options together",
    }
    chance: ClassVar[Mapping[str, float]] = {"weight": 0.0, "stated": 0.0}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"traces": TRACES, "language": LANGUAGES}
    unit: ClassVar[str] = "pool"
    source: ClassVar[str] = "Left, Right, and Gender 2021 (own selections shown); own cards"
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"pools": 12}, "full": {"pools": 200}}
    example: ClassVar[Mapping[str, Any]] = {"pools": 2}

    def trials(self) -> Iterator[Trial]:
        """One per pool."""
        for pool in pools(self.pools, self.pool_seed, self.language):
            yield Trial(applicants=pool)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """First picks of all deals, the picks of the first deal, then all statements; a row per attribute and trace."""
        pool: Pool = trial.applicants
        deals = range(len(pool.signs))
        first = yield [pick(pool, deal, (), rule) for rule in (False, True) for deal in deals]
        traces = ("none", *self.traces)
        chosen = dict.fromkeys(traces, first[: len(deals)]) | {"planted": first[len(deals) :]}
        picks = [pool.who.index(first[0].best)]
        while len(picks) < PICKS:
            picks.append(pool.who.index((yield pick(pool, 0, picks)).best))
        cells = [(trace, name) for trace in traces for name in pool.attributes] + [("planted", pool.planted[0])]
        replies = yield [state(pool, trace, picks, name, pole) for trace, name in cells for pole in POLES]
        for at, (trace, name) in enumerate(cells):
            plus, minus = replies[2 * at : 2 * at + 2]
            column = pool.attributes.index(name)
            values = {"weight": float(weights(pool, chosen[trace])[column]), **spoken(plus, minus)}
            values["mass"] = min(reply.mass for reply in (*chosen[trace], plus, minus))
            leans = lean(pool, trace, picks)[column]
            yield Row(values, {"attribute": name, "trace": trace, "lean": leans, "scale": pool.scale}, plus)


def pick(pool: Pool, deal: int, picks: Sequence[int], rule: bool = False) -> Choose:
    """Who comes next, by letter, of those who are left."""
    options = {f" {LABELS[place]}": who for place, who in enumerate(pool.who) if place not in picks}
    return Choose(pool.asked(deal, picks, rule), options, prefill=pool.words.phrase("answer"))


def weights(pool: Pool, replies: Sequence[Choice]) -> np.ndarray:
    """Nats [attribute]: mean over the applicants with its first value minus the others, over all deals."""
    nats = np.array([list(reply.logprobs.values()) for reply in replies])
    signs = np.array(pool.signs, dtype=float)
    return np.asarray(2 * np.einsum("dp,dpa->a", nats, signs) / nats.size)


def state(pool: Pool, trace: str, picks: Sequence[int], attribute: str, pole: str) -> Choose:
    """Five digits; each means points in favour of the attribute's first value."""
    toward = (1 if pole == "plus" else -1) * (1 if pool.scale == "upward" else -1)
    options = {str(digit): str(toward * (digit - 3)) for digit in range(1, 6)}
    asked = pool.stated(trace, picks, attribute, pole)
    return Choose(asked, options, prefill=f"{pool.words.phrase('answer')} ")


def spoken(plus: Choice, minus: Choice) -> dict[str, float]:
    """Points for the first value, and those for the value asked about, of both askings."""
    one, two = (sum(int(points) * share for points, share in reply.p.items()) for reply in (plus, minus))
    return {"stated": (one + two) / 2, "pole_gap": (one - two) / 2}


def lean(pool: Pool, trace: str, picks: Sequence[int]) -> Sequence[float]:
    """By attribute, how far what is shown leans to its first value: all of one kind is 1, two and two is 0."""
    if trace == "planted":
        name, pole = pool.planted
        return [(1.0 if pole == "plus" else -1.0) * (name == one) for one in pool.attributes]
    toward = -1.0 if trace == "other" else 1.0
    return [toward * value for value in pool.lean(picks)]
