"""Does a rule stay where it belongs? Likelihood of the text that obeys it over the text that does not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Play, Probe, Row, Score, Scored, Trial
from probes.instructions.scope import DELIVERIES, Scope, scopes
from probes.shared.world import LANGUAGES

DOMAINS = range(4)


@dataclass(frozen=True)
class RuleScope(Probe):
    """Does a rule stay where it belongs?

    A trial is one request; its text is scored with an effect and without it, under no rule and under rules about that
    effect whose domain is the request's own (distance 0), shares one key with it (1) or none (2). `gain` is what the
    rule adds to log p(with) - log p(without), in nats of the whole text. In delivery `mention` the rule is somebody
    else's: the gain of copying what was just read, which a rule must exceed. `kl` is how far the rule moves the model
    along the text without the effect.
    """

    effects: tuple[str, ...] = ()
    """Names of effects, all by default."""
    rounds: int = 1
    """Scopes of each effect."""
    deliveries: tuple[str, ...] = ("mention", "context")
    """Of `mention`, `context`, `system`, `earlier`."""
    mention_distances: tuple[int, ...] = (0,)
    """Distances at which a mention is scored."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    scope_seed: int = 0
    """Seed of the scopes and requests."""

    measures: ClassVar[Mapping[str, str]] = {"gain": "nats", "kl": "nats per token"}
    chance: ClassVar[Mapping[str, float]] = {"gain": 0.0}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"deliveries": DELIVERIES, "language": LANGUAGES}
    unit: ClassVar[str] = "effect"
    source: ClassVar[str] = "Stephan et al. 2024, RLVF: Learning from Verbal Feedback without Overgeneralization"
    version: ClassVar[int] = 2
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"rounds": 1},
        "full": {
            "rounds": 6,
            "deliveries": ("mention", "context", "system", "earlier"),
            "mention_distances": (0, 1, 2),
        },
    }
    example: ClassVar[Mapping[str, Any]] = {"effects": ("lowercase", "smiling")}

    def trials(self) -> Iterator[Trial]:
        """Scopes x requests."""
        for number, scope in enumerate(scopes(self.effects, self.rounds, self.scope_seed, self.language)):
            for request in DOMAINS:
                yield Trial(scope=scope, square=number, request=request)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """Two texts under all rules at once; one row per rule and delivery."""
        scope: Scope = trial.scope
        cells = [(delivery, rule) for delivery in self.deliveries for rule in DOMAINS
                 if delivery != "mention" or scope.distance(rule, trial.request) in self.mention_distances]  # fmt: skip
        plain = scope.asked(trial.request)
        contexts = tuple(scope.asked(trial.request, rule, delivery) for delivery, rule in cells)
        obeying, other = scope.texts(trial.request)
        replies = yield [Score(plain, text=obeying, contexts=contexts),
                         Score(plain, text=other, contexts=contexts, kl=True)]  # fmt: skip
        gains, base = leanings(replies)
        for at, (delivery, rule) in enumerate(cells):
            away, keys = scope.distance(rule, trial.request), scope.differs(rule, trial.request)
            facts: dict[str, Any] = {
                "delivery": delivery,
                "rule": rule,
                "distance": away,
                "differs": keys,
                "base": base,
            }
            values = {"gain": float(gains[at]), "kl": float(np.mean(replies[1].kl[at]))}
            yield Row(values, facts, replies[0])


def leanings(replies: list[Scored]) -> tuple[np.ndarray, float]:
    """(gain of every context, leaning without a rule), nats for the first text over the second."""
    obeying, other = (np.array([reply.total, *map(sum, reply.under)]) for reply in replies)
    leaning = obeying - other
    return leaning[1:] - leaning[0], float(leaning[0])
