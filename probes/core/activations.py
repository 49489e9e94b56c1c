"""Activations of an ordinary run, streamed to safetensors beside its trial records, found again by question.

A file holds one float32 array `[questions, width]` for every `site@span` and, in its header, the `ask` of every row
(`probes.script.ask`) and its checksum. It is written whole or not at all, before the records that it belongs to, and
never changed. `activations-*` are those that `capture` asked for, `sites-*` those of questions that name sites
themselves: a replayed script gets them from there. `activations.json` says which trial key asked what.
`analysis.inside.tables.activations` reads them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from probes.core.files import write_json
from probes.core.probe import Model
from probes.core.questions import Question, Reply
from probes.schema import arrays, replacing

PREFIX, OWN = "activations", "sites"
Asked = tuple[str, Question, Reply]
"""The `ask` of a question, the question, and its reply with activations."""


@dataclass(frozen=True)
class Capture:
    """Activations to bring back from every question of a run: `run(probe, model, out=..., capture=Capture(...))`.

    A question that names sites itself keeps its own. A batch holds `questions x sites x spans x width` float32 values
    until it is written; the engine keeps `sites x width` for each cached token within the bound of its prefix cache.

    Parameters
    ----------
    sites : tuple of str
        Names of activations, such as `blocks.7.hook_resid_post`.
    spans : tuple of str
        `last` (the last token of the prompt) or `turn:K` (mean over the tokens of turn K).

    Examples
    --------
    >>> Capture(("blocks.7.hook_resid_post",), ("last", "turn:0")).names
    ['blocks.7.hook_resid_post@last', 'blocks.7.hook_resid_post@turn:0']
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


class Arrays:
    """The files of one prefix in a probe's folder, and which intact rows of them belong to which question."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.folder, self.prefix = folder, prefix
        for torn in folder.glob(f".{prefix}-*"):
            torn.unlink()
        self._files: list[tuple[Path, frozenset[str]]] = []
        self._rows: dict[str, list[tuple[int, int]]] = {}
        """Ask -> (file, row), oldest first."""
        for path in self._paths():
            self._enter(path, *arrays.intact(path))

    def holds(self, ask: str, names: Iterable[str]) -> bool:
        """Whether everything named is here for a question."""
        names_held = [self._files[file][1] for file, _ in self._rows.get(ask, ())]
        return set(names) <= set().union(*names_held)

    def read(self, ask: str, names: Iterable[str]) -> dict[str, np.ndarray]:
        """`site@span` -> float32 array [width] of one question, the latest where there are several."""
        from safetensors import safe_open

        vectors: dict[str, np.ndarray] = {}
        for file, row in self._rows[ask]:
            path, held = self._files[file]
            with safe_open(path, framework="numpy") as shard:
                vectors |= {name: shard.get_slice(name)[row : row + 1][0] for name in names if name in held}
        return vectors

    def write(self, names: Sequence[str], rows: Sequence[tuple[str, Reply]]) -> None:
        """Write one file and wait until it is on the disk."""
        from safetensors.numpy import save

        if any(name not in reply.activations for _, reply in rows for name in names):
            raise ValueError("the model brought no activations back: capture needs weights")
        values = {name: np.stack([reply.activations[name] for _, reply in rows]) for name in names}
        number = 1 + max((int(path.stem.rpartition("-")[2]) for path in self._paths()), default=-1)
        path = self.folder / f"{self.prefix}-{number:06d}.safetensors"
        asks = [ask for ask, _ in rows]
        with replacing(path) as stream:
            stream.write(save(values, metadata=arrays.header(values, asks)))
        self._enter(path, frozenset(names), dict(enumerate(asks)))

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob(f"{self.prefix}-*.safetensors"))

    def _enter(self, path: Path, names: frozenset[str], asks: Mapping[int, str]) -> None:
        self._files.append((path, names))
        for row, ask in asks.items():
            self._rows.setdefault(ask, []).append((len(self._files) - 1, row))


class Store:
    """Activations of one probe's folder: those that a run captures and those that its questions name themselves."""

    def __init__(self, folder: Path, capture: Capture | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.capture = folder, capture
        self._captured, self._own = Arrays(folder, PREFIX), Arrays(folder, OWN)

    def asking(self, question: Question) -> Question:
        """The question, asked for what is captured too: of the model under test, not of its partners."""
        if question.sites or question.to or not self.capture:
            return question
        return replace(question, sites=self.capture.sites, spans=self.capture.spans)

    def holds(self, ask: str, question: Question) -> bool:
        """Whether a question need not be asked again for its activations."""
        names = self._names(question)
        return not names or self._arrays(question).holds(ask, names)

    def complete(self, ask: str, question: Question, reply: Reply) -> Reply:
        """The reply as the script got it: with the activations that its question named."""
        if not question.sites:
            return reply
        return replace(reply, activations=self._own.read(ask, self._names(question)))

    def keep(self, replies: Iterable[Asked]) -> None:
        """Write the activations of a batch, one file for every set of names."""
        groups: dict[tuple[str, ...], dict[str, Asked]] = {}
        for ask, question, reply in replies:
            names = tuple(self._names(question))
            if names and not self.holds(ask, question):
                groups.setdefault((OWN if question.sites else PREFIX, *names), {})[ask] = ask, question, reply
        for (_, *chosen), rows in groups.items():
            _, question, _ = next(iter(rows.values()))
            self._arrays(question).write(tuple(chosen), [(ask, reply) for ask, _, reply in rows.values()])

    def point(self, asked: Mapping[str, Sequence[str]]) -> None:
        """Write down which trial key asked what, for the readers of what was captured."""
        if self.capture:
            path = self.folder / f"{PREFIX}.json"
            try:
                earlier = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):  # none yet, or damaged: this run's keys are written anew
                earlier = {}
            write_json(path, {**(earlier if isinstance(earlier, dict) else {}), **asked})

    def _arrays(self, question: Question) -> Arrays:
        return self._own if question.sites else self._captured

    def _names(self, question: Question) -> list[str]:
        if question.sites:
            return Capture(question.sites, question.spans).names
        return self.capture.names if self.capture and not question.to else []
