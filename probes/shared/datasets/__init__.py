"""Importers of public data sets, one a file: `probes.datasets["gsm8k"](path)` reads a local copy into items."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from probes.core.registry import become, module_shelf


def _load(module: ModuleType) -> Callable[..., Any]:
    return module.load


become(__name__, module_shelf("data set", __name__, _load))
