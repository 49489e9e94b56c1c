"""The squares behind rows that hold the nats of every response: k states, k responses, response i right in state i."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike


def matrix(rows: pd.DataFrame) -> np.ndarray:
    """Nats [state, response] of the rows of one square, a state each, in their order."""
    return np.array([[float(value) for value in text.split()] for text in rows["nats"]])


def whole(rows: pd.DataFrame, by: str) -> list[pd.DataFrame]:
    """The rows of each square that has a row for every state."""
    return [part for _, part in rows.groupby(by) if len(part) == len(str(part["nats"].iloc[0]).split())]


def centred(nats: ArrayLike) -> np.ndarray:
    """[..., k, k]: tastes for states and for responses taken out, so that rows and columns have mean 0."""
    nats = np.asarray(nats, dtype=float)
    apart = nats - nats.mean(axis=-2, keepdims=True) - nats.mean(axis=-1, keepdims=True)
    return apart + nats.mean(axis=(-2, -1), keepdims=True)
