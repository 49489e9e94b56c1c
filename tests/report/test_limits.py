"""Error bars and bands: the limits of the table where they are drawn, nothing where there are none."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.report import limits

TABLE = pd.DataFrame({"value": [0.5, 0.2, None], "low": [0.25, None, None], "high": [0.625, None, None]}, dtype=object)


def test_bars_are_as_long_as_the_limits_say_and_a_missing_limit_has_none():
    assert limits.lengths(*(TABLE[side] for side in ("value", "low", "high"))).tolist() == [[0.25, 0, 0], [0.125, 0, 0]]
    assert limits.lengths(0.5, None, 0.75).tolist() == [[0.0], [0.25]]


@pytest.mark.parametrize("axis", ["x", "y"])
def test_a_bar_ends_at_the_limits(axis):
    ax = plt.figure().add_subplot()
    limits.bars(ax, [1, 2, 3], TABLE, axis)
    first = ax.containers[0].lines[2][0].get_segments()[0]
    assert first[:, "xy".index(axis)].tolist() == [0.25, 0.625]
    assert first[:, "yx".index(axis)].tolist() == [1, 1]


def test_a_band_runs_between_the_limits_and_is_thin_where_there_are_none():
    ax = plt.figure().add_subplot()
    limits.band(ax, [1, 2], TABLE.head(2))
    corners = {tuple(corner) for corner in ax.collections[0].get_paths()[0].vertices}
    assert {(1.0, 0.25), (1.0, 0.625), (2.0, 0.2)} <= corners
    assert np.isin([y for x, y in corners if x == 2.0], [0.2]).all()
