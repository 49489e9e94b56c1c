"""Inside the model: where a behaviour can be read, whether pushing there moves it, and what the controls say."""

from __future__ import annotations

from analysis.inside import activations, carrying, decode, findings, pushing
from analysis.inside.decode import scan

LIMITS = {"read": decode.LIMITS, "push": pushing.LIMITS, "carry": carrying.LIMITS}
"""What each kind of figure does not show, to stand under it."""

__all__ = ["LIMITS", "activations", "carrying", "decode", "findings", "pushing", "scan"]
