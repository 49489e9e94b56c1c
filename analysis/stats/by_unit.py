"""A mean with the value of every unit that it is the mean of, so that two such means can be paired by unit later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.stats.fits._units import gather

TOLERANCE = 1e-5
"""Between an estimate and the mean of its units: probabilities are summed in float32."""


def by_unit(values: Any, clusters: Any) -> dict[str, float]:
    """Unit -> mean of its rows; NaN rows are unscored.

    >>> by_unit([1.0, 0.0, 1.0], ["a", "a", "b"])
    {'a': 0.5, 'b': 1.0}
    """
    units = gather(values, clusters)
    return {str(name): float(mean) for name, mean in zip(units.labels, units.means, strict=True)}


def check(values: Mapping[str, float], mean: float | None) -> None:
    """ValueError where the units' values, if there are any, have another mean than the estimate."""
    if values and (mean is None or abs(float(np.mean([*values.values()])) - mean) > TOLERANCE):
        raise ValueError(f"the values by unit have the mean {np.mean([*values.values()]):.6g}, the estimate is {mean}")
