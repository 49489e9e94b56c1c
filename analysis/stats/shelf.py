"""A folder is the register: `analysis.fits.NAME` is the module of that name, imported on first use."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from probes.schema import of_modules


def lazily(package: str) -> tuple[Callable[[str], ModuleType], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` for a package whose items are its modules; those with an underscore are helpers."""
    shelf = of_modules(f"module of {package}", package)
    return shelf.__getattr__, lambda: list(shelf)
