"""Which model is behind a port: its answers to a few prompts, compared with those it gave before on this machine.

Logarithms from a server differ a little from run to run, so they cannot be hashed; the first ones seen are kept, and
later ones that lie near enough are taken for the same model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from probes.core.files import write_json
from probes.models.hashes import cache_root

NEAR = 0.25
"""Nats by which the mean over probe tokens may differ: bfloat16 moves it by hundredths, other weights by ones."""


def known(about: Mapping[str, Any], seen: Sequence[float]) -> list[float]:
    """The answers that stand for this model: known ones that are near, or else those seen now, which are kept."""
    form = json.dumps(about, sort_keys=True, default=str)
    path = cache_root() / "served" / f"{hashlib.sha256(form.encode()).hexdigest()[:32]}.json"
    try:
        kept = [[float(value) for value in one] for one in json.loads(path.read_text())["answers"]]
    except (OSError, ValueError, TypeError, KeyError):
        kept = []
    for one in kept:
        if not moved(one, seen):
            return one
    rounded = [round(value, 4) for value in seen]
    with suppress(OSError):  # a read-only home: the next run takes this model for another one and asks again
        write_json(path, {"answers": [*kept, rounded]})
    return rounded


def moved(before: Sequence[float], after: Sequence[float]) -> str:
    """By how much answers moved, in words; empty where it is no more than rounding of a server."""
    if len(before) != len(after):
        return "other tokens"
    mean = sum(abs(one - two) for one, two in zip(before, after, strict=True)) / len(before)
    return "" if mean <= NEAR else f"{mean:.2f} nats from before, on average over {len(before)} tokens"
