"""The probes of all families: a probe is a file in the `suite/` of a family, loaded by its name on first use."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from probes.core import study
from probes.core.probe import Probe
from probes.core.registry import Registry

PACKAGE, OWN = "probes", "probes.study.suite"


def _modules() -> dict[str, str]:
    """Name of every probe -> the module it lives in; a probe of the study folder comes before one of that name.

    Raises ImportError where two families have a probe of one name.
    """
    modules: dict[str, str] = {}
    for root in sys.modules[PACKAGE].__path__:
        for path in sorted(Path(root).glob("*/suite/[!_]*.py")):
            module = f"{PACKAGE}.{path.parts[-3]}.suite.{path.stem}"
            if modules.setdefault(path.stem, module) != module:
                raise ImportError(f"{modules[path.stem]} and {module} have the same name; rename one of the files")
    return modules | {name: f"{OWN}.{name}" for name in study.own("probes")}


def _load(name: str) -> type[Probe]:
    """The one probe that a module defines."""
    place = _modules()[name]
    module = _own(name) if place.startswith(OWN) else importlib.import_module(place)
    defined = [
        item
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Probe) and item.__module__ == module.__name__
    ]
    if len(defined) != 1:
        raise ImportError(f"{module.__name__} must define exactly one Probe, it defines {len(defined)}")
    return defined[0]


def _own(name: str) -> ModuleType:
    """The module of a probe that lies in the study folder."""
    spec = importlib.util.spec_from_file_location(f"{OWN}.{name}", study.own("probes")[name])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for the names in annotations
    spec.loader.exec_module(module)
    return module


SUITE: Registry[type[Probe]] = Registry(
    "probe",
    lambda: sorted(_modules()),
    _load,
    version=lambda name: study.version("probes", name),
    group=lambda name: _modules()[name].split(".")[1],
)
"""Groups are families; `study` for probes of the study folder."""
