"""How likely are real user turns where they were said? Beside `user_turn`: needs no sample and no judge."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Continue, Play, Probe, Row, Trial
from probes.shared.items.contexts import Context
from probes.shared.turns.rules import classify
from probes.user_turn import companion
from probes.user_turn.sources import Pool, followed, spread


@dataclass(frozen=True)
class UserTurnLikelihood(Probe):
    """Real next turns, another context's turns and restated queries, scored in place.

    Each turn is scored after its query and answer, after `others` mismatched ones, after nothing, after the query alone
    and in the assistant's role. True and mismatched turns together give the AUROC of the grounding instrument.
    """

    dataset: str = ""
    """Empty for our own contexts, else a name in `probes.datasets` (our own again where it has no next turns)."""
    path: str = ""
    """File or folder of the data set."""
    domains: tuple[str, ...] = ()
    """Domains of the contexts; empty takes all."""
    per_domain: int = 0
    """Contexts of each domain; 0 takes all."""
    others: int = 8
    """Mismatched contexts behind every grounding; the first one alone gives the naive ratio."""
    kinds: tuple[str, ...] = ("true", "mismatched", "restated")
    """Which turns are scored."""
    depth: int = 1
    """After which of the conversation's answers the turn stands."""
    answer_tokens: int = 110
    """Longest answer of the model's own, where a context comes without one."""

    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"kinds": ("true", "mismatched", "restated")}
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"per_domain": 4}, "full": {}}
    """Sizes of the report."""
    example: ClassVar[Mapping[str, Any]] = {"per_domain": 2, "others": 3}
    measures: ClassVar[Mapping[str, str]] = {
        **companion.MEASURES,
        "restated": "1 if the rules call it a restatement, else 0",
    }
    chance: ClassVar[Mapping[str, float]] = {}
    unit: ClassVar[str] = "context"
    version: ClassVar[int] = 2
    source: ClassVar[str] = "own; pointwise information after InfoPO and Aligning from user interactions"

    def trials(self) -> Iterator[Trial]:
        """One trial per context with a known next turn, and kind of turn."""
        usable = followed(self.dataset, self.path, self.domains, self.per_domain, self.depth)
        for place, item in enumerate(usable):
            rest = self._rest(usable, item, place)
            for kind in self.kinds if len(rest) > 1 else ():
                yield Trial(item=item, pool=Pool(tuple(rest)), kind=kind)

    def turns(self) -> dict[str, str]:
        """Every known next turn by its context: what generated turns are compared with."""
        usable = followed(self.dataset, self.path, self.domains, self.per_domain, self.depth)
        return {item.id: item.following(self.depth) for item in usable}

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """Score the turn as the companion asks; restatements are read by the rules alone."""
        item, lender = trial.item, trial.pool.contexts[0]
        answer, query = item.given(self.depth), item.query(self.depth)
        if not answer:
            answer = (yield Continue(item.asked(self.depth), max_tokens=self.answer_tokens)).text
        context = item.asked(self.depth).assistant(answer)
        turns = {"true": item.following(self.depth), "mismatched": lender.following(self.depth), "restated": query}
        turn = turns[trial.kind]
        label = classify(turn, query, context.turns[-1].text)
        values: dict[str, float | str] = dict.fromkeys(self.measures, "unscored")
        values["restated"] = float(label == "restatement")
        if trial.kind != "restated":
            asked = companion.questions(context, turn, trial.pool.shown(self.depth)[1:])
            values |= companion.read(asked, (yield [*asked]))
        yield Row(values, {"turn": turn, "class": label})

    def _rest(self, usable: list[Context], item: Context, place: int) -> list[Context]:
        """The lender of the mismatched turn, then the mismatched contexts. Without answers only queries are shown."""
        many = self.others + 1
        if sum(bool(one.given(self.depth)) for one in usable) > many:
            return spread(usable, item, place, many)
        return [usable[(place + 1 + k) % len(usable)] for k in range(min(many, len(usable) - 1))]
