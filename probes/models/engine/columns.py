"""How one token's keys, values, hidden state and activations lie in a row of floats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import torch

KeyValue = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True)
class Columns:
    """Offsets into a row: `shapes` per layer the key and value `[heads, width]`, `sites` after the hidden state."""

    shapes: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    widths: tuple[int, ...]
    sites: tuple[str, ...] = ()
    devices: tuple[torch.device, ...] = ()
    """Where each layer computes."""

    @classmethod
    def of(cls, layers: Sequence[KeyValue], hidden: torch.Tensor, seen: Mapping[str, torch.Tensor]) -> Columns:
        """The layout of what one pass computed."""
        shapes = tuple(((key.shape[1], key.shape[3]), (value.shape[1], value.shape[3])) for key, value in layers)
        widths = (hidden.shape[-1], *(value.shape[-1] for value in seen.values()))
        return cls(shapes, widths, tuple(seen), tuple(key.device for key, _ in layers))

    @cached_property
    def offsets(self) -> list[int]:
        """Where every layer's keys begin, then where the hidden state, every site and nothing more begin."""
        sizes = [sum(h * w for h, w in pair) for pair in self.shapes]
        return list(accumulate([*sizes, *self.widths], initial=0))

    @property
    def width(self) -> int:
        """Floats a token."""
        return self.offsets[-1]

    def pack(self, layers: Sequence[KeyValue], hidden: torch.Tensor, seen: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """One pass over `[1, token]` as rows `[token, column]`."""
        parts = [part[0].transpose(0, 1).flatten(1) for pair in layers for part in pair]
        parts += [hidden[0], *(seen[site][0] for site in self.sites)]
        return torch.cat([part.to(hidden.device) for part in parts], dim=1)

    def key_value(self, rows: torch.Tensor, layer: int) -> KeyValue:
        """Views `[token, heads, width]` of a layer's keys and values."""
        views, start = [], self.offsets[layer]
        for heads, width in self.shapes[layer]:
            views.append(rows[:, start : start + heads * width].unflatten(1, (heads, width)))
            start += heads * width
        return views[0], views[1]

    def hidden(self, rows: torch.Tensor) -> torch.Tensor:
        """View `[token, width]` of the final hidden states."""
        start, stop = self.offsets[len(self.shapes) : len(self.shapes) + 2]
        return rows[:, start:stop]

    def captured(self, rows: torch.Tensor) -> torch.Tensor:
        """View `[token, columns]` of the activations at all sites, in the order of `sites`."""
        return rows[:, self.offsets[len(self.shapes) + 1] :]

    def by_site(self, values: torch.Tensor) -> dict[str, torch.Tensor]:
        """Site -> `[row, width]` from rows as `captured` cuts them."""
        return dict(zip(self.sites, values.split(list(self.widths[1:]), dim=1), strict=True))
