"""Coverage of an interval in simulated runs: a real run's design, values with a known truth, the report's tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import probes
from probes import Probe, ScriptedModel
from probes.models.scripted import uniform

RUNS = 1000


@dataclass(frozen=True)
class Case:
    """What is simulated on which rows, and what is to be covered."""

    probe: Probe
    measure: str
    simulate: Callable[[pd.DataFrame, np.random.Generator], Any]
    estimate: Callable[[pd.DataFrame], Any]
    truth: float
    policy: Callable[[Any], Any] = uniform
    """Who is asked: what the records hold beside the values that are simulated."""


def units(table: pd.DataFrame, rng: np.random.Generator, spread: float = 1.0) -> np.ndarray:
    """One draw per independent unit, with longer tails than a normal, on its rows."""
    codes, names = pd.factorize(table["cluster"])
    return spread * rng.standard_t(8, len(names))[codes]


def covered(case: Case) -> float:
    """Share of intervals that hold the truth; nine of ten runs at least must give one."""
    table = probes.run(case.probe, ScriptedModel(case.policy))
    table = table[(table["measure"] == case.measure) & (table["status"] == "ok")].reset_index(drop=True)
    rng = np.random.default_rng(11)
    made = [case.estimate(table.assign(value=case.simulate(table, rng))) for _ in range(RUNS)]
    known = [one for one in made if one.low is not None]
    assert len(known) > 0.9 * RUNS
    return float(np.mean([one.low <= case.truth <= one.high for one in known]))
