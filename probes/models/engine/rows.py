"""Decoding: one new token per row; keys, values and hidden states in place, in buffers that are allocated once."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from probes.models.engine.attention import Form, grouped, stacked, weighed
from probes.models.engine.cache import Tokens
from probes.models.engine.columns import Columns
from probes.models.engine.stems import Stems


class Rows:
    """`capacity` rows of up to `length` positions; the first `count` are running.

    With `stems`, prompts lie there and a row begins after its prompt.
    """

    def __init__(
        self, capacity: int, length: int, columns: Columns, like: torch.Tensor, stems: Stems | None = None
    ) -> None:
        self.columns = columns
        self.stems = stems
        self.buffers = [  # zeros: a masked key has weight 0, but 0 times what lies about may be NaN
            [like.new_zeros((capacity, heads, length, width), device=device) for heads, width in pair]
            for pair, device in zip(columns.shapes, columns.devices, strict=True)
        ]
        self.hidden = like.new_zeros((capacity, length, columns.widths[0]))
        self.bias = like.new_full((capacity, length), -torch.inf)
        self.starts: list[int] = []
        """Position at which each row begins."""
        self.lengths: list[int] = []
        """Positions each row holds."""
        self._biases: dict[tuple[int | None, torch.device], torch.Tensor] = {}

    @property
    def count(self) -> int:
        """Rows running."""
        return len(self.lengths)

    @staticmethod
    def bytes(columns: Columns, length: int, like: torch.Tensor) -> int:
        """Memory of one row."""
        return columns.offsets[len(columns.shapes) + 1] * length * like.element_size()

    def add(self, rows: torch.Tensor, prompt: Tokens) -> None:
        """Begin a row from what its prompt, and what was drawn so far, left in the prefix cache."""
        self.starts.append(0 if self.stems is None else len(prompt))
        if self.stems is not None:
            self.stems.add(prompt, rows[: len(prompt)])
            rows = rows[len(prompt) :]
        slot, size = self.count, len(rows)
        for layer, pair in enumerate(self.buffers):
            for buffer, part in zip(pair, self.columns.key_value(rows, layer), strict=True):
                buffer[slot, :, :size] = part.transpose(0, 1)
        self.hidden[slot, :size] = self.columns.hidden(rows)
        self.bias[slot, :size] = 0
        self.bias[slot, size:] = -torch.inf
        self.lengths.append(size)

    def taken(self, slot: int, start: int, stop: int) -> torch.Tensor:
        """What a row holds at `[start, stop)` from where it begins, `[position, column]` as in the prefix cache."""
        layers = [(key[slot, None, :, start:stop], value[slot, None, :, start:stop]) for key, value in self.buffers]
        return self.columns.pack(layers, self.hidden[slot, start:stop][None], {})

    def drop(self, slot: int) -> None:
        """End a row; the last one takes its place."""
        last, size = self.count - 1, self.lengths[-1]
        if slot != last:
            for pair in self.buffers:
                for buffer in pair:
                    buffer[slot, :, :size] = buffer[last, :, :size]
            self.hidden[slot, :size] = self.hidden[last, :size]
            self.bias[slot] = self.bias[last]
            self.lengths[slot], self.starts[slot] = size, self.starts[last]
        self.lengths.pop()
        self.starts.pop()
        if self.stems is not None:
            self.stems.drop(slot)

    def advance(self, newest: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """Open the next position of every row for its newest token; returns tokens and positions `[row, 1]`.

        Both go to the device in one piece.
        """
        tokens, self.places, starts = torch.tensor([[*newest], self.lengths, self.starts], device=self.bias.device)
        self.slots = torch.arange(self.count, device=self.bias.device)
        self.bias[self.slots, self.places] = 0
        self.lengths = [length + 1 for length in self.lengths]
        self._biases = {}
        positions = self.places + starts
        if self.stems is not None:
            self.stems.arrange(positions)
        return tokens[:, None], positions[:, None]

    def attend(
        self, layer: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, form: Form
    ) -> torch.Tensor:
        """See `attention.Pass`."""
        longest = max(self.lengths)
        views = []
        for buffer, new in zip(self.buffers[layer], (key, value), strict=True):
            buffer[self.slots.to(new.device), :, self.places.to(new.device)] = new[:, :, 0]
            views.append(buffer[: self.count, :, :longest])
        bias = self._seen(form.window, query.device)
        if self.stems is None:
            return grouped(query, views[0], views[1], bias, form).transpose(1, 2)
        own, weight = weighed(*stacked(query, views[0], views[1], bias, form), form.scaling)
        before, other = self.stems.attend(layer, query, form)
        share = (other - weight.reshape(other.shape)).sigmoid().to(own.dtype)
        return torch.lerp(own.reshape(before.shape), before, share[..., None])[:, None]

    def _seen(self, window: int | None, device: torch.device) -> torch.Tensor:
        if (window, device) not in self._biases:
            bias = self.bias[: self.count, None, : max(self.lengths)]
            if window is not None:
                back = self.places[:, None] - torch.arange(bias.shape[-1], device=bias.device)
                bias = bias.masked_fill((back >= window)[:, None], -torch.inf)
            self._biases[window, device] = bias.to(device)
        return self._biases[window, device]
