"""Reasoning problems with checkable answers, one task a file: `probes.reasoning["coin_flip"](rng)` makes a problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType

import numpy as np

from probes.reasoning._problem import Problem
from probes.shelf import become, module_shelf

__all__ = ["SHELF", "Problem"]

Maker = Callable[[np.random.Generator], Problem]


def _make(module: ModuleType) -> Maker:
    return module.make


SHELF: Mapping[str, Maker] = module_shelf("reasoning task", __name__, _make)

become(__name__, SHELF)  # type: ignore[arg-type]
