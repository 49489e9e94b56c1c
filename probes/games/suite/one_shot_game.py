"""Ultimatum, dictator, trust and public goods: one decision, read from the probabilities of all options."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from probes.core import Choose, Play, Probe, Row, Trial
from probes.core.design import arms
from probes.games.allocation import Situation
from probes.games.one_shot import ONE_SHOT
from probes.shared.personas import PLACEMENTS, SHELF


@dataclass(frozen=True)
class OneShotGame(Probe):
    """How much does the model give, send, return and reject, over the full distribution of its answers?

    A trial is one decision (a role, and what the other did where there is something); its rows are the presentations,
    which put every option at every place once.
    """

    games: tuple[str, ...] = ("dictator", "ultimatum", "trust", "public_goods")
    """The decisions."""
    stakes: tuple[int, ...] = (10, 20, 50, 100)
    """Points that can be divided."""
    personas: tuple[str, ...] = ("none",)
    """Names in `probes.personas`; `none` is the model as itself."""
    placement: str = "system"
    """Where the persona stands."""

    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"games": ONE_SHOT, "placement": PLACEMENTS}
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"stakes": (10, 50, 100)}, "full": {}}
    example: ClassVar[Mapping[str, Any]] = {"stakes": (10,)}
    measures: ClassVar[Mapping[str, str]] = {
        "share": "share of what could be given, expected",
        "p_selfish": "probability",
        "first_excess": "probability above one over the number of options",
        "mass": "probability",
    }
    chance: ClassVar[Mapping[str, float]] = {"first_excess": 0.0}
    unit: ClassVar[str] = "decision"
    version: ClassVar[int] = 3
    source: ClassVar[str] = "own protocol; each game's origin is in its file under probes/games/one_shot"

    def trials(self) -> Iterator[Trial]:
        """One decision per trial."""
        for game, stake, persona in product(self.games, self.stakes, self.personas):
            for situation in ONE_SHOT[game].situations(stake):
                facts = {"role": situation.role, "stake": stake, "given": situation.given, "persona": persona}
                yield Trial(decision="|".join(map(str, facts.values())), game=game, **facts)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """One row per presentation."""
        every = ONE_SHOT[trial.game].situations(trial.stake)
        situation = next(one for one in every if (one.role, one.given) == (trial.role, trial.given))
        shares = {option.name: option.share for option in situation.options}
        for arm in arms([option.name for option in situation.options]):
            labels = {f" {label}": name for label, name in arm.shown}
            asked = _ask(situation, arm.lines({option.name: option.text for option in situation.options}))
            transcript = SHELF[trial.persona].opening(self.placement).user(asked)
            reply = yield Choose(transcript, labels, prefill="Answer:")
            yield Row(_values(reply.p, shares, situation, arm.first) | {"mass": reply.mass}, _facts(arm, shares), reply)


def _ask(situation: Situation, lines: str) -> str:
    return f"{situation.text}\n\nWhat do you do? Answer with the letter.\n{lines}"


def _values(p: Mapping[str, float], shares: Mapping[str, float], situation: Situation, first: str) -> dict[str, Any]:
    return {
        "share": sum(p[name] * share for name, share in shares.items()),
        "p_selfish": sum(p[name] for name in situation.selfish),
        "first_excess": p[first] - 1 / len(shares),
    }


def _facts(arm: Any, shares: Mapping[str, float]) -> dict[str, Any]:
    return {**arm.facts(), "options": len(shares), "uniform_share": sum(shares.values()) / len(shares)}
