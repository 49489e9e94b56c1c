"""Agreement on five points, asked on a scale that rises and on one that falls."""

from __future__ import annotations

import numpy as np

from probes.core import Choice, Choose
from probes.core.transcript import Transcript
from probes.shared.world import Tongue

POINTS = np.arange(1, 6)
SCALES = ("upward", "downward")
"""5 is full agreement, or 1 is."""
MEASURES = {
    "agreement": "points of a scale from 1 to 5",
    "shift": "points of a scale from 1 to 5",
    "lean": "nats a point",
    "mass": "probability of all options together",
}


def rated(asked: Transcript, words: Tongue, scale: str, to: str = "") -> Choose:
    """Five digits; what each means in points of agreement depends on the scale."""
    means = POINTS if scale == "upward" else POINTS[::-1]
    options = {str(digit): str(point) for digit, point in zip(POINTS, means, strict=True)}
    return Choose(asked, options, prefill=words.phrase("answer"), to=to)


def nats(reply: Choice) -> np.ndarray:
    """Log-probabilities [5] of 1 to 5 points of agreement."""
    each = {meaning: reply.logprobs[label] for label, meaning in reply.options.items()}
    return np.array([each[str(point)] for point in POINTS])


def position(reply: Choice) -> tuple[float, float]:
    """Expected points of agreement, and the least-squares slope of log p over points in nats a point."""
    points = float(sum(int(meaning) * share for meaning, share in reply.p.items()))
    away = POINTS - POINTS.mean()
    return points, float(away @ nats(reply) / (away @ away))


def measured(reply: Choice, before: Choice) -> dict[str, float]:
    """Agreement, and by how much it differs from agreement before, in points and in nats a point."""
    (points, slope), (earlier, earlier_slope) = position(reply), position(before)
    return {"agreement": points, "shift": points - earlier, "lean": slope - earlier_slope, "mass": reply.mass}
