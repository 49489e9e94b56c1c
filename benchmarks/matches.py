"""(c) Matches whose prompts grow by a line per round, against recomputing every prompt."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from benchmarks import floor, peers, work
from benchmarks.timing import interleave, rows, unique_tokens
from probes.models.engine import Engine

BATCH = 16
ROUNDS = 10
SIZES = {"part": 6, "middle": 12, "full": 36}
"""Matches."""


def measure(model: Any, scale: str, turns: int) -> list[str]:
    """Rows of the table: all matches advance a round at a time, as they do in a run."""
    table = work.matches(model.tokenizer, SIZES[scale], ROUNDS)
    weights = model.model
    engine = Engine(weights)
    flat = [item for prompts in table for item in prompts]
    seconds: list[list[float]] = []

    def ours() -> list[list[float]]:
        engine.clear()
        out, spent = [], []
        for prompts in table:
            begun = time.process_time()
            out += work.scores(engine, prompts)
            spent.append(time.process_time() - begun)
        seconds.append(spent)
        return out

    def plain() -> list[list[float]]:
        return [row for prompts in table for row in peers.plain_scores(weights, prompts, BATCH)]

    np.testing.assert_allclose(
        ours()[:: len(table[0])], peers.plain_scores(weights, flat[:: len(table[0])], BATCH), atol=1e-4
    )
    unique = unique_tokens([prompt for prompt, _ in flat])
    mean = float(np.mean([len(prompt) for prompt, _ in flat]))
    contenders = {
        "ours": ours,
        "every prompt recomputed": plain,
        "floor": floor.scoring(weights, unique, len(flat), mean),
    }
    title = f"(c) {len(table[0])} matches x {ROUNDS} rounds, {sum(len(p) for p, _ in flat)} tokens, {unique} unique"
    lines = rows(title, interleave(contenders, turns))
    spent = np.median(seconds, axis=0)
    shown = " ".join(f"{value:.2f}" for value in spent)
    return [*lines, f"| (c) processor seconds of rounds 1 to {ROUNDS} | ours | {shown} | | | |"]
