"""Reading the activations of a run: only the site and span that is asked for, in the order of the keys given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import safe_open

from probes.schema import Unreadable, arrays

Asked = int | Sequence[int] | None


@dataclass(frozen=True)
class Stored:
    """What a records folder holds."""

    files: tuple[Path, ...]
    names: tuple[str, ...]
    rows: Mapping[Path, Mapping[int, str]]
    """File -> row -> identity of the question, of rows that are as they were written."""
    asked: Mapping[str, Sequence[str]]
    """Trial key -> identity of each of its questions, once the run is finished."""

    @property
    def asks(self) -> tuple[str, ...]:
        """Identity of every question that has activations, in the order written."""
        return tuple(dict.fromkeys(ask for rows in self.rows.values() for ask in rows.values()))

    @property
    def sites(self) -> tuple[str, ...]:
        """Sites, by layer."""
        captured = dict.fromkeys(name.rpartition("@")[0] for name in self.names)
        return tuple(sorted(captured, key=lambda site: (layer(site), site)))

    @property
    def spans(self) -> tuple[str, ...]:
        """Spans."""
        return tuple(dict.fromkeys(name.rpartition("@")[2] for name in self.names))

    def layers(
        self, keys: Sequence[str], span: str = "last", question: Asked = None
    ) -> Iterator[tuple[str, np.ndarray]]:
        """`(site, rows)` of every site, by layer, one at a time in memory; see `at`."""
        for site in self.sites:
            yield site, self.at(site, span, keys, question)

    def at(self, site: str, span: str, keys: Sequence[str], question: Asked = None) -> np.ndarray:
        """float32 `[key, width]`: one row per trial key (keys may repeat).

        question: number of the question in its trial, one for all or one a key; by default the mean over the trial's
        questions. One file is open at a time; memory is that of the result. KeyError names what is not there.
        """
        name = f"{site}@{span}"
        if name not in self.names:
            raise KeyError(f"{name} was not captured; there are {', '.join(self.names)}")
        wanted = self._wanted(keys, question)
        sums, counts = np.zeros(0, np.float32), np.zeros(len(keys), np.float32)
        for file in reversed(self.files):  # where a question was asked twice, the later one holds
            with safe_open(file, framework="numpy") as shard:
                asks = self.rows[file] if name in shard.keys() else {}  # noqa: SIM118 (not a mapping)
                stored = [(at, to) for at, ask in asks.items() for to in wanted.pop(ask, ())]
                if stored:
                    rows, targets = (list(side) for side in zip(*stored, strict=True))
                    values = shard.get_tensor(name)[rows].astype(np.float32)
                    sums = sums if sums.size else np.zeros((len(keys), values.shape[1]), np.float32)
                    np.add.at(sums, targets, values)
                    np.add.at(counts, targets, 1)
        if not counts.all():
            missing = f"no activations of {int((counts == 0).sum())} of {len(keys)} trials at {name}, or altered ones"
            raise KeyError(f"{missing}; run the same command again with its capture")
        return sums / counts[:, None]

    def _wanted(self, keys: Sequence[str], question: Asked) -> dict[str, list[int]]:
        """`ask` of a question -> rows of the result that it belongs to."""
        numbers = [question] * len(keys) if question is None or isinstance(question, int) else list(question)
        wanted: dict[str, list[int]] = {}
        for row, (key, number) in enumerate(zip(keys, numbers, strict=True)):
            asks = self.asked.get(key, [])
            for ask in asks if number is None else asks[number : number + 1]:
                wanted.setdefault(ask, []).append(row)
        return wanted


def read(out: str | Path, probe: str) -> Stored:
    """The activations of a probe in a run folder. FileNotFoundError if the run was made without `capture`."""
    folder = Path(out) / "records" / probe
    files = tuple(sorted(folder.glob("activations-*.safetensors")))
    if not files:
        raise FileNotFoundError(f"{folder} holds no activations: run the probe with capture=probes.Capture(...)")
    names: dict[str, None] = {}
    rows = {}
    for file in files:
        held, rows[file] = arrays.intact(file)
        names |= dict.fromkeys(sorted(held))
    index = folder / "activations.json"
    try:
        asked = json.loads(index.read_text(encoding="utf-8")) if index.exists() else {}
    except ValueError as error:
        raise Unreadable(f"{index} is damaged; run the same command again") from error
    return Stored(files, tuple(names), rows, asked)


def layer(site: str) -> int:
    """7 of `blocks.7.hook_resid_post`."""
    return int(site.split(".")[1])
