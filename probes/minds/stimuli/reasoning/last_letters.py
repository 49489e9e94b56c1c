"""The last letters of four words, put together."""

from __future__ import annotations

import numpy as np

from probes.minds.stimuli.reasoning._problem import Problem

_WORDS = (
    "lamp", "stone", "river", "cloud", "apple", "bridge", "tiger", "window", "garden", "button", "castle", "feather",
    "mirror", "pencil", "rocket", "saddle", "ticket", "violin", "walnut", "zebra", "basket", "candle", "drum", "engine",
)  # fmt: skip


def make(rng: np.random.Generator) -> Problem:
    """Four different words."""
    words = [str(word) for word in rng.choice(_WORDS, 4, replace=False)]
    question = f'Take the last letter of each word in "{" ".join(words)}" and put them together in this order.'
    return Problem(question, "".join(word[-1] for word in words), "letters")
