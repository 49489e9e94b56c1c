"""From records to numbers and figures. Never touches a model.

`analysis.claims`, `estimate`, `export`, `frame` and `show` are loaded on first use; a family is a package of its own.
`analysis.compare(a, b)` compares two runs.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

__all__ = ["claims", "compare", "estimate", "export", "frame", "records", "show"]

_MODULES = {
    "claims": "analysis.report.claims",
    "estimate": "analysis.stats.estimate",
    "export": "analysis.report.export",
    "frame": "analysis.stats.frame",
    "records": "analysis.report.records",
    "show": "analysis.report.show",
}
claims: ModuleType
estimate: ModuleType
export: ModuleType
frame: ModuleType
records: ModuleType
show: ModuleType


def __getattr__(name: str) -> Any:
    if name == "compare":
        return importlib.import_module("analysis.study.comparison").compare
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    raise AttributeError(f"analysis has no {name!r}; public are {', '.join(__all__)} and the families")


def __dir__() -> list[str]:
    return sorted(__all__)
