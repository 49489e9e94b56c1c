"""Squares behind rows: whole ones only, and tastes for states and responses taken out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats import squares
from analysis.stats.metrics.pairing import pairing

ROWS = pd.DataFrame({"square": [0, 0, 1], "nats": ["-1.0 -3.0", "-2.0 -2.5", "-1.0 -1.0"]})


def test_a_square_lacking_a_state_is_left_out():
    [part] = squares.whole(ROWS, "square")
    assert squares.matrix(part).tolist() == [[-1.0, -3.0], [-2.0, -2.5]]


def test_centring_takes_tastes_out_and_leaves_the_pairing():
    rng = np.random.default_rng(0)
    nats = rng.normal(size=(3, 4, 4))
    tastes = rng.normal(size=(3, 4, 1)) + rng.normal(size=(3, 1, 4))
    np.testing.assert_allclose(squares.centred(nats + tastes), squares.centred(nats), atol=1e-12)
    np.testing.assert_allclose(squares.centred(nats).sum(axis=-1), 0, atol=1e-12)
    np.testing.assert_allclose(squares.centred(nats).sum(axis=-2), 0, atol=1e-12)
    np.testing.assert_allclose(pairing(squares.centred(nats)), pairing(nats))
