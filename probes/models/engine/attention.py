"""The attention the engine gives to a model: it owns keys and values, so that the model needs no cache and no mask.

A pass (`packed.Packed` or `rows.Rows`) is set for the time of one forward call; every attention layer of the model
hands it the new queries, keys and values and gets the output. Without a pass the model's usual attention answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedConfig
from transformers.masking_utils import sdpa_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

NAME = "interlocutor"


@dataclass(frozen=True)
class Form:
    """How a layer attends: `scaling` of the products, sliding `window` or None, `sinks` `[heads]` or None."""

    scaling: float | None
    window: int | None
    sinks: torch.Tensor | None


class Pass(Protocol):
    """What answers for the attention layers during one forward call."""

    def attend(
        self, layer: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, form: Form
    ) -> torch.Tensor:
        """Output `[batch, token, head, width]` for queries `[batch, head, token, width]`."""
        ...


_CURRENT: ContextVar[Pass | None] = ContextVar("pass", default=None)


@contextmanager
def using(config: PreTrainedConfig, current: Pass) -> Iterator[None]:
    """Let `current` answer for the attention of the model with this configuration."""
    before = config._attn_implementation
    token = _CURRENT.set(current)
    config._attn_implementation = NAME
    try:
        yield
    finally:
        config._attn_implementation = before
        _CURRENT.reset(token)


def grouped(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, bias: torch.Tensor, form: Form
) -> torch.Tensor:
    """Attention of `[batch, head, n, width]` on `[batch, kv head, m, width]`; the query heads of a kv head are stacked
    along `n`, so keys are never repeated. `bias` `[batch or 1, n, m]` is added to the scaled products.

    A sink is a key of zeros whose product is the sink's value and which carries nothing.
    """
    batch, heads, count = query.shape[:3]
    query, key, value, bias = stacked(query, key, value, bias, form)
    out = torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=bias, scale=form.scaling)
    return out.reshape(batch, heads, count, -1)


def stacked(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, bias: torch.Tensor, form: Form
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Queries, keys, values and bias as `grouped` gives them to torch."""
    batch, heads, count, width = query.shape
    group = heads // key.shape[1]
    bias = bias[:, None, None].expand(-1, -1, group, -1, -1)
    if form.sinks is not None:
        sinks = form.sinks.to(bias.dtype).view(1, -1, group, 1, 1).expand(bias.shape[0], -1, -1, count, 1)
        bias = torch.cat([sinks, bias.expand(-1, key.shape[1], -1, -1, -1)], dim=-1)
        key, value = (torch.nn.functional.pad(part, (0, 0, 1, 0)) for part in (key, value))
    return query.reshape(batch, -1, group * count, width), key, value, bias.flatten(2, 3)


def weighed(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, bias: torch.Tensor | None, scaling: float | None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Attention on a CPU as `[batch, head, n, width]`, and the logarithm of its normaliser `[batch, head, n]`: what
    joins it with the attention to other keys."""
    attend = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    return attend(query, key, value, 0.0, False, attn_mask=bias, scale=scaling)


def _attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    current = _CURRENT.get()
    if current is None:
        return ALL_ATTENTION_FUNCTIONS["sdpa"](module, query, key, value, attention_mask, **kwargs)
    form = Form(kwargs.get("scaling"), kwargs.get("sliding_window"), kwargs.get("s_aux"))
    layer: int = module.layer_idx  # type: ignore[assignment]
    return current.attend(layer, query, key, value, form), None


AttentionInterface.register(NAME, _attention)
AttentionMaskInterface.register(NAME, sdpa_mask)
