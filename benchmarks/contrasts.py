"""(d) Contrasts: one reply under a conversation and under edits of its newest message, against recomputing each."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks import floor, peers, work
from benchmarks.timing import interleave, rows, unique_tokens
from probes.core.estimators import kl
from probes.models.engine import Engine, ScoreIds

BATCH = 16
CONTEXTS = 12
SIZES = {"part": 3, "middle": 8, "full": 24}
"""Replies."""

Contrast = tuple[list[work.Ids], work.Ids]
"""Contexts, the unedited one first, and the target."""


def measure(model: Any, scale: str, turns: int) -> list[str]:
    """Rows of the table: log-ratio a token and full-vocabulary divergence of every context from the first."""
    items = work.contrasts(model.tokenizer, SIZES[scale], CONTEXTS)
    weights = model.model
    engine = Engine(weights)

    def ours() -> list[np.ndarray]:
        engine.clear()
        asked = [ScoreIds(context, (target,), full=True) for contexts, target in items for context in contexts]
        answers: Any = iter(engine.run(asked))
        return [differences([next(answers).rows[0] for _ in contexts], target) for contexts, target in items]

    def plain() -> list[np.ndarray]:
        return [differences(peers.plain_rows(weights, contexts, target, BATCH), target) for contexts, target in items]

    for one, two in zip(ours(), plain(), strict=True):  # equality first
        np.testing.assert_allclose(one, two, rtol=0, atol=2 * engine.noise.bound())  # each is a difference
    fed = [context + target[:-1] for contexts, target in items for context in contexts]
    unique, read = unique_tokens(fed), sum(len(contexts) * len(target) for contexts, target in items)
    contenders = {
        "ours": ours,
        "every context recomputed": plain,
        "floor": floor.scoring(weights, unique, read, float(np.mean([len(one) for one in fed]))),
    }
    title = f"(d) {len(items)} replies x {CONTEXTS} contexts, {sum(map(len, fed))} tokens, {unique} unique"
    return rows(title, interleave(contenders, turns))


def differences(found: list[np.ndarray], target: work.Ids) -> np.ndarray:
    """`[context, token, 2]`: log-ratio and divergence (nats) of the first context over each of the others."""
    picked = [row[np.arange(len(target)), list(target)] for row in found]
    ratios = [picked[0] - other for other in picked[1:]]
    return np.stack([ratios, [kl(found[0], other) for other in found[1:]]], axis=-1)
