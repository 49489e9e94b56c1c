"""What a model can be asked, and what comes back: `Choose`, `Continue`, `Score` and their replies. No torch."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from probes.core.transcript import ROLES, Transcript


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What every question has: whose turn is open, how it begins, and which activations to bring back."""

    prefill: str = ""
    """Text the open turn already holds; labels and texts follow it directly."""
    sites: tuple[str, ...] = ()
    """Activation names such as `blocks.7.hook_resid_post`."""
    spans: tuple[str, ...] = ("last",)
    """Where: `last` (the last prompt token) or `turn:K` (mean over turn K's tokens)."""


@dataclass(frozen=True)
class Choose(_Asked):
    """Log-probability of each option label as the beginning of the open turn. Labels map to meanings."""

    transcript: Transcript
    options: Mapping[str, str]
    role: str = "assistant"

    def __post_init__(self) -> None:
        _check_role(self.role)
        if len(self.options) < 2:
            raise ValueError("Choose needs at least two options")
        if any(not label for label in self.options):
            raise ValueError("an option label is empty")
        object.__setattr__(self, "options", MappingProxyType(dict(self.options)))


@dataclass(frozen=True)
class Continue(_Asked):
    """A generated turn. `temperature=0` is greedy; `seed=None` lets the runner draw one from the trial's stream."""

    transcript: Transcript
    role: str = "assistant"
    max_tokens: int = 64
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    seed: int | None = None

    def __post_init__(self) -> None:
        _check_role(self.role)
        if not (math.isfinite(self.temperature) and self.temperature >= 0):
            raise ValueError(f"temperature must be finite and >= 0, got {self.temperature}")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top_p must lie in (0, 1], got {self.top_p}")
        if self.top_k < 0 or not 0 <= self.min_p <= 1:
            raise ValueError("top_k must be >= 0 (0 is off) and min_p must lie in [0, 1]")
        if self.max_tokens < 1:
            raise ValueError(f"max_tokens must be >= 1, got {self.max_tokens}")


@dataclass(frozen=True)
class Score(_Asked):
    """Per-token log-probabilities of a fixed text (or exact `ids`) in the open turn.

    `contexts` are further transcripts under which the *same ids* are scored; with `kl` each also brings the
    full-vocabulary divergence KL(transcript || context) at every token, in nats; with `js` the Jensen-Shannon
    divergence (symmetric, at most log 2) and the entropies under the transcript and under every context.
    """

    transcript: Transcript
    text: str = ""
    ids: tuple[int, ...] = ()
    role: str = "assistant"
    contexts: tuple[Transcript, ...] = ()
    kl: bool = False
    js: bool = False

    def __post_init__(self) -> None:
        _check_role(self.role)
        if bool(self.text) == bool(self.ids):
            raise ValueError("Score needs exactly one of text and ids")


Question = Choose | Continue | Score


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise ValueError(f"role {role!r} is not one of {', '.join(ROLES)}")


@dataclass(frozen=True, kw_only=True)
class _Answered:
    activations: Mapping[str, np.ndarray] = field(default_factory=dict)
    """`site@span` -> float32 array [width]."""
    thoughts: list[dict[str, Any]] = field(default_factory=list)
    """What a reasoning model thought before: `text`, `tokens`, `stop` (`length`: the budget closed it), and for a
    choice the `logprobs` that each thought led to."""

    def record(self) -> dict[str, Any]:
        """JSON form for the trial record; activations are stored beside it, never in it."""
        kept = {k: v for k, v in asdict(self).items() if k != "activations" and (k != "thoughts" or v)}
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


def restored(record: Mapping[str, Any]) -> Reply:
    """The reply of a record, as `Reply.record` wrote it; activations are not kept there."""
    kinds: dict[str, type[Reply]] = {kind.__name__: kind for kind in (Choice, Continuation, Scored)}
    fields = {name: value for name, value in record.items() if name != "kind"}
    return kinds[record["kind"]](**fields)


def identity(question: Question) -> str:
    """Hash of the words of a question: transcripts and settings, without the seed. No tokenizer is asked."""
    rest = {k: v for k, v in vars(question).items() if k not in ("transcript", "seed", "contexts")}
    shown = {k: dict(v) if isinstance(v, Mapping) else v for k, v in rest.items()}
    seen = [question.transcript.digest(), *[context.digest() for context in getattr(question, "contexts", ())]]
    return hashlib.sha256(f"{type(question).__name__}{seen}{shown}".encode("utf-8", "backslashreplace")).hexdigest()
