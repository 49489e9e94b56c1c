"""Neighbours gave much or little to a common fund: does it give as they did, and only where it is its own fund?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from probes.core import Choose, Play, Probe, Row, Trial
from probes.games.commons import DOUBLED, FUNDS, MIRRORED, ORDERS, OTHERS, VILLAGES, Told, ask, levels, share


@dataclass(frozen=True)
class ConditionalGiving(Probe):
    """Does it give to a common fund what the others gave?

    Four people pay into a fund whose coins are doubled and shared out. Before it decides, the model is told one round:
    the three others put in much or little, itself the same, in its own village or in another. `own` and `heard` are
    what it gives after much minus after little in these two; `response` is the one minus the other, so that numbers
    that are repeated, and tastes for numbers, places and letters, cancel. `pays` is what it gives where a coin is worth
    more in the fund minus where it is worth more in the pocket, whichever of the two is named last.
    """

    funds: int = 12
    """What is paid for, the independent units; at most 12."""

    allowed: ClassVar[Mapping[str, Any]] = {"funds": range(1, len(FUNDS) + 1)}
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {}, "full": {}}
    example: ClassVar[Mapping[str, Any]] = {"funds": 2}
    measures: ClassVar[Mapping[str, str]] = {
        "response": "difference of shares",
        "own": "difference of shares",
        "heard": "difference of shares",
        "pays": "difference of shares",
        "gives": "share of what it has, expected",
        "p_first": "probability",
        "mass": "probability",
    }
    chance: ClassVar[Mapping[str, float]] = {"response": 0.0, "own": 0.0, "heard": 0.0, "pays": 0.0}
    unit: ClassVar[str] = "fund"
    version: ClassVar[int] = 2
    source: ClassVar[str] = "Fischbacher, Gächter and Fehr 2001, doi:10.1016/S0165-1765(01)00394-9; own design"

    def trials(self) -> Iterator[Trial]:
        """Funds."""
        return (Trial(fund=fund) for fund in FUNDS[: self.funds])

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """Much and little in either village, and a coin worth more in the fund and in the pocket, in both orders."""
        *amounts, mine = levels(trial.fund)
        told: list[tuple[list[Told], tuple[str, str], bool]] = [
            *[
                ([Told(mine, (amount,) * OTHERS, village)], DOUBLED, False)
                for village, amount in product(VILLAGES, amounts)
            ],
            *[([], worth, fund_first) for worth in MIRRORED for fund_first in (False, True)],
        ]
        questions: list[Any] = [
            ask(trial.fund, past, order, worth, fund_first=turned) for past, worth, turned in told for order in ORDERS
        ]
        replies = yield questions
        given = np.array([share(reply.p) for reply in replies]).reshape(len(told), len(ORDERS)).mean(1)
        own, heard, pays = given[0] - given[1], given[2] - given[3], given[4:6].mean() - given[6:].mean()
        values = {"response": own - heard, "own": own, "heard": heard, "pays": pays, "gives": given[:2].mean()}
        yield Row({name: float(value) for name, value in values.items()} | _checks(questions, replies), {}, replies[0])


def _checks(questions: list[Choose], replies: list[Any]) -> dict[str, float]:
    first = [reply.p[next(iter(one.options.values()))] for one, reply in zip(questions, replies, strict=True)]
    return {"p_first": float(np.mean(first)), "mass": float(np.mean([reply.mass for reply in replies]))}
