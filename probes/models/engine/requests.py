"""What may be asked of the engine, in token ids, and what comes back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class ScoreIds:
    """Log-probability of every target as a continuation of the prompt.

    `full` also brings the log-softmax rows at the target positions. `sites` name activations
    (`blocks.3.hook_resid_post`), averaged over each `[start, stop)` of prompt positions in `spans`.
    """

    prompt: tuple[int, ...]
    targets: tuple[tuple[int, ...], ...]
    full: bool = False
    sites: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    name: str = ""

    @property
    def length(self) -> int:
        """Positions the model needs: the last token of a target is read, never fed."""
        return len(self.prompt) + max((len(target) for target in self.targets), default=1) - 1


@dataclass(frozen=True)
class SampleIds:
    """A continuation of the prompt, drawn by a stream that depends on `seed` and the step alone.

    `temperature=0` takes the likeliest token. Otherwise the filters act in this order: temperature, `top_k` (0 is off),
    `top_p` on what is left, `min_p` relative to the likeliest. A token of `stop` ends the turn and is not part of it.
    """

    prompt: tuple[int, ...]
    max_tokens: int
    temperature: float
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    seed: int = 0
    stop: frozenset[int] = frozenset()
    sites: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        if self.max_tokens < 1:
            raise ValueError(f"{self.name or 'item'}: max_tokens must be >= 1, got {self.max_tokens}")
        if not (math.isfinite(self.temperature) and self.temperature >= 0):
            raise ValueError(f"{self.name or 'item'}: temperature must be finite and >= 0, got {self.temperature}")
        if not (0 < self.top_p <= 1 and 0 <= self.min_p <= 1 and self.top_k >= 0):
            raise ValueError(f"{self.name or 'item'}: top_p in (0, 1], min_p in [0, 1] and top_k >= 0 are needed")

    @property
    def length(self) -> int:
        """Positions the model may need: the last token is drawn, never fed."""
        return len(self.prompt) + self.max_tokens - 1


Request = ScoreIds | SampleIds


@dataclass
class ScoredIds:
    """`logprobs` in nats, float32 or better: an array per target; `rows`: `[tokens, vocabulary]` each.

    `activations`: site -> float32 `[spans, width]`.
    """

    logprobs: list[np.ndarray]
    rows: list[np.ndarray] | None = None
    activations: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass
class SampledIds:
    """`logprobs` are those of the drawn tokens at temperature 1; `stop` is `end_of_turn` or `length`."""

    ids: list[int]
    logprobs: list[float]
    entropies: list[float]
    stop: str
    activations: dict[str, np.ndarray] = field(default_factory=dict)


Result = ScoredIds | SampledIds


def label(requests: Sequence[Request], index: int) -> str:
    """How errors name a request."""
    return requests[index].name or f"request {index}"


def check(requests: Sequence[Request], vocabulary: int, max_positions: int | None) -> None:
    """Refuse, before the model sees anything, what it could not answer.

    Raises
    ------
    ValueError
        Naming the item: an empty prompt or target, an id outside the vocabulary, a span outside the prompt, or more
        positions than the model has.
    """
    for index, request in enumerate(requests):
        fault = _fault(request, vocabulary, max_positions)
        if fault:
            raise ValueError(f"{label(requests, index)}: {fault}")


def _fault(request: Request, vocabulary: int, max_positions: int | None) -> str:
    parts = [request.prompt, *(request.targets if isinstance(request, ScoreIds) else ())]
    if not request.prompt:
        return "the prompt is empty"
    if not all(parts):
        return "a target is empty"
    if any(min(part) < 0 or max(part) >= vocabulary for part in parts):
        return f"a token id lies outside the vocabulary of {vocabulary}"
    if any(not 0 <= start < stop <= len(request.prompt) for start, stop in request.spans):
        return f"a span of {request.spans} lies outside the prompt of {len(request.prompt)} tokens"
    if max_positions is not None and request.length > max_positions:
        more = request.length - len(request.prompt)
        return f"prompt of {len(request.prompt)} tokens and {more} more exceed the model's {max_positions} positions"
    return ""
