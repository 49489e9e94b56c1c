"""Prompts that several rows continue: their keys and values lie in memory once, and a step reads them once for all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import torch

from probes.models.engine.attention import Form, weighed
from probes.models.engine.cache import Tokens
from probes.models.engine.columns import Columns, KeyValue

SHARED = 4
"""Rows a prompt, on average, from which this is faster than a copy of the prompt in every row."""
_UNSEEN = -1e30
"""Of a key outside the window; minus infinity for all keys of a prompt would be no number."""


def worthwhile(prompts: Sequence[Tokens], rows: int, columns: Columns) -> bool:
    """Whether prompts are shared enough. A row alone is computed as ever, whoever else is asked."""
    plain = all(key[1] == value[1] for key, value in columns.shapes)
    on_cpu = all(device.type == "cpu" for device in columns.devices)
    return plain and on_cpu and rows > 1 and len(prompts) >= SHARED * len(set(prompts))


class Stems:
    """The prompts of the running rows, slot by slot."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._of: list[Tokens] = []
        self._known: dict[Tokens, list[KeyValue]] = {}

    def add(self, prompt: Tokens, rows: torch.Tensor) -> None:
        """The next slot continues a prompt, whose rows are `[position, column]`."""
        self._of.append(prompt)
        if prompt not in self._known:
            pairs = (self._columns.key_value(rows, layer) for layer in range(len(self._columns.shapes)))
            self._known[prompt] = [(key.transpose(0, 1).contiguous()[None], value.transpose(0, 1).contiguous()[None])
                                   for key, value in pairs]  # fmt: skip

    def drop(self, slot: int) -> None:
        """End a row; the last one takes its place."""
        prompt = self._of[slot]
        self._of[slot] = self._of[-1]
        self._of.pop()
        if prompt not in self._of:
            del self._known[prompt]

    def arrange(self, places: torch.Tensor) -> None:
        """Before a step: bring rows of one prompt together. `places` are the positions of the newest tokens."""
        order = sorted(range(len(self._of)), key=self._of.__getitem__)
        self._order = torch.tensor(order)
        self._back = self._order.argsort()
        self._places = places[self._order]
        self._groups = [(prompt, len(list(same))) for prompt, same in groupby(self._of[slot] for slot in order)]

    def attend(self, layer: int, query: torch.Tensor, form: Form) -> tuple[torch.Tensor, torch.Tensor]:
        """As `attention.weighed`, over the prompts alone."""
        heads, group = query.shape[1], query.shape[1] // self._columns.shapes[layer][0][0]
        stacked = query[self._order].view(len(query), heads // group, group, -1).transpose(0, 1)
        parts, start = [], 0
        for prompt, count in self._groups:
            rows = slice(start, start := start + count)
            one = stacked[:, rows].reshape(1, heads // group, count * group, -1)
            bias = self._bias(rows, len(prompt), group, form.window, query.dtype)
            parts.append(weighed(one, *self._known[prompt][layer], bias, form.scaling))
        out, weight = (torch.cat(pieces, dim=2)[0].unflatten(1, (-1, group)) for pieces in zip(*parts, strict=True))
        return tuple(part[:, self._back].transpose(0, 1).flatten(1, 2) for part in (out, weight))

    def _bias(self, rows: slice, size: int, group: int, window: int | None, dtype: torch.dtype) -> torch.Tensor | None:
        places = self._places[rows]
        if window is None or int(places.max()) < window:
            return None
        far = places[:, None] - torch.arange(size) >= window
        return torch.zeros(far.shape, dtype=dtype).masked_fill_(far, _UNSEEN).repeat_interleave(group, 0)[None, None]
