"""What a server must do before its numbers count. Its weights are out of reach, so it is compared with itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from probes.core.transcript import Transcript
from probes.models.check import failed
from probes.models.engine import SampledIds, SampleIds, ScoreIds
from probes.models.gguf import LoadError
from probes.models.shapes import SHAPES, shape

if TYPE_CHECKING:
    from probes.models.served.model import ServedModel

TOLERANCE = 0.15
"""Nats; what bfloat16 and batches of other shapes explain. Weights out of reach cannot be compared with themselves, as
those in reach are."""
ITEMS = 20
STEPS = 6
TEXTS = ("Is seven larger than three?\n\nAnswer A or B.", "Zwei Vögel, 12 °C: naïve café (x[0] != y);", " The  end.\n")
_WORDS = ("river", "window", "seven", "green", "music", "paper", "winter", "horse", "stone", "letter")


def require(model: ServedModel) -> None:
    """Note in `info` what was compared and whether logarithms are of a heated distribution.

    Raises LoadError where the server has another tokenizer, or does not agree with itself.
    """
    _same_tokenizer(model)
    found = {**_shapes(model), **_consistent(model)}
    model.info["checks"] = found
    if bad := failed(found):
        raise LoadError(f"{model.name} fails its self-check ({bad}); its numbers would be wrong")


def prompts(model: ServedModel) -> list[tuple[int, ...]]:
    """Twenty questions as token ids."""
    asked = [f"Which is longer, a {one} or a {_WORDS[(k + 3) % 10]}?" for k, one in enumerate(_WORDS)]
    asked += [f"Write a sentence about a {word}." for word in _WORDS]
    return [model.chat.encode(Transcript().user(text), "assistant").ids for text in asked[:ITEMS]]


def signature(model: ServedModel) -> list[float]:
    """Log-probabilities, in nats, of fixed tokens after the probe prompts: what tells models apart."""
    target = tuple(model.tokenizer("The answer", add_special_tokens=False)["input_ids"])
    results = model.engine.run([ScoreIds(prompt, (target,)) for prompt in prompts(model)[:8]])
    return [float(value) for result in results for value in result.logprobs[0]]


def _same_tokenizer(model: ServedModel) -> None:
    for text in TEXTS:
        ours = model.tokenizer(text, add_special_tokens=False)["input_ids"]
        theirs = model.engine.dialect.tokens(text)
        if theirs is not None and list(theirs) != list(ours):
            raise LoadError(
                f"{model.name}: the server tokenises {text!r} otherwise than the tokenizer that was given "
                f"({theirs[:6]} against {list(ours)[:6]}); give the folder of the model that the server runs"
            )


def _shapes(model: ServedModel) -> dict[str, Any]:
    return {f"template, {name}": shape(model, *one)[1] for name, one in SHAPES.items()}


def _consistent(model: ServedModel) -> dict[str, Any]:
    """Scores alone and in a batch, a sampled turn against its own rescoring, the mass of a plain choice."""
    engine, asked = model.engine, prompts(model)
    targets = [tuple(prompt[-2:]) for prompt in asked]
    requests = [ScoreIds(prompt, (target,)) for prompt, target in zip(asked, targets, strict=True)]
    together = [result.logprobs[0] for result in engine.run(requests)]
    alone = [engine.run([request])[0].logprobs[0] for request in requests[:4]]
    found = {"batch_against_single": _verdict(together[:4], alone)}
    greedy, heated = (_rescored(model, asked[:4], heat) for heat in (0.0, 0.5))
    found["greedy_turn_against_rescoring"] = greedy
    if greedy["passed"] and not heated["passed"]:  # what it gives is of the heated distribution
        engine.rescore = True
        heated = {"passed": True, "reason": "the server heats what it reports: turns are scored again"}
    engine.info["rescored"] = engine.rescore
    return {**found, "heated_turn_against_rescoring": heated, "option_mass": _mass(model)}


def _rescored(model: ServedModel, asked: list[tuple[int, ...]], heat: float) -> dict[str, Any]:
    engine = model.engine
    turns = engine.run(
        [SampleIds(prompt, STEPS, heat, seed=3 + k, stop=model.stop_ids) for k, prompt in enumerate(asked)]
    )
    pairs = [
        (prompt, turn) for prompt, turn in zip(asked, turns, strict=True) if isinstance(turn, SampledIds) and turn.ids
    ]
    if not pairs:
        return {"passed": None, "reason": "the model ends every turn at once"}
    again = engine.run([ScoreIds(prompt, (tuple(turn.ids),)) for prompt, turn in pairs])
    return _verdict([np.array(turn.logprobs) for _, turn in pairs], [result.logprobs[0] for result in again])


def _mass(model: ServedModel) -> dict[str, Any]:
    """Probability of all options of a plain choice; more than one means that ids are read wrongly."""
    labels = tuple(tuple(model.tokenizer(label, add_special_tokens=False)["input_ids"][:1]) for label in "ABCD")
    (result,) = model.engine.run([ScoreIds(prompts(model)[0], tuple(dict.fromkeys(labels)))])
    mass = float(sum(np.exp(row[0]) for row in result.logprobs))
    return {"passed": mass <= 1 + 1e-3, "mass": mass}


def _verdict(left: list[Any], right: list[Any]) -> dict[str, Any]:
    gap = float(np.max([np.abs(one - two).max() for one, two in zip(left, right, strict=True)]))
    return {"passed": bool(gap <= TOLERANCE), "largest_difference": gap}
