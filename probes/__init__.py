"""Interlocutor's probes: from a local model to records. `import probes` costs no torch."""

from __future__ import annotations

import importlib
from typing import Any

from probes.core.activations import Capture
from probes.core.design import Arm, arms
from probes.core.probe import Model, Probe, Row, Trial
from probes.core.questions import Choose, Continue, Score
from probes.core.run import run
from probes.core.transcript import Transcript, Turn
from probes.models import LoadError, ScriptedModel, load_model

__all__ = [
    "Arm",
    "Capture",
    "Choose",
    "Continue",
    "LoadError",
    "Model",
    "Probe",
    "Row",
    "Score",
    "ScriptedModel",
    "Transcript",
    "Trial",
    "Turn",
    "arms",
    "load_model",
    "run",
]

_REGISTRIES = {
    "datasets": "probes.shared.datasets",
    "effects": "probes.shared.effects",
    "games": "probes.games",
    "knowledge": "probes.calibration.knowledge",
    "personas": "probes.shared.personas",
}
_FAMILIES = (
    "calibration",
    "characters",
    "context",
    "games",
    "inside",
    "instructions",
    "minds",
    "user_model",
    "user_turn",
)


def __getattr__(name: str) -> Any:
    """The registries (`probes.suite`, `probes.games`, ...) and families are opened on first use."""
    if name == "suite":
        return importlib.import_module("probes.core.suite").SUITE
    if name in _REGISTRIES:
        return importlib.import_module(_REGISTRIES[name])
    if name in _FAMILIES:
        return importlib.import_module(f"probes.{name}")
    raise AttributeError(f"probes has no {name!r}")
