"""Reasoning problems with checkable answers, one task per file: `reasoning.SHELF["coin_flip"](rng)` makes a problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType

import numpy as np

from probes.core.registry import become, module_shelf
from probes.minds.reasoning._problem import Problem

__all__ = ["SHELF", "Problem"]

Maker = Callable[[np.random.Generator], Problem]


def _make(module: ModuleType) -> Maker:
    return module.make


SHELF: Mapping[str, Maker] = module_shelf("reasoning task", __name__, _make)

become(__name__, SHELF)  # type: ignore[arg-type]
