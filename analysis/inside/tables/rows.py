"""The activations behind rows of a records table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.inside.tables import activations
from analysis.inside.tables.directions import mean_difference


def layers(out: str, rows: pd.DataFrame, span: str = "last", by: str = "trial") -> Iterator[tuple[str, np.ndarray]]:
    """`(site, [row, width])` by layer, one in memory at a time, for rows of a records table; see `at`."""
    return _stored(out, rows).layers(list(rows["key"]), span, _asked(rows, by))


def at(out: str, rows: pd.DataFrame, site: str, span: str = "last", by: str = "trial") -> np.ndarray:
    """float32 `[row, width]` at one site, for rows of a records table.

    by: `trial` (the mean over all questions of the row's trial: both orders of an option, say) or `row` (the question
    of the same number, for trials that bring a row per question, as matches do).
    """
    return _stored(out, rows).at(site, span, list(rows["key"]), _asked(rows, by))


def between(out: str, rows: pd.DataFrame, truth: Any, site: str, span: str = "last", by: str = "trial") -> np.ndarray:
    """Mean difference of the activations behind rows, True minus False."""
    return mean_difference(at(out, rows, site, span, by), truth)


def _stored(out: str, rows: pd.DataFrame) -> activations.Stored:
    return activations.read(out, str(rows["probe"].iloc[0]))


def _asked(rows: pd.DataFrame, by: str) -> list[int] | None:
    if by not in ("trial", "row"):
        raise ValueError(f"by={by!r} is neither trial nor row")
    return [int(number) for number in rows["row"]] if by == "row" else None
