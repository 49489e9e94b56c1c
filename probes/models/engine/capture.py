"""Activations at named sites, taken by plain module hooks in the pass that answers the question.

Sites are `blocks.N.hook_resid_pre`, `hook_resid_post`, `hook_attn_out` and `hook_mlp_out`: what enters and leaves block
N, and what its attention and feed-forward parts add to the residual stream: after the norm behind them, where a block
has one (Gemma 3, GLM-4, OLMo 2), as TransformerLens means them. Plain hooks leave the fast attention kernels in place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import PreTrainedModel

_SITE = re.compile(r"blocks\.(\d+)\.hook_(resid_pre|resid_post|attn_out|mlp_out)")
_CHILDREN = {
    "attn_out": ("self_attn", "attn", "attention", "linear_attn", "mixer"),
    "mlp_out": ("mlp", "feed_forward", "block_sparse_moe"),
}
_NORMS = {
    "attn_out": (("post_self_attn_layernorm", ""), ("post_attention_layernorm", "post_feedforward_layernorm")),
    "mlp_out": (("post_mlp_layernorm", ""), ("post_feedforward_layernorm", "")),
}
"""Norm behind a part, and a sibling without which its name means another one: that before the feed-forward in Llama."""


def blocks(model: PreTrainedModel, count: int) -> nn.ModuleList:
    """The list of `count` blocks of a model, or of the part of it that reads text: the one with the text's kind of
    configuration, whatever it is called there."""
    text = type(model.config.get_text_config())
    for part in model.modules():
        if type(getattr(part, "config", None)) is text:
            for module in part.modules():
                if isinstance(module, nn.ModuleList) and len(module) == count:
                    return module
    raise ValueError(f"no list of {count} blocks found in {type(model).__name__}")


@contextmanager
def capture(model: PreTrainedModel, sites: Sequence[str]) -> Iterator[dict[str, torch.Tensor]]:
    """While open, every forward pass leaves site -> tensor `[batch, position, width]` in the mapping.

    Raises
    ------
    ValueError
        If a site is not one the engine knows, or names a block the model does not have.
    """
    seen: dict[str, torch.Tensor] = {}
    with ExitStack() as stack:
        for site in sites:
            module, before = locate(model, site)
            keep = _keeper(seen, site)
            handle = (
                module.register_forward_pre_hook(
                    lambda _m, args, kwargs, keep=keep: keep(_first(args, kwargs)), with_kwargs=True
                )
                if before
                else module.register_forward_hook(lambda _m, _a, out, keep=keep: keep(out))
            )
            stack.callback(handle.remove)
        yield seen


def means(values: torch.Tensor, spans: Sequence[tuple[int, int]]) -> np.ndarray:
    """Mean over every span of positions: `[position, width]` -> float32 `[spans, width]`."""
    return torch.stack([values[start:stop].float().mean(dim=0) for start, stop in spans]).cpu().numpy()


def locate(model: PreTrainedModel, site: str) -> tuple[nn.Module, bool]:
    """The module of a site, and whether the site is what enters it (or what leaves).

    Raises
    ------
    ValueError
        If a site is not one the engine knows, or names a block or part the model does not have.
    """
    count = model.config.get_text_config().num_hidden_layers
    match = _SITE.fullmatch(site)
    if not match or int(match[1]) >= count:
        known = f"blocks.0 to blocks.{count - 1} with hook_resid_pre, hook_resid_post, hook_attn_out or hook_mlp_out"
        raise ValueError(f"site {site!r} is not one of {known}")
    block = blocks(model, count)[int(match[1])]
    if match[2].startswith("resid"):
        return block, match[2] == "resid_pre"
    if getattr(model.config.get_text_config(), "residual_multiplier", 1.0) not in (None, 1.0):
        raise ValueError(f"site {site!r}: {type(block).__name__} scales what its parts add; no module gives that")
    norms = [name for name, sibling in _NORMS[match[2]] if hasattr(block, name) and hasattr(block, sibling or name)]
    for name in (*norms, *_CHILDREN[match[2]]):
        if hasattr(block, name):
            return getattr(block, name), False
    raise ValueError(f"site {site!r}: {type(block).__name__} has no such part")


def _first(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[0] if args else kwargs["hidden_states"]


def _keeper(seen: dict[str, torch.Tensor], site: str) -> Callable[[Any], None]:
    def keep(value: Any) -> None:
        seen[site] = value[0] if isinstance(value, tuple) else value

    return keep
