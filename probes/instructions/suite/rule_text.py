"""Does a rule stay where it belongs, in what the model writes?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Continuation, Continue, Play, Probe, Row, Trial
from probes.core.transcript import Transcript
from probes.instructions.scope import DELIVERIES, Scope, scopes
from probes.shared.world import LANGUAGES

RULES = (0, 1, 2, 3)
"""Rules for request 0, at distances 0, 1, 1 and 2."""


@dataclass(frozen=True)
class RuleText(Probe):
    """Does a rule stay where it belongs, in what the model writes?

    One request for each effect, answered greedily without a rule, and under rules at distances 0, 1 and 2, given in the
    request or with the question first whether the rule applies. `applied` is 1 where the text has the effect; `change`
    is that minus the same without a rule, -1, 0 or 1. Greedy on purpose: with sampled texts |change| has a floor of
    2 p (1 - p) where nothing changes.
    """

    effects: tuple[str, ...] = ()
    """Names of effects; empty takes all."""
    rounds: int = 1
    """Scopes of each effect."""
    deliveries: tuple[str, ...] = ("context", "reason")
    """Of `mention`, `context`, `system`, `earlier`, `reason`."""
    max_tokens: int = 40
    """Longest text the model writes."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    scope_seed: int = 0
    """Seed of the scopes and requests."""

    measures: ClassVar[Mapping[str, str]] = {
        "applied": "1 if the text does what the rule asks, else 0",
        "change": "-1, 0 or 1",
    }
    chance: ClassVar[Mapping[str, float]] = {"change": 0.0}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {
        "deliveries": (*DELIVERIES[1:], "reason"),
        "language": LANGUAGES,
    }
    unit: ClassVar[str] = "effect"
    source: ClassVar[str] = "Stephan et al. 2024, RLVF: Learning from Verbal Feedback without Overgeneralization"
    version: ClassVar[int] = 2
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"rounds": 1}, "full": {"rounds": 6}}
    example: ClassVar[Mapping[str, Any]] = {"effects": ("lowercase", "smiling"), "deliveries": ("context",)}

    def trials(self) -> Iterator[Trial]:
        """One a scope."""
        for number, scope in enumerate(scopes(self.effects, self.rounds, self.scope_seed, self.language)):
            yield Trial(scope=scope, square=number)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """The text without a rule, then one row per rule and delivery. Texts that need no reply are asked at once."""
        scope: Scope = trial.scope
        cells = [(delivery, rule) for delivery in self.deliveries for rule in RULES]
        plain, *first = yield [self._write(scope.asked(0)), *(self._write(_asked(scope, *cell)) for cell in cells)]
        reasoned = [k for k, (delivery, _) in enumerate(cells) if delivery == "reason"]
        now = [_asked(scope, *cells[k]).assistant(first[k].text).user(scope.words.phrase("now")) for k in reasoned]
        second = dict(zip(reasoned, (yield [*map(self._write, now)]), strict=True))
        for k, (delivery, rule) in enumerate(cells):
            reply = second.get(k, first[k])
            facts: dict[str, Any] = {
                "delivery": delivery,
                "rule": rule,
                "distance": scope.distance(rule, 0),
                "differs": scope.differs(rule, 0),
            }
            yield Row(self._measured(scope, plain, reply), facts, reply)

    def _write(self, asked: Transcript) -> Continue:
        return Continue(asked, max_tokens=self.max_tokens)

    def _measured(self, scope: Scope, plain: Continuation, reply: Continuation) -> dict[str, float | str]:
        """Whether the effect is there, and whether it was not without the rule; a status where one cannot be read."""
        if "length" in (plain.stop, reply.stop):
            return dict.fromkeys(self.measures, "truncated")
        if not all(any(map(str.isalpha, one.text)) for one in (plain, reply)):
            return dict.fromkeys(self.measures, "unscored")
        applied, before = (float(scope.mark.holds(one.text.strip())) for one in (reply, plain))
        return {"applied": applied, "change": applied - before}


def _asked(scope: Scope, delivery: str, rule: int) -> Transcript:
    """The request under a rule; where a reason is asked for first, that it is."""
    if delivery != "reason":
        return scope.asked(0, rule, delivery)
    return scope.asked(0, rule, "context", ending=scope.words.phrase("reason"))
