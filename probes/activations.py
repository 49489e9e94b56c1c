"""Activations of an ordinary run, streamed to safetensors beside its trial records, one file a batch.

A file holds one float32 array `[questions, width]` for every `site@span` and, in its header, the trial key and question
number of every row. It is written whole or not at all, before the trials that it belongs to: a run that was interrupted
goes on where its records end, and a file is never changed. `analysis.inside.activations` reads them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from probes.core import Model
from probes.files import replacing
from probes.questions import Question, Reply
from probes.records import Memory, Records

PREFIX = "activations"
Place = tuple[str, int]
"""Trial key and number of the question in the trial."""


@dataclass(frozen=True)
class Capture:
    """What to bring back from every question of a run: `run(probe, model, out=..., capture=Capture(...))`.

    sites: `blocks.7.hook_resid_post` and the like.  spans: `last` (the last prompt token) or `turn:K` (mean of a turn).
    A question that names sites itself keeps its own and is not stored.

    Memory: a batch holds `questions x sites x spans x width` floats until it is written, and the engine keeps
    `sites x width` floats a cached token within the bound of its prefix cache.
    """

    sites: tuple[str, ...]
    spans: tuple[str, ...] = ("last",)

    @classmethod
    def layers(cls, model: Model, every: int = 1, spans: Sequence[str] = ("last",)) -> Capture:
        """The residual stream after every `every`-th block, counted back from the last one.

        Raises ValueError for a model without weights.
        """
        count = getattr(model, "blocks", None)
        if count is None:
            raise ValueError(f"{model.name} has no activations: capture needs weights")
        chosen = sorted(range(count - 1, -1, -every))
        return cls(tuple(f"blocks.{layer}.hook_resid_post" for layer in chosen), tuple(spans))

    @property
    def names(self) -> list[str]:
        """`site@span` of everything that is stored."""
        return [f"{site}@{span}" for site in self.sites for span in self.spans]

    def asking(self, question: Question) -> Question:
        """The question, asked for activations too."""
        return question if question.sites else replace(question, sites=self.sites, spans=self.spans)


class Store:
    """The files of one probe's folder, and which questions they hold with everything `capture` names."""

    def __init__(self, folder: Path, capture: Capture) -> None:
        self.folder = folder
        self.capture = capture
        folder.mkdir(parents=True, exist_ok=True)
        for torn in folder.glob(f".{PREFIX}-*"):
            torn.unlink()
        shards = sorted(folder.glob(f"{PREFIX}-*.safetensors"))
        self._next = 1 + max((int(shard.stem.rpartition("-")[2]) for shard in shards), default=-1)
        self._held: set[Place] = set()
        for shard in shards:
            places, names = _header(shard)
            self._held |= places if set(capture.names) <= names else set()

    def ask_again(self, keys: Iterable[str], records: Records | Memory) -> None:
        """Let finished trials be asked again whose activations are not all here."""
        for key in keys:
            if key in records and not self._complete(records.get(key)):
                records.forget(key)

    def _complete(self, record: Mapping[str, Any]) -> bool:
        wanted = [number for number, asked in enumerate(record["asked"]) if not asked.get("sites")]
        return all((record["key"], number) in self._held for number in wanted)

    def covered(self, key: str, parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The replies kept of an unfinished trial, up to the first whose activations were lost."""
        found: list[dict[str, Any]] = []
        number = 0
        for part in parts:
            stop = number + (len(part["question"]) if isinstance(part["question"], list) else 1)
            if not all((key, at) in self._held for at in range(number, stop)):
                break
            found.append(part)
            number = stop
        return found

    def keep(self, replies: Sequence[tuple[Place, Question, Reply]]) -> None:
        """Write the activations of a batch and wait until they are on the disk."""
        kept = [(place, reply) for place, question, reply in replies if not question.sites and place not in self._held]
        if not kept:
            return
        if any(name not in reply.activations for _, reply in kept for name in self.capture.names):
            raise ValueError("the model brought no activations back: capture needs weights")
        arrays = {name: np.stack([reply.activations[name] for _, reply in kept]) for name in self.capture.names}
        path = self.folder / f"{PREFIX}-{self._next:06d}.safetensors"
        _write(path, arrays, [place for place, _ in kept])
        self._next += 1
        self._held |= {place for place, _ in kept}


def _write(path: Path, arrays: Mapping[str, np.ndarray], places: Sequence[Place]) -> None:
    from safetensors.numpy import save

    with replacing(path) as stream:
        stream.write(save(dict(arrays), metadata={"places": json.dumps(places)}))


def _header(path: Path) -> tuple[set[Place], set[str]]:
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as shard:
        places = json.loads((shard.metadata() or {}).get("places", "[]"))
        return {(str(key), int(number)) for key, number in places}, set(shard.keys())
