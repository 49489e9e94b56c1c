from __future__ import annotations

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest

import probes


@pytest.fixture(autouse=True)
def global_streams_unmoved():
    """No code of ours may touch NumPy's global random state."""
    before = np.random.get_state()[1].copy()
    yield
    assert np.array_equal(before, np.random.get_state()[1]), "the global random state of NumPy was moved"


@pytest.fixture(scope="session")
def tiny():
    """The null model: random weights, real engine."""
    return probes.load_model("tiny")


@pytest.fixture(scope="session")
def smollm2():
    """The embedded model; tests that use it are marked `model`."""
    try:
        return probes.load_model("smollm2-135m")
    except probes.LoadError as error:
        pytest.skip(f"embedded model not installed: {error}")
