"""One forward pass over many runs of tokens at once, each seeing exactly its own path through the prefix tree.

The runs lie end to end in a batch of one: no padding, and every shared token once. Attention goes block by block (a few
neighbouring runs and the keys of their path), so no query meets the keys of a stranger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

import numpy as np
import torch

from probes.models.engine.attention import Form, grouped
from probes.models.engine.cache import Node
from probes.models.engine.columns import Columns, KeyValue


@dataclass
class Block:
    """Neighbouring runs `nodes` at `[start, stop)` of the pass, attending to `base` (their path) and to themselves."""

    start: int
    stop: int
    base: list[Node]
    nodes: list[Node]
    biases: dict[tuple[int | None, torch.device], torch.Tensor] = field(default_factory=dict)

    def bias(self, window: int | None, like: torch.Tensor) -> torch.Tensor:
        """`[1, query, key]`: 0 where a query sees a key, -inf elsewhere."""
        place = (window, like.device)
        if place not in self.biases:
            self.biases[place] = torch.from_numpy(self._seen(window)).to(like)[None]
        return self.biases[place]

    def _seen(self, window: int | None) -> np.ndarray:
        keys = [*self.base, *self.nodes]
        ends = np.cumsum([0, *(len(node.tokens) for node in keys)])
        column = {id(node): slice(a, b) for node, a, b in zip(keys, ends[:-1], ends[1:], strict=True)}
        bias = np.full((self.stop - self.start, ends[-1]), -np.inf, dtype=np.float32)
        places = np.concatenate([np.arange(len(node.tokens)) + node.start for node in keys])
        for node in self.nodes:
            here = slice(column[id(node)].start - ends[len(self.base)], column[id(node)].stop - ends[len(self.base)])
            for seen in node.path():
                bias[here, column[id(seen)]] = 0
            back = places[column[id(node)]][:, None] - places[None, :]
            bias[here][(back < 0) | (back >= (window or np.inf))] = -np.inf
        return bias


class Packed:
    """The pass over `nodes`, in an order where parents come before children."""

    def __init__(self, nodes: Sequence[Node], columns: Columns | None, widest: int) -> None:
        self.columns = columns
        self.tokens = [token for node in nodes for token in node.tokens]
        self.positions = [node.start + at for node in nodes for at in range(len(node.tokens))]
        ends = list(accumulate((len(node.tokens) for node in nodes), initial=0))
        self.spans = {id(node): span for node, span in zip(nodes, pairwise(ends), strict=True)}
        self.blocks = _blocks(nodes, self.spans, widest)
        self.layers: dict[int, KeyValue] = {}

    def attend(
        self, layer: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, form: Form
    ) -> torch.Tensor:
        """See `attention.Pass`."""
        self.layers[layer] = (key, value)
        new = key[0].transpose(0, 1), value[0].transpose(0, 1)
        outs = []
        for block in self.blocks:
            keys, values = self._gather(block, layer, new)
            queries = query[:, :, block.start : block.stop]
            outs.append(grouped(queries, keys, values, block.bias(form.window, query), form))
        return torch.cat(outs, dim=2).transpose(1, 2)

    def _gather(self, block: Block, layer: int, new: KeyValue) -> KeyValue:
        parts = [self._part(node, layer, new) for node in block.base]
        parts.append((new[0][block.start : block.stop], new[1][block.start : block.stop]))
        keys, values = (torch.cat(pieces).transpose(0, 1)[None] for pieces in zip(*parts, strict=True))
        return keys, values

    def _part(self, node: Node, layer: int, new: KeyValue) -> KeyValue:
        if id(node) in self.spans:
            start, stop = self.spans[id(node)]
            return new[0][start:stop], new[1][start:stop]
        assert self.columns is not None
        assert node.rows is not None
        key, value = self.columns.key_value(node.rows, layer)
        return key.to(new[0].device), value.to(new[1].device)


def _blocks(nodes: Sequence[Node], spans: dict[int, tuple[int, int]], widest: int) -> list[Block]:
    blocks: list[Block] = []
    inside: set[int] = set()
    for node in nodes:
        start, stop = spans[id(node)]
        last = blocks[-1] if blocks else None
        kin = last and (id(node.parent) in inside or node.parent is last.nodes[0].parent)
        if last and kin and stop - last.start <= widest:
            last.nodes.append(node)
            last.stop = stop
            inside.add(id(node))
        else:
            blocks.append(Block(start, stop, node.path()[:-1], [node]))
            inside = {id(node)}
    return blocks
