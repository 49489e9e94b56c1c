"""Personas, one a YAML file here. The package is a mapping by name: `probes.personas["nurse"].wordings`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from probes.core.registry import become, file_shelf
from probes.shared.personas._control import control, filler
from probes.shared.personas._guise import Guise, by_opening, guises
from probes.shared.personas._persona import PLACEMENTS, Opening, Persona, read

__all__ = ["PLACEMENTS", "SHELF", "Guise", "Opening", "Persona", "by_opening", "control", "filler"]
__all__ += ["guises", "read"]

SHELF: Mapping[str, Persona] = file_shelf("persona", Path(__file__).parent, ".yaml", read)
"""The same mapping as an object, for code that a type checker reads."""

become(__name__, SHELF)  # type: ignore[arg-type]
