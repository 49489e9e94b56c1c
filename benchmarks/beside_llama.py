"""(b) llama.cpp on the same float32 weights: forced choices, and decoding alone, at 1, 8, 32 and 100 rows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import floor
from benchmarks.gguf_file import written
from benchmarks.llama_cpp import LlamaCpp, library
from benchmarks.timing import interleave, row, rows
from benchmarks.work import Ids, asked, choices
from probes.models.engine import Engine, SampleIds, ScoreIds

SIZES = {
    "try": {1: 2, 8: 1}, "part": {1: 24, 8: 12, 32: 6, 100: 3}, "middle": {1: 48, 8: 32, 32: 16, 100: 12},
    "full": {1: 64, 8: 64, 32: 64, 100: 64},
}  # fmt: skip
"""Rows, and tokens that each of them writes."""
QUESTIONS = 20_000
"""New tokens of the probe's run that the questions are the first of."""


def measure(model: Any, scale: str, turns: int) -> Iterator[str]:
    """Rows of the table; which build of llama.cpp it is comes with the first."""
    if library() is None:
        yield row("(b) llama.cpp", "not installed")
        return
    if model.model.config.model_type != "llama":
        yield row("(b) llama.cpp", "not measured: weights are written for it of the Llama architecture only")
        return
    most = max(SIZES[scale])
    scored = choices(asked(model, "minds", QUESTIONS if most > 8 else 1000))[:most]
    opened = [each.prompt for each in asked(model, "user_turn", np.inf).requests if isinstance(each, SampleIds)]
    engine = Engine(model.model)
    longest = max(map(len, [each.prompt for each in scored] + opened)) + 64
    with tempfile.TemporaryDirectory() as folder:
        path = written(model.model, Path(folder) / "model.gguf")
        for count, tokens in SIZES[scale].items():
            if scored:  # a tokenizer may take several tokens for every option
                yield from beside(path, 1, longest, turns, lambda it, n=count: chosen(engine, it, scored[:n]))
            prompts = sorted(set(opened), key=len)[:: max(1, len(set(opened)) // count)][:count]
            yield from beside(path, count, longest, turns, lambda it, p=prompts, t=tokens: decoded(engine, it, p, t))


def beside(path: Path, count: int, longest: int, turns: int, work: Any) -> list[str]:
    """Rows of one comparison, with a context of its own."""
    llama = LlamaCpp(path, count, longest)
    try:
        title, contenders, check = work(llama)
        return rows(f"{title}; llama.cpp for {llama.build}", interleave(contenders, turns, check))
    finally:
        llama.close()


def chosen(engine: Engine, llama: LlamaCpp, items: Sequence[ScoreIds]) -> Any:
    """Forced choices that are asked together, from empty caches."""

    def ours() -> Any:
        engine.clear()
        return [[float(part.item()) for part in found.logprobs] for found in engine.run(list(items))]

    def check(found: dict[str, Any]) -> None:
        for one, two in zip(found["ours"], found["llama.cpp"], strict=True):
            np.testing.assert_allclose(one, two, rtol=0, atol=max(1e-4, engine.noise.bound()))

    title = f"(b) {len(items)} choices of persona_tom asked together"
    return title, {"ours": ours, "llama.cpp": lambda: llama.scores(items)}, check


def decoded(engine: Engine, llama: LlamaCpp, prompts: Sequence[Ids], count: int) -> Any:
    """Steps alone: prompts are read by both before the first turn."""
    requests = [SampleIds(prompt, count, 0.0) for prompt in prompts]
    engine.clear()
    engine.run([replace(each, max_tokens=1) for each in requests])
    llama.hold(prompts)

    def check(found: dict[str, Any]) -> None:
        """The likeliest tokens are the same; where two part, tokens that the model takes for equally likely."""
        for prompt, one, two in zip(prompts, found["ours"], found["llama.cpp"], strict=True):
            at = next((k for k in range(count) if one.ids[k] != two[k]), None)
            if at is not None:
                asked = ScoreIds((*prompt, *one.ids[:at]), ((one.ids[at],), (two[at],)))
                mine, other = (float(part.item()) for part in engine.run([asked])[0].logprobs)
                assert abs(mine - other) <= 1e-3, "llama.cpp writes other tokens"

    contenders = {
        "ours": lambda: engine.run(requests),
        "llama.cpp": lambda: llama.greedy(prompts, count),
        "floor": floor.decoding(engine.model, 0, [len(prompts)] * count),
    }
    return f"(b) decoding {len(prompts)} rows after user_turn's contexts, {count} tokens each", contenders, check
