"""Matrix products on a CPU: weights packed once, in the order in which oneDNN reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property

import torch
from torch import nn

Product = Callable[[torch.Tensor], torch.Tensor]


class Products:
    """The matrices of a model with packed copies of their weights, where these take at most `room` bytes.

    torch packs the weights anew in every product: a third of the time of 32 rows, two thirds of that of 8. Only float32
    on a CPU is packed; all else computes as it did.
    """

    def __init__(self, model: nn.Module, room: int) -> None:
        found = [module for module in model.modules() if type(module) is nn.Linear and _plain(module.weight)]
        size = sum(module.weight.numel() * module.weight.element_size() for module in found)
        self._modules = found if size <= room and torch.backends.mkldnn.is_available() else []

    @property
    def packed(self) -> bool:
        """Whether any weights are packed: products then differ from others' in the last digits."""
        return bool(self._modules)

    @cached_property
    def _packed(self) -> list[tuple[nn.Module, Product]]:
        return [(module, _product(module)) for module in self._modules]

    @contextmanager
    def used(self) -> Iterator[None]:
        """While open, the model's matrices multiply with packed weights."""
        for module, product in self._packed:
            vars(module)["forward"] = product
        try:
            yield
        finally:
            for module, _ in self._packed:
                vars(module).pop("forward", None)


def _plain(weight: torch.Tensor) -> bool:
    return type(weight) is nn.Parameter and weight.device.type == "cpu" and weight.dtype == torch.float32


def _product(module: nn.Linear) -> Product:
    multiply, weight, bias = torch.ops.mkldnn._linear_pointwise.default, module.weight.detach(), module.bias
    packed = torch.ops.mkldnn._reorder_linear_weight(weight, None)

    def product(rows: torch.Tensor) -> torch.Tensor:
        if rows.numel() != rows.shape[-1]:
            return multiply(rows, packed, bias, "none", [], "")
        twice = rows.reshape(1, -1).expand(2, -1).contiguous()  # one row streams the weights at half this rate
        out = torch.mm(weight, twice.T)[:, 0]
        return (out if bias is None else out + bias).view(*rows.shape[:-1], -1)

    return product
