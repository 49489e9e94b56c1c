"""From records to numbers and figures. Never touches a model.

`analysis.claims`, `estimate`, `export`, `frame` and `show` are loaded on first use; a family is a package of its own.
`analysis.compare(a, b)` compares two runs, `analysis.people(labels)` makes labels by people an instrument.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = ["claims", "compare", "estimate", "export", "frame", "people", "records", "show"]

_MODULES = {
    "claims": "analysis.report.claims",
    "estimate": "analysis.stats.estimate",
    "export": "analysis.report.export",
    "frame": "analysis.stats.frame",
    "records": "analysis.report.records",
    "show": "analysis.report.show",
}
_STUDY = {"compare": "analysis.study.comparison", "people": "analysis.study.people"}
claims: ModuleType
estimate: ModuleType
export: ModuleType
frame: ModuleType
records: ModuleType
show: ModuleType


_FAMILIES = sorted(folder.parent.name for folder in Path(__file__).parent.glob("*/plots"))
"""Packages with figures: each is loaded on first use, too."""


def __getattr__(name: str) -> Any:
    if name in _STUDY:
        return getattr(importlib.import_module(_STUDY[name]), name)
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    if name in _FAMILIES:
        return importlib.import_module(f"analysis.{name}")
    raise AttributeError(f"analysis has no {name!r}; public are {', '.join(__all__)} and {', '.join(_FAMILIES)}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_FAMILIES])
