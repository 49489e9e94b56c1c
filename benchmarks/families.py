"""(a) Real questions of every family of probes, against recomputing each and against the arithmetic floor."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks import floor, peers
from benchmarks.timing import interleave, rows
from benchmarks.work import PROBES, Work, asked, choices, fed, unique_tokens
from probes.models.engine import Engine, SampledIds, SampleIds, ScoreIds

GOALS = tuple(PROBES)[:4]
TOKENS = {"try": (60, 60), "part": (1500, 400), "middle": (8000, 2000), "full": (math.inf, math.inf)}
"""New tokens of a family that the goals are about, and of another; `full` is the default size of every probe."""


def measure(model: Any, scale: str, turns: int, families: tuple[str, ...] = tuple(PROBES)) -> Iterator[str]:
    """Rows of the table, a family after another."""
    for family in families:
        yield from beside(model, family, scale, turns)


def beside(model: Any, family: str, scale: str, turns: int) -> list[str]:
    """One family: ours, plain batches of distinct prompts, the harness where all are forced choices, the floor."""
    work = asked(model, family, TOKENS[scale][family not in GOALS])
    engine, weights = Engine(model.model), model.model
    written = [found for found in answered(engine, work) if isinstance(found, SampledIds)]
    lengths = [max(1, len(found.ids)) for found in written]
    plain = "plain batches, transformers.generate" if written else "plain batches of distinct prompts"
    contenders: dict[str, Any] = {
        "ours": lambda: answered(engine, work),
        plain: lambda: peers.plain(weights, work, lengths),
        "floor": floor_of(weights, work, lengths, engine.budget.rows),
    }
    other = peers.harness(weights, model.tokenizer)
    if other is not None and family in GOALS and len(choices(work)) == len(work.requests):
        contenders["lm-evaluation-harness"] = lambda: other(choices(work))
    kept = {name for name in contenders if name not in ("ours", "floor")}

    def check(found: dict[str, Any]) -> None:
        for name in kept:
            same(work, found["ours"], found[name], weights, engine.noise.bound())

    tokens = f", {sum(lengths)} written" if written else ""
    return rows(f"(a) {family}, {work}{tokens}", interleave(contenders, turns, check))


def answered(engine: Engine, work: Work) -> list[Any]:
    """What the engine says, call by call as in a run, from an empty cache."""
    engine.clear()
    return [found for call in work.calls for found in engine.run(call)]


def same(work: Work, ours: list[Any], theirs: list[Any], weights: Any, bound: float) -> None:
    """No speed without equal log-probabilities: of targets, and of every eighth turn that was drawn."""
    turns = []
    for request, one, two in zip(work.requests, ours, theirs, strict=True):
        if isinstance(request, ScoreIds):
            mine = [float(np.sum(part)) for part in one.logprobs]
            longest = max(map(len, request.targets))
            np.testing.assert_allclose(mine, two, rtol=0, atol=bound * longest)
        elif one.ids:
            turns.append((ScoreIds(request.prompt, (tuple(one.ids),)), one))
    for request, one in turns[::8]:
        again = peers.plain_scores(weights, [request])[0][0]
        assert abs(again - sum(one.logprobs)) <= bound * len(one.ids), "a drawn turn is scored differently"


def floor_of(weights: Any, work: Work, lengths: list[int], batch: int) -> Any:
    """The matrix products that the work needs at least, at the engine's number of rows."""
    scored = [each for each in work.requests if isinstance(each, ScoreIds)]
    sequences = [one for each in scored for one in fed(each)]
    read = {each.prompt + target[:k] for each in scored for target in each.targets for k in range(len(target))}
    parts = []
    if sequences:
        mean = float(np.mean([len(one) for one in sequences]))
        parts.append(floor.scoring(weights, unique_tokens(sequences), len(read), mean))
    left = iter(lengths)
    for call in work.calls:
        turns = [each.prompt for each in call if isinstance(each, SampleIds)]
        steps = _steps([next(left) for _ in turns], batch)
        if turns:
            parts.append(floor.decoding(weights, unique_tokens(turns), steps))
    return lambda: [part() for part in parts]


def _steps(lengths: list[int], batch: int) -> list[int]:
    """Rows of every step, the next turn beginning where one ends."""
    waiting, running, steps = lengths[::-1], [], []
    while waiting or running:
        while waiting and len(running) < batch:
            running.append(waiting.pop())
        steps.append(len(running))
        running = [left - 1 for left in running if left > 1]
    return steps
