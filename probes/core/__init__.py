"""The nouns of a probe: transcripts, questions with their replies, trials, rows. What runs them lies beside."""

from __future__ import annotations

from probes.core.probe import Model, Play, Probe, Row, Scalar, Trial
from probes.core.questions import Choice, Choose, Continuation, Continue, Question, Reply, Score, Scored
from probes.core.transcript import Transcript, Turn

__all__ = [
    "Choice",
    "Choose",
    "Continuation",
    "Continue",
    "Model",
    "Play",
    "Probe",
    "Question",
    "Reply",
    "Row",
    "Scalar",
    "Score",
    "Scored",
    "Transcript",
    "Trial",
    "Turn",
]
