"""The engine: requests in, results in the same order out, whatever the batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from transformers import PreTrainedModel

from probes.models.engine import plain
from probes.models.engine.requests import Request, Result, check


class Engine:
    """Exact inference on one causal language model.

    Parameters
    ----------
    model : transformers.PreTrainedModel
        Any causal model; it is put in evaluation mode and otherwise left as it is.
    pad : int
        Token id used where a tensor must be filled.
    max_positions : int or None
        Longest sequence accepted; by default what the configuration says.
    cache_bytes : int or None
        Bound of the prefix cache that is kept between calls.
    batch_tokens : int or None
        Tokens in one forward pass; by default from the free memory of the device.
    sharing : bool or None
        Whether common prefixes are computed once; by default wherever that is sound.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        *,
        pad: int = 0,
        max_positions: int | None = None,
        cache_bytes: int | None = None,
        batch_tokens: int | None = None,
        sharing: bool | None = None,
    ) -> None:
        self.model = model.eval()
        config = model.config.get_text_config()
        self.vocabulary = config.vocab_size
        self.max_positions = max_positions or getattr(config, "max_position_embeddings", None)
        self.info: dict[str, Any] = {"sharing": False, "why": "not written yet"}

    def run(self, requests: Sequence[Request], progress: Callable[[int], None] | None = None) -> list[Result]:
        """Results in the order of the requests; `progress` is called with the number finished so far."""
        results: dict[int, Result] = {}
        for index, result in self.stream(requests):
            results[index] = result
            if progress:
                progress(len(results))
        return [results[index] for index in range(len(requests))]

    @torch.inference_mode()
    def stream(self, requests: Sequence[Request]) -> Iterator[tuple[int, Result]]:
        """Yield `(index, result)` as requests finish, so that a caller can keep them through an interruption."""
        check(requests, self.vocabulary, self.max_positions)
        yield from plain.answer(self.model, requests)
