"""The engine's part played by a server: requests in token ids, answered a few at a time."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from typing import Any

import numpy as np

from probes.models.engine.requests import Request, Result, SampledIds, SampleIds, ScoredIds, check, label
from probes.models.served.answer import ServerError
from probes.models.served.dialects import Dialect

TOGETHER = 16
"""Requests under way at once; the server puts them into batches."""


class ServedEngine:
    """Answers requests as `probes.models.engine.Engine` does, from a server.

    `rescore`: sampled turns are scored once more, because the server gives log-probabilities of a heated distribution.
    """

    sharing = True

    def __init__(self, dialect: Dialect, together: int = TOGETHER) -> None:
        self.dialect = dialect
        self.together = together
        self.rescore = False
        self.info: dict[str, Any] = {**dialect.about, "together": together, "cache_peak_bytes": 0}

    def run(self, requests: Sequence[Request], progress: Callable[[int], None] | None = None) -> list[Result]:
        """Results in the order of the requests; `progress` is called with the number finished so far."""
        results: dict[int, Result] = {}
        for index, result in self.stream(requests):
            results[index] = result
            if progress:
                progress(len(results))
        return [results[index] for index in range(len(requests))]

    def stream(self, requests: Sequence[Request]) -> Iterator[tuple[int, Result]]:
        """Yield `(index, result)` as requests finish.

        Raises ValueError, before anything is asked, for what a server cannot answer. How many rows the model has, only
        the server knows: they may be more than the tokenizer has entries.
        """
        check(requests, sys.maxsize, self.dialect.about.get("positions"))
        for index, request in enumerate(requests):
            _possible(request, label(requests, index))
        with ThreadPoolExecutor(self.together) as pool:
            under_way = {pool.submit(self._answer, one, label(requests, k)): k for k, one in enumerate(requests)}
            try:
                for done in as_completed(under_way):
                    yield under_way[done], done.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _answer(self, request: Request, name: str) -> Result:
        if isinstance(request, SampleIds):
            return self._sampled(request, name)
        rows = [self._scored(request.prompt, target, name) for target in request.targets]
        return ScoredIds([np.array(row) for row in rows])

    def _sampled(self, request: SampleIds, name: str) -> SampledIds:
        turn = self.dialect.sample(request)
        if turn.ids and (self.rescore or not turn.logprobs):
            return replace(turn, logprobs=self._scored(request.prompt, turn.ids, name))
        return replace(turn, logprobs=numbers(turn.logprobs, len(turn.ids), name))

    def _scored(self, prompt: Sequence[int], target: Sequence[int], name: str) -> list[float]:
        return numbers(self.dialect.score(prompt, target), len(target), name)


def numbers(told: Sequence[Any], count: int, name: str) -> list[float]:
    """Log-probabilities as a server told them, all of them there and finite."""
    if len(told) != count or any(value is None for value in told):
        raise ServerError(f"{name}: the server gives no log-probability for some tokens; start it so that it does")
    if not all(math.isfinite(value) for value in told):
        raise FloatingPointError(f"{name}: the server gave log-probabilities that are not finite: {told}"[:300])
    return [float(value) for value in told]


def _possible(request: Request, name: str) -> None:
    if request.sites:
        raise ValueError(f"{name}: a server gives no activations; open the weights here to capture or steer")
    if getattr(request, "full", False):
        raise ValueError(f"{name}: a server gives no rows over the vocabulary, so no kl and js; open the weights here")
