"""From records to numbers and figures. Never touches a model.

`analysis.claims`, `estimate`, `export`, `frame` and `show` are opened on first use; a family is a package of its own.
"""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "claims": "analysis.report.claims",
    "estimate": "analysis.stats.estimate",
    "export": "analysis.report.export",
    "frame": "analysis.stats.frame",
    "records": "analysis.report.records",
    "show": "analysis.report.show",
}


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return importlib.import_module(_PUBLIC[name])
    raise AttributeError(f"analysis has no {name!r}; public are {', '.join(_PUBLIC)} and the families")


def __dir__() -> list[str]:
    return sorted(_PUBLIC)
