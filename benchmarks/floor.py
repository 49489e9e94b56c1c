"""The arithmetic floor: the matrix products alone, at the rate this machine reaches for them at this moment.

On a CPU with packed weights, as the engine has them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from probes.models.engine.products import Products


def linears(model: Any) -> list[nn.Linear]:
    """Every matrix of the blocks, without the output head."""
    head = model.get_output_embeddings()
    return [module for module in model.modules() if isinstance(module, nn.Linear) and module is not head]


def scoring(model: Any, tokens: int, positions: int, context: float) -> Callable[[], object]:
    """What scoring must do: every unique token through every matrix and over `context` keys, `positions` through the
    head. In passes of 1024 tokens, the best size; attention at the rate of matrix products."""
    layers, head = linears(model), model.get_output_embeddings()
    config = model.config.get_text_config()
    width = config.num_attention_heads * (
        getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    )
    attention = 4 * context * width * config.num_hidden_layers
    extra = 1 + attention / (2 * sum(layer.weight.numel() for layer in layers))
    return _packed(model, _products(layers, int(tokens * extra), 1024, head, positions, 256))


def decoding(model: Any, prompts: int, steps: list[int]) -> Callable[[], object]:
    """What sampling must do: unique prompt tokens once, then at every step a row for each running continuation."""
    layers, head = linears(model), model.get_output_embeddings()
    first = _products(layers, prompts, 1024, head, 0, 1)
    stages = [_products(layers, count, count, head, count, count) for count in steps]
    return _packed(model, lambda: (first(), [stage() for stage in stages]))


def _packed(model: Any, work: Callable[[], object]) -> Callable[[], object]:
    products = Products(model, sys.maxsize)
    with products.used():  # weights are packed here and not while the work is timed
        pass

    def run() -> object:
        with products.used():
            return work()

    return run


def _products(
    layers: list[nn.Linear], tokens: int, size: int, head: nn.Linear, positions: int, slab: int
) -> Callable[[], object]:
    inputs = {layer.in_features: torch.randn(max(size, slab), layer.in_features) for layer in [*layers, head]}
    device, dtype = head.weight.device, head.weight.dtype
    inputs = {width: value.to(device, dtype) for width, value in inputs.items()}

    @torch.inference_mode()
    def run() -> None:
        for start in range(0, tokens, size):
            for layer in layers:
                layer(inputs[layer.in_features][: min(size, tokens - start)])
        for start in range(0, positions, slab):
            head(inputs[head.in_features][: min(slab, positions - start)])

    return run
