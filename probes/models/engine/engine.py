"""The engine: requests in, results in the same order out, whatever the batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
from transformers import PreTrainedModel

from probes.models.engine import plain
from probes.models.engine.budget import Budget, out_of_memory
from probes.models.engine.cache import Prefixes
from probes.models.engine.edits import Edits, marks, unmarked
from probes.models.engine.products import Products
from probes.models.engine.requests import Request, Result, check
from probes.models.engine.rounding import Noise, Reference
from probes.models.engine.shared import answer
from probes.models.engine.soundness import Verdict, soundness
from probes.models.engine.trunk import Trunk


@dataclass(frozen=True)
class Tested:
    """What was found out about a model: whether sharing prefixes is sound, and its rounding."""

    verdict: Verdict
    noise: Noise


class Engine:
    """Exact inference on one causal language model whose weights do not change.

    Parameters
    ----------
    model : transformers.PreTrainedModel
        Any causal model; it is put in evaluation mode and otherwise left as it is.
    max_positions : int or None
        Longest sequence accepted; by default what the configuration says.
    cache_bytes : int or None
        Bound of the prefix cache that is kept between calls.
    batch_tokens : int or None
        New tokens in one forward pass; by default from the free memory of the device.
    sharing : bool or None
        Whether common prefixes are computed once; by default wherever a check on the model finds it exact.
    rows : int or None
        Continuations decoded together, at most.
    strict : bool
        Every request alone: bit-identical regardless of batch composition, at a cost. Otherwise float32 on a CPU gives
        the same tokens and log-probabilities within 1e-4, and lower precision on a GPU the same statistics.
    known : Tested or None
        What was found out about this very model, code and machine before; by default it is found out now.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        *,
        max_positions: int | None = None,
        cache_bytes: int | None = None,
        batch_tokens: int | None = None,
        sharing: bool | None = None,
        rows: int | None = None,
        strict: bool = False,
        known: Tested | None = None,
    ) -> None:
        self.model = model.eval()
        config = model.config.get_text_config()
        self.vocabulary = model.get_input_embeddings().weight.shape[0]
        self.max_positions = max_positions or getattr(config, "max_position_embeddings", None)
        self.budget = Budget.of(model, cache_bytes, batch_tokens, rows, strict)
        self.edits = Edits()
        self.products = Products(model, self.budget.packed_bytes)
        self.trunk = self._trunk()
        self._captured = self.trunk
        self.tested = known or self._test(sharing)
        verdict, self.noise = self.tested.verdict, self.tested.noise
        self.sharing = verdict.sound
        if sharing and not self.sharing:
            raise ValueError(f"sharing of prefixes was asked for but is not exact on this model: {verdict.why}")
        self.cached, stepping = (True, "") if self.sharing else self._steps()
        self.info: dict[str, Any] = {
            "sharing": self.sharing,
            "sharing_why": verdict.why,
            "sharing_check": verdict.figures,
            "rounding": asdict(self.noise),
            "decoding": "step by step" if self.cached else f"whole at every step: {stepping}",
            "cache_bytes": self.budget.cache_bytes,
            "batch_tokens": self.budget.batch_tokens,
            "rows": self.budget.rows,
            "strict": strict,
            "packed_weights": self.products.packed,
            "cache_peak_bytes": 0,
        }

    def run(self, requests: Sequence[Request], progress: Callable[[int], None] | None = None) -> list[Result]:
        """Results in the order of the requests; `progress` is called with the number finished so far.

        Raises
        ------
        ValueError
            Before anything is computed, naming a request that cannot be answered.
        FloatingPointError
            Naming the request for which the model gave logits that are not finite.
        MemoryError
            Naming a request that does not fit even alone.
        """
        results: dict[int, Result] = {}
        for index, result in self.stream(requests):
            results[index] = result
            if progress:
                progress(len(results))
        return [results[index] for index in range(len(requests))]

    @torch.inference_mode()
    def stream(self, requests: Sequence[Request]) -> Iterator[tuple[int, Result]]:
        """Yield `(index, result)` as requests finish, so that a caller can keep them through an interruption."""
        bare = [replace(request, prompt=unmarked(request.prompt)) for request in requests]
        check(bare, self.vocabulary, self.max_positions)
        if not self.sharing:
            if any(any(marks(request.prompt)) for request in requests):
                raise ValueError(f"activations of this model cannot be changed here: {self.info['sharing_why']}")
            yield from plain.answer(self.model, requests, self.budget, self.cached)
            return
        for sites in sorted({request.sites for request in requests}):
            chosen = [index for index, request in enumerate(requests) if request.sites == sites]
            trunk = self.trunk
            if sites:  # activations lie beside keys and values, in a cache of their own that the next call finds again
                trunk = self._captured if self._captured.sites == sites else self._trunk(sites)
                self._captured = trunk
            yield from answer(trunk, requests, chosen, self.budget)
            self.info["cache_peak_bytes"] = max(self.info["cache_peak_bytes"], trunk.cache.peak)

    def clear(self) -> None:
        """Empty the prefix caches."""
        self.trunk.cache.clear()
        self._captured.cache.clear()

    @torch.inference_mode()
    def _steps(self) -> tuple[bool, str]:
        return plain.steps_with_cache(self.model, self.noise.bound(1e-3))

    def _test(self, sharing: bool | None) -> Tested:
        reference = Reference(self.model)
        verdict = Verdict(False, "switched off") if sharing is False else soundness(self.trunk, reference)
        return Tested(verdict, self._noise(reference))

    def _noise(self, reference: Reference) -> Noise:
        """Nothing is allowed for where the model cannot be compared with itself; its self-check says why."""
        try:
            return reference.noise
        except Exception as error:
            if out_of_memory(error):
                raise
            return Noise(0.0, 0.0, 0.0, torch.finfo(self.model.dtype).eps)

    def _trunk(self, sites: Sequence[str] = ()) -> Trunk:
        return Trunk(self.model, Prefixes(self.budget.cache_bytes, self.budget.run), sites, self.edits, self.products)
