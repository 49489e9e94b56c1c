"""Reasoning problems with checkable answers, one task per file: `reasoning.SHELF["coin_flip"](rng)` makes a problem."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from probes.core.registry import Registry, of_modules
from probes.minds.stimuli.reasoning._problem import Problem

__all__ = ["SHELF", "Problem"]

Maker = Callable[[np.random.Generator], Problem]
SHELF: Registry[Maker] = of_modules("reasoning task", __name__, "make")
