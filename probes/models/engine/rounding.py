"""How far a model is from itself: what rounding alone does to its log-probabilities, the yardstick of comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import torch
from transformers import PreTrainedModel

EXACT = 1e-4
"""Nats that count as agreement at every precision: what float32 on a CPU must hold."""
TIMES = 4.0
"""How many times the model's own noise a difference may be: both are of one size where two computations are the same in
exact arithmetic, while a wrong mask or position moves results hundreds of times further."""
READ, LIKELY = 4, 20
_LENGTH, _TAILS, _FOLLOW = 24, 6, 5

Tokens = tuple[int, ...]


@dataclass(frozen=True)
class Noise:
    """Difference of a model from itself, in nats: mean divergence, and the largest of likely tokens; its largest logit;
    `unit`: relative distance of neighbouring numbers at its precision."""

    kl: float
    gap: float
    largest_logit: float
    unit: float

    def bound(self, least: float = EXACT) -> float:
        """Nats by which a log-probability may differ between two orders of the same sums.

        A logit and the logarithm of the normaliser are each rounded once at the end, by a unit in the last place at
        most; what happens before that is measured.
        """
        return max(least, 2 * self.unit * self.largest_logit, TIMES * self.gap)

    def wide(self, least: float = EXACT) -> float:
        """Nats of divergence that rounding explains: a shift of d nats is a divergence of at most d * d / 2."""
        return max(least**2 / 2, (self.unit * self.largest_logit) ** 2 / 2, TIMES * self.kl)


class Reference:
    """A small tree of sequences, the model's own log-probabilities at their ends one by one, and its noise there."""

    def __init__(self, model: PreTrainedModel) -> None:
        self.model = model
        self.sequences = list(_sequences(model.get_input_embeddings().weight.shape[0]))
        self._largest = 0.0

    @cached_property
    def rows(self) -> list[torch.Tensor]:
        """Log-probabilities `[read, vocabulary]`, one a sequence."""
        found = []
        for tokens in self.sequences:
            logits = _alone(self.model, tokens)
            self._largest = max(self._largest, float(logits.abs().max()))
            found.append(logits.log_softmax(-1))
        return found

    @cached_property
    def noise(self) -> Noise:
        """The model against itself where five more tokens follow, which change nothing in exact arithmetic, and every
        embedding is rounded the other way."""
        plain = self.rows
        with _rounded(self.model.get_input_embeddings()):
            others = (_alone(self.model, tokens, _FOLLOW).log_softmax(-1) for tokens in self.sequences)
            kl, gap = torch.tensor([distance(*pair) for pair in zip(plain, others, strict=True)]).T
        return Noise(float(kl.mean()), float(gap.max()), self._largest, torch.finfo(self.model.dtype).eps)


def distance(left: torch.Tensor, right: torch.Tensor) -> tuple[float, float]:
    """(mean KL(left || right), largest difference of the tokens likeliest under left), in nats."""
    right = right.to(left.device)
    likely = left.topk(min(LIKELY, left.shape[-1])).indices
    kl = torch.where(left.isneginf(), 0.0, left.exp() * (left - right)).sum(-1)
    return float(kl.mean()), float((left - right).gather(-1, likely).abs().max())


def _sequences(size: int) -> Iterator[Tokens]:
    stem = tuple((7 * at * at + 3) % size for at in range(_LENGTH))
    yield stem
    yield from (stem + tuple((11 * at + 5 * k + 1) % size for at in range(READ + k)) for k in range(_TAILS))


@torch.inference_mode()
def _alone(model: PreTrainedModel, tokens: Tokens, follow: int = 0) -> torch.Tensor:
    """The model's own logits `[read, vocabulary]` at the last tokens of a sequence that others follow."""
    ids = torch.tensor([[*tokens, *range(follow)]], device=model.device)
    return model(input_ids=ids, use_cache=False).logits[0, len(tokens) - READ : len(tokens)].double()


@contextmanager
def _rounded(embedding: torch.nn.Module) -> Iterator[None]:
    """While open, embeddings are moved by one unit in the last place, up and down in turn."""

    def move(_module: torch.nn.Module, _given: object, out: torch.Tensor) -> torch.Tensor:
        signs = 1 - 2 * (torch.arange(out.shape[-1], device=out.device) % 2)
        return out * (1 + torch.finfo(out.dtype).eps * signs.to(out.dtype))

    handle = embedding.register_forward_hook(move)
    try:
        yield
    finally:
        handle.remove()
