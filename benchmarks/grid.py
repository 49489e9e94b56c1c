"""(a) A forced-choice grid: personas x stories x questions x option orders, against the harness and plain batches."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks import floor, peers, work
from benchmarks.timing import interleave, rows, unique_tokens
from probes.models.engine import Engine

BATCH = 16
SIZES = {"part": (1, 2), "middle": (3, 4), "full": (9, 12)}
"""Personas and stories."""


def measure(model: Any, scale: str, turns: int) -> list[str]:
    """Rows of the table. The part keeps the questions and orders of the whole, so that as much is shared."""
    items = work.grid(model.tokenizer, *SIZES[scale])
    weights = model.model
    backend = peers.harness(weights, model.tokenizer, BATCH)
    engine = Engine(weights)

    def ours() -> list[list[float]]:
        engine.clear()
        return work.scores(engine, items)

    contenders: dict[str, Any] = {"ours": ours, "plain transformers": lambda: peers.plain_scores(weights, items, BATCH)}
    if backend is not None:
        contenders["lm-evaluation-harness"] = lambda: peers.harness_scores(backend, items)
    check(items[:: max(1, len(items) // 12)], engine, weights, backend)
    unique = unique_tokens([prompt for prompt, _ in items])
    mean = float(np.mean([len(prompt) for prompt, _ in items]))
    contenders["floor"] = floor.scoring(weights, unique, len(items), mean)
    title = f"(a) grid of {len(items)}, {sum(len(p) for p, _ in items)} tokens, {unique} of them unique"
    return rows(title, interleave(contenders, turns))


def check(items: list[Any], engine: Engine, weights: Any, backend: Any) -> None:
    """Equal log-probabilities first; no speed without them."""
    engine.clear()
    ours, bound = work.scores(engine, items), engine.noise.bound()
    np.testing.assert_allclose(peers.plain_scores(weights, items, BATCH), ours, rtol=0, atol=bound)
    if backend is not None:
        np.testing.assert_allclose(peers.harness_scores(backend, items), ours, rtol=0, atol=bound)
