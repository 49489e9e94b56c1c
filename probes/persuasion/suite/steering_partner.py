"""Does a partner's reply tell the model what would have won them? Hindsight minus foresight, against Bayes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Choice, Choose, Play, Probe, Row, Trial
from probes.core.design import Arm, arms
from probes.persuasion.partners import INFORMATION, TYPES, Partners, partners
from probes.shared.world import LANGUAGES, tongue
from probes.shared.world.square import reading


@dataclass(frozen=True)
class SteeringPartner(Probe):
    """Does a partner's reply tell the model what would have won them?

    Four partners of four types, each won by one of four strategies, answer the same move. Their replies are cues of
    which a known share comes from their own type, so the best possible hits are exact: .25 before the reply, the share
    itself after one cue. `hit` says whether the model's first choice is the right strategy. In the rows `swapped` a
    partner is judged by the next partner's reply. At share .25 a reply tells nothing: the negative control.
    """

    blocks: int = 1
    """Blocks of five squares of four partners, for each share."""
    cue_shares: tuple[float, ...] = (0.25, 0.4, 0.55, 0.7)
    """Shares of cues from the own type, each a multiple of .05."""
    cues: int = 1
    """Cues in a reply."""
    information: tuple[str, ...] = ("prefix", "reply")
    """What is known: of `prefix`, `reply`, `outcome`."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    partner_seed: int = 0
    """Seed of partners and replies."""

    measures: ClassVar[Mapping[str, str]] = {
        "hit": "share of a right answer",
        "p_best": "probability",
        "pairing": "nats",
        "mass": "probability of all options together",
    }
    chance: ClassVar[Mapping[str, float]] = {"hit": 0.25, "p_best": 0.25, "pairing": 0.0}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"information": INFORMATION, "language": LANGUAGES}
    unit: ClassVar[str] = "pool"
    source: ClassVar[str] = "RL on Hindsight Regenerations 2024 (hindsight over foresight); own replies"
    version: ClassVar[int] = 2
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"blocks": 2},
        "full": {"blocks": 8, "information": INFORMATION},
    }
    example: ClassVar[Mapping[str, Any]] = {"cue_shares": (0.25, 0.7), "information": INFORMATION}

    def trials(self) -> Iterator[Trial]:
        """One per share and square."""
        for number, share in enumerate(self.cue_shares):
            for four in partners(self.blocks, share, self.cues, self.partner_seed, self.language):
                turn = four.square + four.square // len(TYPES) + number  # the move tried has every place in the list
                yield Trial(four=four, pool=f"{share:g}-{four.square}", rotation=turn % len(TYPES))

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """Foresight once, what is known later for each partner; one order of the options a square."""
        four, arm = trial.four, arms(TYPES)[trial.rotation]
        cells = [(known, at) for known in self.information for at in range(len(TYPES)) if known != "prefix" or at == 0]
        replies = yield [question(four, at, known, arm) for known, at in cells]
        read = dict(zip(cells, replies, strict=True))
        for known in self.information:
            for at in range(len(TYPES)):
                reply = read[known, at if known != "prefix" else 0]
                yield Row(measured(reply, at), facts(four, known, at) | arm.facts(), reply)
        if "reply" in self.information:
            for at in range(len(TYPES)):
                reply = read["reply", (at + 1) % len(TYPES)]
                yield Row(measured(reply, at), facts(four, "swapped", at) | arm.facts(), reply)


def question(four: Partners, at: int, known: str, arm: Arm) -> Choose:
    """The choice among four strategies for one partner."""
    words = tongue("partners", four.language)
    lines = arm.lines({kind: words.phrase("strategy", 0, kind) for kind in TYPES})
    return Choose(four.asked(at, known, lines), arm.options)


def facts(four: Partners, known: str, at: int) -> dict[str, Any]:
    """What was known, whose type is right, and the expected hits of a Bayesian."""
    best = four.ceiling("reply" if known == "swapped" else known)
    return {"information": known, "partner_type": TYPES[at], "ceiling": best}


def measured(reply: Choice, at: int) -> dict[str, float]:
    """Hit, probability and nats of the strategy that wins this partner."""
    nats = {meaning: reply.logprobs[label] for label, meaning in reply.options.items()}
    values = reading(np.array([nats[kind] for kind in TYPES]), at)
    return {"hit": values["hit"], "p_best": reply.p[TYPES[at]], "pairing": values["pairing"], "mass": reply.mass}
