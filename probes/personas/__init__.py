"""Personas, one a YAML file here. The package is a mapping by name: `probes.personas["nurse"].wordings`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

from probes.personas._control import control, filler
from probes.personas._persona import PLACEMENTS, Folder, Opening, Persona, read

__all__ = ["PLACEMENTS", "SHELF", "Opening", "Persona", "control", "filler", "read"]

SHELF: Mapping[str, Persona] = Folder(Path(__file__).parent)
"""The same mapping as an object, for code that is checked by a type checker."""


class _Package(ModuleType, Mapping[str, Persona]):
    def __getitem__(self, name: str) -> Persona:
        return SHELF[name]

    def __iter__(self) -> Iterator[str]:
        return iter(SHELF)

    def __len__(self) -> int:
        return len(SHELF)

    __hash__ = ModuleType.__hash__
    __eq__ = ModuleType.__eq__


sys.modules[__name__].__class__ = _Package
