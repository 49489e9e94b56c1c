"""Exact beliefs: the distribution over a hidden value that a log supports, and the best thing to do about it."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from probes.shared.world.log import Log


@dataclass(frozen=True)
class Belief:
    """A distribution over a hidden value.

    Parameters
    ----------
    weights : mapping
        Value -> weight >= 0; they are normalised. ValueError where they sum to nothing or one is negative.

    Examples
    --------
    >>> Belief({"rain": 3, "sun": 1}).p("rain")
    0.75
    """

    weights: Mapping[str, float]

    def __post_init__(self) -> None:
        total = sum(self.weights.values())
        if not total > 0 or min(self.weights.values()) < 0:
            raise ValueError(f"a belief needs weights >= 0 that do not all vanish, got {dict(self.weights)}")
        object.__setattr__(self, "weights", {value: weight / total for value, weight in self.weights.items()})

    def p(self, value: str) -> float:
        """Probability of a value."""
        return self.weights[value]

    def logit(self, value: str) -> float:
        """Log-odds of a value against all others, in nats."""
        return math.log(self.p(value)) - math.log1p(-self.p(value))

    def expected(self, utility: Mapping[str, float]) -> float:
        """Expected utility of an act that is worth `utility[value]` where the value holds."""
        return sum(weight * utility[value] for value, weight in self.weights.items())

    def best(self, utilities: Mapping[str, Mapping[str, float]]) -> str:
        """The act of largest expected utility; the first listed where two tie."""
        return max(utilities, key=lambda act: self.expected(utilities[act]))

    @property
    def entropy(self) -> float:
        """Shannon entropy in nats."""
        return -sum(weight * math.log(weight) for weight in self.weights.values() if weight > 0)

    def given(self, answer: Hashable, question: Callable[[str], Hashable]) -> Belief:
        """The belief after a truthful answer, `question(value)` being what is answered where the value holds."""
        return Belief({value: weight * (question(value) == answer) for value, weight in self.weights.items()})

    def gain(self, question: Callable[[str], Hashable]) -> float:
        """Expected information gain of a question with a truthful answer, in nats."""
        answers: dict[Hashable, float] = {}
        for value, weight in self.weights.items():
            answers[question(value)] = answers.get(question(value), 0.0) + weight
        return -sum(weight * math.log(weight) for weight in answers.values() if weight > 0)


def habit(log: Log, what: str, of: str, values: tuple[str, ...]) -> Belief:
    """Belief about the next value of a person's habit, from a uniform prior over its rates (Laplace's rule).

    With two values and k of n lines for the first that is (k + 1) / (n + 2).
    """
    seen = log.values(what, of)
    return Belief({value: 1.0 + seen.count(value) for value in values})
