"""The probes: one a file, found by file name. `probes.suite["user_turn"]` is the class."""

from __future__ import annotations

from types import ModuleType

from probes.core import Probe
from probes.shelf import become, module_shelf


def _probe(module: ModuleType) -> type[Probe]:
    """The one probe that a module defines."""
    found = [
        item
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Probe) and item.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise ImportError(f"{module.__name__} must define exactly one Probe, found {len(found)}")
    return found[0]


become(__name__, module_shelf("probe", __name__, _probe))
