"""Interlocutor's probes: from a local model to records. `import probes` costs no torch."""

from __future__ import annotations

import importlib
from typing import Any

from probes.activations import Capture
from probes.core import Choose, Continue, Model, Probe, Row, Score, Trial
from probes.design import Arm, arms
from probes.models import LoadError, ScriptedModel, load_model
from probes.run import run
from probes.transcript import Transcript, Turn

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

_SHELVES = ("contrast", "datasets", "games", "knowledge", "personas", "suite")


def __getattr__(name: str) -> Any:
    """The shelves (`probes.suite`, `probes.games`, ...) are opened on first use."""
    if name in _SHELVES:
        return importlib.import_module(f"probes.{name}")
    raise AttributeError(f"probes has no {name!r}")
