"""From records of `user_log` to what its lines do: noise among them, and names exchanged so that they tell nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats import estimate
from analysis.stats.estimate import Estimate
from analysis.user_model import tables

CUES = {"first line": slice(0, 1), "last line": slice(-1, None), "last two lines": slice(-2, None)}
"""Which of a person's own lines are read -> what a reader of nothing else sees."""
LARGE = 0.2
"""Slope on the exact log-odds, a fifth of a Bayesian's, that must not appear where names are exchanged."""


def asked(table: pd.DataFrame, lines: str) -> bool:
    """Whether a version of the diary was asked about."""
    return lines in set(table["lines"])


def shortcuts(table: pd.DataFrame) -> pd.DataFrame:
    """Slope, in these diaries, of readers of a few of a person's lines, a nat a line: what the design cannot hide."""
    rows, found = _completed(table, "plain"), {}
    logit = rows["logit"].to_numpy(dtype=float)
    for name, cue in CUES.items():
        read = np.array([sum(1.0 if act == "a" else -1.0 for act in acts[cue]) for acts in rows["acts"]])
        found[name] = float(read @ logit / (logit @ logit))
    return pd.DataFrame({"reader of a person's": list(found), "slope": list(found.values())})


def shuffled(table: pd.DataFrame) -> Estimate:
    """Slope on the log-odds of the plain diary where names are exchanged: 0 for who counts who did what, or nothing."""
    return tables.slope(table, lines="shuffled")


def noisy(table: pd.DataFrame) -> Estimate:
    """Slope of belief with noise among the lines minus that without it, paired by person."""
    keys = ["cluster", "person"]
    with_noise, plain = (_completed(table, lines).set_index(keys) for lines in ("noise", "plain"))
    gap = (with_noise["towards"] - plain["towards"]) * with_noise["logit"]
    users = with_noise.index.get_level_values("cluster").to_numpy()
    return estimate.ratio(gap.to_numpy(), (with_noise["logit"] ** 2).to_numpy(), users)


def read(table: pd.DataFrame) -> Estimate:
    """The reading control with noise minus without it, in nats, paired by user."""
    return estimate.between(tables.readings(table, lines="noise"), tables.readings(table))


def versions(table: pd.DataFrame) -> pd.DataFrame:
    """What was asked of the versions of the diary, one number a line: columns of and the estimate."""
    found: dict[str, Estimate] = {}
    if asked(table, "shuffled"):
        found["slope where names are exchanged"] = shuffled(table)
    if asked(table, "noise"):
        found |= {
            "slope with noise, minus without": noisy(table),
            "reading control with noise, minus without": read(table),
        }
    lines = [{"of": of} | estimate.record() for of, estimate in found.items()]
    return pd.DataFrame(lines or {name: [] for name in ("of", "value", "low", "high")})


def _completed(table: pd.DataFrame, lines: str) -> pd.DataFrame:
    rows = tables.beliefs(table, lines=lines)
    return rows[rows["kind"] == "completion"]
