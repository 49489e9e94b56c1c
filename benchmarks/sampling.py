"""(b) Sampling turns of ragged length from shared contexts, against transformers and TransformerLens."""

from __future__ import annotations

from typing import Any

from benchmarks import floor, peers, work
from benchmarks.timing import interleave, rows, unique_tokens
from probes.models.engine import Engine, SampleIds

# Lengths of 32 user turns this model wrote at temperature 1 (cut at 64), every second of a sorted draw of 64.
LENGTHS = (6, 12, 13, 13, 14, 16, 17, 18, 21, 23, 28, 32, 40, 42, 45, 46, 54, 61, *(64,) * 14)
TURNS = 8
SIZES = {"part": (4, 32), "middle": (12, 64), "full": (40, 64)}
"""Contexts, and rows of a batch."""
BRIDGED = 2e9
"""Parameters above which no copy is made for TransformerBridge."""


def measure(model: Any, scale: str, turns: int) -> list[str]:
    """Rows of the table: contexts x 8 turns, every turn ending at its own length."""
    count, batch = SIZES[scale]
    contexts = work.dialogues(model.tokenizer, count)
    weights = model.model
    prompts = [context for context in contexts for _ in range(TURNS)]
    lengths = [LENGTHS[(13 * k + k // 32) % len(LENGTHS)] for k in range(len(prompts))]
    engine = Engine(weights, rows=batch)
    small = sum(weight.numel() for weight in weights.parameters()) < BRIDGED
    lens = peers.bridge(weights, model.tokenizer) if small else None
    check(engine, lens, weights, contexts[:6])

    def ours() -> list[Any]:
        engine.clear()
        pairs = zip(prompts, lengths, strict=True)
        return engine.run([SampleIds(p, n, 1.0, seed=k) for k, (p, n) in enumerate(pairs)])

    running = [sum(length > step for length in lengths) for step in range(max(lengths))]
    steps = [min(batch, count) for count in running for _ in range(-(-count // batch))]
    contenders: dict[str, Any] = {
        "ours": ours,
        "transformers.generate": lambda: peers.generated(weights, prompts, lengths, batch, False),
    }
    if lens is not None:
        contenders["TransformerBridge.generate"] = lambda: peers.bridged(lens, weights, prompts, lengths, batch, False)
    contenders["floor"] = floor.decoding(weights, unique_tokens(contexts), steps)
    title = f"(b) {len(contexts)} contexts x {TURNS} turns, {sum(lengths)} tokens, {batch} rows"
    return rows(title, interleave(contenders, turns))


def check(engine: Engine, lens: Any, weights: Any, contexts: list[Any]) -> None:
    """The same greedy tokens first; where two part, tokens that the model takes for equally likely at its precision."""
    lengths = [12 + 3 * k for k in range(len(contexts))]
    results: list[Any] = engine.run([SampleIds(c, n, 0.0) for c, n in zip(contexts, lengths, strict=True)])
    theirs = {"transformers.generate": peers.generated(weights, contexts, lengths, 3, True)}
    if lens is not None:
        theirs["TransformerBridge.generate"] = peers.bridged(lens, weights, contexts, lengths, 3, True)
    for who, turns in theirs.items():
        for context, mine, other in zip(contexts, (result.ids for result in results), turns, strict=True):
            at = next((k for k, (one, two) in enumerate(zip(mine, other, strict=True)) if one != two), None)
            if at is not None:
                asked = [((*context, *mine[:at]), ((mine[at],), (other[at],)))]
                one, two = peers.plain_scores(weights, asked, 1)[0]
                assert abs(one - two) <= 2 * engine.noise.bound(), f"{who} differs"
