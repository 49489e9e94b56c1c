"""How likely are real user turns where they were said? Beside `user_turn`: needs no sample and no judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Play, Probe, Row, Trial
from probes.questions import Score
from probes.transcript import Transcript
from probes.user_turn.contexts import Context
from probes.user_turn.grounding import Grounding, combined, link, question, read
from probes.user_turn.rules import classify
from probes.user_turn.sources import followed, spread


@dataclass(frozen=True)
class UserTurnLikelihood(Probe):
    """Real next turns, another context's turns and restated queries, scored in place.

    Each turn is scored after its query and answer, after `others` mismatched ones and after nothing; the true turn
    also in the assistant's role. True and mismatched turns together give the AUROC of the grounding instrument.
    """

    dataset: str = ""
    """Empty for our own contexts, else a name in `probes.datasets` (our own again where it has no next turns)."""
    path: str = ""
    domains: tuple[str, ...] = ()
    per_domain: int = 0
    others: int = 8
    """Mismatched contexts behind every grounding; the first one alone gives the naive ratio."""
    kinds: tuple[str, ...] = ("true", "mismatched", "restated")
    depth: int = 1

    measures: ClassVar[Mapping[str, str]] = {
        "grounding": "gain over mismatched contexts in units of their spread",
        "combined": "gain plus 0.75 times the lexical link",
        "gain": "nats per token over the mixture of mismatched contexts",
        "naive": "nats per token over one mismatched context",
        "information": "nats per token over no context: pointwise information of query and answer",
        "role_contrast": "nats per token, user role minus assistant role",
        "restated": "1 if the rules call it a restatement, else 0",
    }
    chance: ClassVar[Mapping[str, float]] = {}
    unit: ClassVar[str] = "context"
    source: ClassVar[str] = "own; pointwise information after InfoPO and Aligning from user interactions"

    def trials(self) -> Iterator[Trial]:
        """One trial a context with a known next turn, and kind of turn."""
        usable = followed(self.dataset, self.path, self.domains, self.per_domain, self.depth)
        for place, item in enumerate(usable):
            rest = self._rest(usable, item, place)
            for kind in self.kinds if len(rest) > 1 else ():
                yield Trial(item=item, pool=_Pool(rest), kind=kind)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """Score the turn in place, then, if it is the true one, in the other role."""
        item, pool = trial.item, trial.pool.contexts
        shown, query = self._shown(item), item.query(self.depth)
        turn = {
            "true": item.following(self.depth),
            "mismatched": pool[0].following(self.depth),
            "restated": query,
        }[trial.kind]
        others = [self._shown(other) for other in pool[1:]]
        found = read((yield question(shown, turn, others)))
        contrast: float | str = "unscored"
        if trial.kind == "true":
            reversed_role = yield Score(shown, text=turn, role="assistant")
            contrast = float(np.mean(found.own)) - reversed_role.total / len(reversed_role.ids)
        label = classify(turn, query, shown.turns[-1].text)
        values = _values(found) | {"role_contrast": contrast, "restated": float(label == "restatement")}
        values["combined"] = combined(found, link(shown, turn, others))
        yield Row(values, {"turn": turn, "class": label, "tokens": len(found.own)})

    def _rest(self, usable: list[Context], item: Context, place: int) -> list[Context]:
        """The lender of the mismatched turn, then the mismatched contexts. Without answers only queries are shown."""
        many = self.others + 1
        if sum(bool(one.given(self.depth)) for one in usable) > many:
            return spread(usable, item, place, many)
        return [usable[(place + 1 + k) % len(usable)] for k in range(min(many, len(usable) - 1))]

    def _shown(self, item: Context) -> Transcript:
        return item.asked(self.depth).assistant(item.given(self.depth))


@dataclass(frozen=True)
class _Pool:
    """The mismatched contexts of a trial; the first one lends its next turn."""

    contexts: list[Context]

    def facts(self) -> dict[str, Any]:
        return {"other": self.contexts[0].id}


def _values(found: Grounding) -> dict[str, float | str]:
    return {name: float(getattr(found, name)) for name in ("grounding", "gain", "naive", "information")}
