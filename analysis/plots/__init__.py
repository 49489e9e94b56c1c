"""One item a file: `analysis.plots.NAME` is the module of that name, imported on first use."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

_NAMES = sorted(info.name for info in pkgutil.iter_modules(__path__))


def __getattr__(name: str) -> ModuleType:
    if name in _NAMES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"analysis.plots has no {name!r}; there are: {', '.join(_NAMES)}")


def __dir__() -> list[str]:
    return _NAMES
