"""What comes back from a question: a `Choice`, a `Continuation` or a `Scored` text. All logarithms are natural."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np


@dataclass(frozen=True, kw_only=True)
class _Answered:
    activations: Mapping[str, np.ndarray] = field(default_factory=dict)
    """`site@span` -> float32 array [width]."""
    thoughts: list[dict[str, Any]] = field(default_factory=list)
    """What a reasoning model thought before: `text`, `tokens`, `stop` (`length`: the budget closed it), and for a
    choice the `logprobs` that each thought led to."""
    form: str = ""
    """How the chat template was given the turns where it does not take them as they are: `folded`, `merged`."""

    def record(self) -> dict[str, Any]:
        """JSON form for the trial record; activations are stored beside it, never in it."""
        kept = {k: v for k, v in asdict(self).items() if k != "activations" and (v or k not in ("thoughts", "form"))}
        return {"kind": type(self).__name__, **kept}


@dataclass(frozen=True)
class Choice(_Answered):
    """Reply to `Choose`: `logprobs` label -> nats, as the model gave them."""

    logprobs: dict[str, float]
    options: dict[str, str]

    @property
    def p(self) -> dict[str, float]:
        """Meaning -> probability among the options shown; labels of one meaning add up."""
        top = max(self.logprobs.values())
        weights = {label: math.exp(value - top) for label, value in self.logprobs.items()}
        total = sum(weights.values())
        shares: dict[str, float] = {}
        for label, meaning in self.options.items():
            shares[meaning] = shares.get(meaning, 0.0) + weights[label] / total
        return shares

    @property
    def mass(self) -> float:
        """Probability of all options together: how much of the model's answer the options cover."""
        return float(sum(math.exp(value) for value in self.logprobs.values()))

    @property
    def best(self) -> str:
        """The likeliest meaning; the first shown where two tie."""
        shares = self.p
        return max(shares, key=lambda meaning: shares[meaning])

    def draw(self, rng: np.random.Generator) -> str:
        """One meaning, drawn by its probability among the options."""
        shares = self.p
        return str(rng.choice(list(shares), p=list(shares.values())))

    @property
    def text(self) -> str:
        """The likeliest label, as what the model would have written."""
        return max(self.logprobs, key=lambda label: self.logprobs[label])


@dataclass(frozen=True)
class Continuation(_Answered):
    """Reply to `Continue`. `logprobs` and `entropies` (nats) are the model's own, at temperature 1, one a token;
    `stop` is `end_of_turn` or `length`; the stop mark itself is neither in `ids` nor in `text`."""

    text: str
    ids: list[int]
    logprobs: list[float]
    stop: str
    entropies: list[float] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Scored(_Answered):
    """Reply to `Score`: one natural log-probability per target token; `under`, `kl` and `js` follow `contexts`;
    `entropies` begin with those under the transcript itself, then follow `contexts`. All in nats, one a token."""

    ids: list[int]
    logprobs: list[float]
    text: str = ""
    tokens: list[str] = field(default_factory=list)
    under: list[list[float]] = field(default_factory=list)
    kl: list[list[float]] = field(default_factory=list)
    js: list[list[float]] = field(default_factory=list)
    entropies: list[list[float]] = field(default_factory=list)

    @property
    def total(self) -> float:
        """Sum over tokens, in nats."""
        return float(sum(self.logprobs))


Reply = Choice | Continuation | Scored

_FIELDS: dict[str, tuple[type[Reply], list[str]]] = {
    kind.__name__: (kind, [spec.name for spec in fields(kind) if spec.name != "activations"])
    for kind in (Choice, Continuation, Scored)
}


def restored(record: Mapping[str, Any]) -> Reply:
    """The reply in a record, as `Reply.record` wrote it, alone or in an exchange; activations are not kept there.

    It shares nothing with the record: a script may do with it what it likes.
    """
    kind, names = _FIELDS[record["kind"]]
    return kind(**{name: _own(record[name]) for name in names if name in record})


def _own(value: Any) -> Any:
    """A copy of what JSON can hold."""
    if isinstance(value, dict):
        return {name: _own(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_own(item) for item in value] if value and isinstance(value[0], list | dict) else value[:]
    return value
