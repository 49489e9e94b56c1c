"""A model's stack of blocks, run over runs of tokens through the prefix cache, and its output head."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from transformers import PreTrainedModel

from probes.models.engine.attention import Pass, using
from probes.models.engine.cache import Node, Prefixes, Tokens
from probes.models.engine.capture import capture
from probes.models.engine.columns import Columns
from probes.models.engine.draw import precise
from probes.models.engine.edits import Edits, unmarked
from probes.models.engine.packed import Packed
from probes.models.engine.products import Products


class Trunk:
    """One model with one prefix cache; `sites` are captured in every pass and kept beside the keys and values.

    `edits` are made at the positions whose tokens are marked with them.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        cache: Prefixes,
        sites: Sequence[str] = (),
        edits: Edits | None = None,
        products: Products | None = None,
    ) -> None:
        self.model = model
        self.cache = cache
        self.config = model.config.get_text_config()
        self.sites = tuple(sites)
        self.edits = Edits() if edits is None else edits
        self.products = products or Products(model, room=0)
        self.columns: Columns | None = None

    def fill(self, sequences: Sequence[Tokens], limit: int) -> list[Node]:
        """The ends of the sequences, everything on their paths computed, in passes of about `limit` tokens.

        Passes are made equal, a half more or less than the limit: what little is left over costs nearly a whole pass.
        """
        ends = [self.cache.insert(tokens)[0] for tokens in sequences]
        pending = {id(node): node for end in ends for node in end.path() if node.rows is None}
        total = sum(len(node.tokens) for node in pending.values())
        each = total / max(1, round(total / limit))
        chunk: list[Node] = []
        size = 0
        for node in pending.values():
            if chunk and size + len(node.tokens) / 2 > each:
                self._compute(chunk)
                chunk, size = [], 0
            chunk.append(node)
            size += len(node.tokens)
        if chunk:
            self._compute(chunk)
        return ends

    def rows(self, end: Node) -> torch.Tensor:
        """`[position, column]` of a whole sequence."""
        return torch.cat([node.rows for node in end.path() if node.rows is not None])

    def hidden(self, end: Node, count: int) -> torch.Tensor:
        """Final hidden states `[count, width]` at the last positions of a sequence."""
        assert self.columns is not None
        parts: list[torch.Tensor] = []
        node: Node | None = end
        while node is not None and node.rows is not None and count > 0:
            parts.append(self.columns.hidden(node.rows)[-count:])
            count -= len(parts[-1])
            node = node.parent
        return torch.cat(parts[::-1])

    def activations(self, end: Node, spans: Sequence[tuple[int, int]]) -> dict[str, np.ndarray]:
        """Site -> float32 `[span, width]`, the mean over each span of positions of a sequence."""
        assert self.columns is not None
        parts = [self._mean(end, start, stop) for start, stop in spans]
        by_site = self.columns.by_site(torch.stack(parts)) if parts else {}
        return {site: values.cpu().numpy() for site, values in by_site.items()}

    def _mean(self, end: Node, start: int, stop: int) -> torch.Tensor:
        """Mean `[columns]` of the captured activations over `[start, stop)`, only those runs being touched."""
        assert self.columns is not None
        found: list[torch.Tensor] = []
        node = end
        while node.parent is not None and node.start + len(node.tokens) > start:
            if node.start < stop and node.rows is not None:
                inside = node.rows[max(start - node.start, 0) : stop - node.start]
                found.append(self.columns.captured(inside))
            node = node.parent
        return torch.cat(found[::-1]).float().mean(dim=0)

    def forward(
        self, tokens: torch.Tensor, positions: torch.Tensor, current: Pass, edits: Sequence[int] = ()
    ) -> torch.Tensor:
        """Final hidden states `[batch, token, width]`; the pass handles attention, `edits` has one number per token."""
        mask = torch.zeros((1, 1, tokens.shape[1], 1), device=tokens.device)  # 4-D: the model builds none of its own
        with using(self.config, current), self.edits.made(self.model, edits), self.products.used():
            return self.model.base_model(
                input_ids=tokens, position_ids=positions, attention_mask=mask, use_cache=False
            ).last_hidden_state

    def logits(self, hidden: torch.Tensor) -> torch.Tensor:
        """Output head with the scalings that configurations name, `[row, vocabulary]` in float32 or better."""
        head = self.model.get_output_embeddings()
        with self.products.used():
            logits = precise(head(hidden.to(head.weight.device) if head.weight.device.type != "meta" else hidden))
        if scale := getattr(self.config, "logit_scale", None):
            logits = logits * scale
        if scale := getattr(self.config, "logits_scaling", None):
            logits = logits / scale
        cap = getattr(self.config, "final_logit_softcapping", None)
        return torch.tanh(logits / cap) * cap if cap else logits

    def _compute(self, nodes: Sequence[Node]) -> None:
        current = Packed(nodes, self.columns, self.cache.run)
        device = self.model.device
        tokens = torch.tensor([unmarked(current.tokens)], device=device)
        positions = torch.tensor([current.positions], device=device)
        with capture(self.model, self.sites) as seen:
            edits = [number for node in nodes for number in self.edits.resolve(node)] if self.edits else ()
            hidden = self.forward(tokens, positions, current, edits)
        layers = [current.layers[layer] for layer in sorted(current.layers)]
        self.columns = self.columns or Columns.of(layers, hidden, {site: seen[site] for site in self.sites})
        rows = self.columns.pack(layers, hidden, seen)
        for node in nodes:
            start, stop = current.spans[id(node)]
            self.cache.put(node, rows[start:stop].clone())
