"""The probes of all families: a probe is a file in the `suite/` of a family, loaded by its name on first use."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from probes.core.probe import Probe
from probes.core.registry import Registry

PACKAGE = "probes"


def _modules() -> dict[str, str]:
    """Name of every probe -> the module it lives in. ImportError where two families have a probe of one name."""
    modules: dict[str, str] = {}
    for root in sys.modules[PACKAGE].__path__:
        for path in sorted(Path(root).glob("*/suite/[!_]*.py")):
            module = f"{PACKAGE}.{path.parts[-3]}.suite.{path.stem}"
            if modules.setdefault(path.stem, module) != module:
                raise ImportError(f"{modules[path.stem]} and {module} have the same name; rename one of the files")
    return modules


def _load(name: str) -> type[Probe]:
    """The one probe that a module defines."""
    module = importlib.import_module(_modules()[name])
    defined = [
        item
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Probe) and item.__module__ == module.__name__
    ]
    if len(defined) != 1:
        raise ImportError(f"{module.__name__} must define exactly one Probe, it defines {len(defined)}")
    return defined[0]


SUITE: Registry[type[Probe]] = Registry("probe", lambda: sorted(_modules()), _load)
