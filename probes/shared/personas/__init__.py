"""Personas, one a YAML file here: `probes.personas["nurse"].wordings`."""

from __future__ import annotations

from pathlib import Path

from probes.core.registry import Registry, of_files
from probes.shared.personas._control import beside, control, filler
from probes.shared.personas._guise import Guise, by_opening, guises
from probes.shared.personas._persona import PLACEMENTS, Opening, Persona, read

__all__ = ["PLACEMENTS", "SHELF", "Guise", "Opening", "Persona", "beside", "by_opening", "control"]
__all__ += ["filler", "guises", "read"]

SHELF: Registry[Persona] = of_files(
    "persona", Path(__file__).parent, ".yaml", read, lambda persona: persona.text, "personas"
)
