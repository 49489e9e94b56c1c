"""Interlocutor's probes: from a local model to records. `import probes` costs no torch."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

from probes.core.activations import Capture
from probes.core.design import Arm, arms
from probes.core.probe import Model, Play, Probe, Row, Trial
from probes.core.questions import Choose, Continue, Score
from probes.core.registry import Registry
from probes.core.run import run
from probes.core.simulation import Simulation
from probes.core.suite import SUITE as suite
from probes.core.transcript import Transcript, Turn
from probes.models import Company, LoadError, ScriptedModel, load_model
from probes.shared.talk import Talk

__all__ = [
    "Arm",
    "Capture",
    "Choose",
    "Company",
    "Continue",
    "LoadError",
    "Model",
    "Play",
    "Probe",
    "Registry",
    "Row",
    "Score",
    "ScriptedModel",
    "Simulation",
    "Talk",
    "Transcript",
    "Trial",
    "Turn",
    "arms",
    "datasets",
    "effects",
    "games",
    "knowledge",
    "load_model",
    "personas",
    "run",
    "suite",
]

_REGISTRIES = {
    "datasets": "probes.shared.datasets",
    "effects": "probes.shared.effects",
    "games": "probes.games",
    "knowledge": "probes.calibration.stimuli.knowledge",
    "personas": "probes.shared.personas",
}
datasets: Registry[Any]
effects: Registry[Any]
games: Registry[Any]
knowledge: Registry[Any]
personas: Registry[Any]


def __getattr__(name: str) -> Any:
    """A registry is loaded on first use; so is a family (`probes.context`), which is an ordinary package."""
    if name in _REGISTRIES:
        registry = importlib.import_module(_REGISTRIES[name]).SHELF
        setattr(_face, name, registry)
        return registry
    try:
        return importlib.import_module(f"probes.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"probes.{name}":
            raise
    raise AttributeError(f"probes has no {name!r}; public are {', '.join(__all__)} and the families")


def __dir__() -> list[str]:
    return sorted(__all__)


class _Face(ModuleType):
    """Keeps `probes.games` the registry: importing a module of that package would put the package in its place."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _REGISTRIES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


_face = sys.modules[__name__]
_face.__class__ = _Face
