"""What a model must do here before its numbers count: score, choose and write as transformers itself does.

Every check gives the largest difference in nats with `passed` true, false, or None where it could not be made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from probes.models.engine import Engine, SampledIds, SampleIds, ScoredIds, ScoreIds

Ids = tuple[int, ...]
Verdict = dict[str, Any]
STEPS = 8
"""Tokens that are written in a rehearsal."""


@torch.inference_mode()
def rehearsed(engine: Engine, prompts: Sequence[Ids], tolerance: float) -> dict[str, Verdict]:
    """All checks on prompts of token ids."""
    seen = _sequences(engine, prompts)
    asked = [ScoreIds(tokens[:-3], (tokens[-3:], tokens[-2:])) for tokens in seen]
    together = _scores(engine.run(asked))
    engine.clear()
    alone = [_scores(engine.run([request]))[0] for request in asked]
    backwards = _scores(engine.run(asked[::-1]))[::-1]
    plain = [_plain(engine, request) for request in asked]
    found = {
        "reads_only_backwards": _causal(engine, seen[0], tolerance),
        "batch_against_single": verdict(_gap(together, alone), tolerance),
        "order_of_questions": verdict(_gap(together, backwards), tolerance),
        "engine_against_transformers": verdict(_gap(together, plain), tolerance),
    }
    for name, heat in (("greedy_turn", 0.0), ("sampled_turn", 1.0)):
        turns = [SampleIds(prompt, STEPS, heat, seed=7 + k) for k, prompt in enumerate(prompts)]
        written = [turn for turn in engine.run(turns) if isinstance(turn, SampledIds)]
        found[f"{name}_against_rescoring"] = _rescored(engine, prompts, written, tolerance)
        if not heat:
            found[f"{name}_against_generate"] = _generated(engine, prompts, written, tolerance)
    return found


def _sequences(engine: Engine, prompts: Sequence[Ids]) -> list[Ids]:
    """Prompts with some tokens after them, so that there is something to score."""
    return [prompt + tuple((11 * k + 7 * at + 5) % engine.vocabulary for at in range(3 + k % 3))
            for k, prompt in enumerate(prompts)]  # fmt: skip


def _scores(results: Sequence[Any]) -> list[np.ndarray]:
    return [np.concatenate(result.logprobs) for result in results if isinstance(result, ScoredIds)]


def _gap(left: Sequence[np.ndarray], right: Sequence[np.ndarray]) -> float:
    """NaN where either side holds one: Python's `max` would pass over it, and NaN never counts as agreement."""
    return float(np.max([np.abs(a - b).max() for a, b in zip(left, right, strict=True)]))


def verdict(gap: float, tolerance: float) -> Verdict:
    """Whether a difference is within tolerance; NaN never is."""
    return {"passed": bool(gap <= tolerance), "largest_difference": gap if math.isfinite(gap) else str(gap)}


def _forward(engine: Engine, tokens: Ids) -> torch.Tensor:
    """Log-probabilities `[position, vocabulary]` of a bare forward pass: no cache, no batch, no padding."""
    ids = torch.tensor([tokens], device=engine.model.device)
    return engine.model(input_ids=ids, use_cache=False).logits[0].double().log_softmax(-1)


def _plain(engine: Engine, request: ScoreIds) -> np.ndarray:
    parts = []
    for target in request.targets:
        rows = _forward(engine, request.prompt + target[:-1])[-len(target) :]
        parts.append(rows.gather(1, torch.tensor(target, device=rows.device)[:, None])[:, 0].cpu().numpy())
    return np.concatenate(parts)


def _causal(engine: Engine, tokens: Ids, tolerance: float) -> Verdict:
    """Tokens that follow must change nothing; a model that reads both ways fills gaps, it does not continue."""
    short = _forward(engine, tokens[:-2])
    longer = _forward(engine, tokens)[: len(short)]
    likely = short.topk(min(20, short.shape[-1])).indices
    return verdict(float((short - longer).gather(-1, likely).abs().max()), 4 * tolerance)


def _rescored(engine: Engine, prompts: Sequence[Ids], written: Sequence[SampledIds], tolerance: float) -> Verdict:
    """The log-probabilities recorded while writing, against those of the same text when it is scored: sums of a step
    and of a whole pass, which recurrent layers make in different orders."""
    pairs = [(prompt, turn) for prompt, turn in zip(prompts, written, strict=True) if turn.ids]
    if not pairs:
        return {"passed": None, "reason": "the model ends every turn at once"}
    again = _scores(engine.run([ScoreIds(prompt, (tuple(turn.ids),)) for prompt, turn in pairs]))
    return verdict(_gap([np.array(turn.logprobs) for _, turn in pairs], again), 4 * tolerance)


def _generated(engine: Engine, prompts: Sequence[Ids], written: Sequence[SampledIds], tolerance: float) -> Verdict:
    """A greedy turn against `generate`; where they part, by how much the two tokens differ for the model."""
    gaps = [0.0]
    for prompt, turn in zip(prompts, written, strict=True):
        try:
            theirs = _generate(engine, prompt, len(turn.ids))
        except Exception as error:  # some architectures cannot be continued by transformers itself
            return {"passed": None, "reason": f"generate fails: {type(error).__name__}: {str(error)[:200]}"}
        parted = next((k for k, (a, b) in enumerate(zip(turn.ids, theirs, strict=False)) if a != b), None)
        if parted is not None:
            row = _forward(engine, prompt + tuple(turn.ids[:parted]))[-1]
            gaps.append(float((row[turn.ids[parted]] - row[theirs[parted]]).abs()))
    return verdict(float(np.max(gaps)), 2 * tolerance)


def _generate(engine: Engine, prompt: Ids, count: int) -> list[int]:
    model = engine.model
    ids = torch.tensor([prompt], device=model.device)
    plain = {"do_sample": False, "num_beams": 1, "repetition_penalty": 1.0, "eos_token_id": None, "pad_token_id": 0}
    quiet = {"temperature": None, "top_p": None, "top_k": None, "min_new_tokens": count}
    out = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=count, **plain, **quiet)
    return [int(token) for token in out[0, len(prompt) :]]


@torch.inference_mode()
def bridge_gap(model: Any, forward: Callable[[torch.Tensor], torch.Tensor], prompts: Sequence[Ids]) -> float:
    """Largest difference of next-token log-probabilities between a model and something else that computes them."""
    gaps = []
    for prompt in prompts:
        ids = torch.tensor([prompt], device=model.device)
        ours, theirs = (one[0, -1].double().log_softmax(-1) for one in (model(input_ids=ids).logits, forward(ids)))
        gaps.append(float((ours - theirs).abs().max()))
    return float(np.max(gaps))
