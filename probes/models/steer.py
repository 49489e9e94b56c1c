"""Steering: the same model, pushed along a direction while it answers. Any probe runs on it without knowing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from probes.core import Model, Probe, Question, Reply
from probes.core.progress import Progress, quiet
from probes.core.run import run
from probes.models.asking import Request
from probes.models.code import code_digest
from probes.models.engine.edits import Edit, mark
from probes.models.local import LocalModel

SPANS = ("reply", "all")


class Steered:
    """`base` with `strength * direction` added at `site` wherever `span` says.

    direction: float array [width], in the units of the activations; a mean difference moves by itself at strength 1.
    span: `reply` (the last token of the prompt and everything generated after it), `all` (every position), `turn:K`.
    label: what the direction is called in names and records.

    Its requests are those of `base` with the edit marked in them, and `base` answers them: weights, tokenizer, engine
    and prefix cache are the base's, name, fingerprint and digest are its own, so that records never mix. Raises
    ValueError where the engine cannot change activations.
    """

    def __init__(
        self, base: Model, direction: Any, strength: float, site: str, span: str = "reply", label: str = "direction"
    ) -> None:
        self.base = able(base)
        vector = _checked(self.base, direction, strength)
        if span not in SPANS and not span.startswith("turn:"):
            raise ValueError(f"span {span!r} is none of {', '.join(SPANS)}, turn:K")
        self.span = span
        self.name = f"{self.base.name} {strength:+g} {label} at {site} ({span})"
        self.fingerprint = code_digest(self.base.fingerprint, vector.tobytes(), site, span, type(self))
        how = {"label": label, "strength": strength, "site": site, "span": span, "norm": float(np.linalg.norm(vector))}
        self.info = {**self.base.info, "fingerprint": self.fingerprint, "steering": how}
        self.edit = self.base.engine.edits.add(Edit({site: vector}, onward=span in SPANS))

    @property
    def blocks(self) -> int:
        """How many blocks the base has."""
        return self.base.blocks

    def reply(self, questions: Sequence[Question], progress: Callable[[int], None] | None = None) -> list[Reply]:
        """The base's answers under the edit, in the order of the questions."""
        return self.base.answered(questions, [self.requests(question) for question in questions], progress)

    def digest(self, question: Question) -> str:
        """What the base would compute, and how it is changed."""
        return hashlib.sha256(f"{self.base.digest(question)}{self.fingerprint}".encode()).hexdigest()

    def requests(self, question: Question, seed: int | None = None) -> list[Request]:
        """The base's requests, with the edit marked on the tokens of the span."""
        plain = self.base.requests(question, seed)
        spans = [self._turn(talk, question) for talk in (question.transcript, *getattr(question, "contexts", ()))]
        return [self._marked(request, span) for request, span in zip(plain, spans, strict=True)]

    def _turn(self, transcript: Any, question: Question) -> tuple[int, int] | None:
        if not self.span.startswith("turn:"):
            return None
        return self.base.chat.encode(transcript, question.role, question.prefill).spans[int(self.span[5:])]

    def _marked(self, request: Request, turn: tuple[int, int] | None) -> Request:
        ids = request.prompt
        start, stop = turn or {"all": (0, len(ids)), "reply": (len(ids) - 1, len(ids))}[self.span]
        return replace(request, prompt=(*ids[:start], *mark(ids[start:stop], self.edit), *ids[stop:]))


def placebos(direction: Any, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Directions that mean nothing, of the same norm: `random 1`, ... (Gaussian) and `permuted 1`, ... (its own
    coordinates in another order, so that a few large ones stay as large)."""
    vector = np.asarray(direction, dtype=np.float32)
    blanks: dict[str, np.ndarray] = {}
    for k in range(1, count + 1):
        drawn = rng.normal(size=len(vector))
        blanks[f"random {k}"] = (drawn * np.linalg.norm(vector) / np.linalg.norm(drawn)).astype(np.float32)
        blanks[f"permuted {k}"] = rng.permutation(vector)
    return blanks


def doses(probes: Sequence[Probe], base: Model, directions: Mapping[str, Any], strengths: Sequence[float], site: str,
          blanks: Mapping[str, Any] | None = None, span: str = "reply", seed: int = 0) -> pd.DataFrame:  # fmt: skip
    """The records tables of every probe at every direction and strength, with columns `direction` and `strength`.

    blanks: placebos, pushed at the strongest doses only (the largest strength and its negative), in the first probe.
    The unsteered model is there once, as direction `none` at strength 0. Nothing is written to disk.
    """
    most = max(abs(strength) for strength in strengths)
    planned = [(label, way, strength) for label, way in directions.items() for strength in strengths if strength]
    planned += [(label, way, strength) for label, way in (blanks or {}).items() for strength in (-most, most)]
    models: list[tuple[str, float, Model]] = [("none", 0.0, base)]
    models += [(label, s, Steered(base, way, s, site, span, label)) for label, way, s in planned]
    tables = []
    bar = Progress("steered runs", len(models))
    with quiet():
        for label, strength, model in models:
            for probe in probes[:1] if label in (blanks or {}) else probes:
                tables.append(run(probe, model, seed=seed).assign(direction=label, strength=float(strength)))
            bar.finished(1)
    bar.close()
    return pd.concat(tables, ignore_index=True)


def able(base: Model) -> LocalModel:
    """The model, if its activations can be changed; ValueError says in words why not."""
    if isinstance(base, Steered):
        raise ValueError("a steered model is steered once; add the directions and steer the base by their sum")
    if not isinstance(base, LocalModel):
        raise ValueError(f"{base.name} has no activations to change: steering needs weights")
    if "thinking" in base.info:
        raise ValueError(f"{base.name} thinks before it answers; load it with thinking='off' to steer it")
    if not base.engine.sharing:
        raise ValueError(f"{base.name} is not steered: {base.engine.info['sharing_why']}")
    return base


def _checked(base: LocalModel, direction: Any, strength: float) -> np.ndarray:
    vector = np.asarray(direction, dtype=np.float32) * np.float32(strength)
    width = base.model.config.get_text_config().hidden_size
    if vector.shape != (width,) or not np.isfinite(vector).all():
        raise ValueError(f"a direction for {base.name} is {width} finite numbers, not {vector.shape}")
    return vector
