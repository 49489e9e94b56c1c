"""Reading of reference games: what is understood, by whom, and how rational a partner would have to be."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import optimize

from analysis.report.claims import Gate, clears
from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate

STEEPEST = 20.0
"""Largest alpha that is looked for: nearly all of its effect is reached before."""


def by_unit(table: pd.DataFrame, measure: str) -> Estimate:
    """Mean of a measure over independent units."""
    rows = frame.rows(table, measure)
    return estimate.mean(rows["value"], rows["cluster"].to_numpy())


def follows(referred: pd.DataFrame, listener: str, least: float = 0.0) -> Gate:
    """Words that fit one thing only, over words of another thing: whether a listener hears words at all."""
    heard = by_unit(referred[referred["listener"] == listener], "follows")
    whose = "the other model" if listener == "partner" else "it"
    return clears("a thing after its own word over another's", heard, least,
                  finding=f"not shown that {whose} finds the only thing that a word fits")  # fmt: skip


def pragmatic(referred: pd.DataFrame, role: str) -> Estimate:
    """`shift` of a role, by context."""
    return by_unit(referred[referred["role"] == role], "shift")


def stranger(referred: pd.DataFrame, whom: str = "partner") -> Estimate:
    """Success of the model's words with itself minus with another model, paired by context."""
    rows = frame.rows(referred, "success")
    return estimate.between(rows[rows["listener"] == "self"], rows[rows["listener"] == whom])


def helped(referred: pd.DataFrame) -> Estimate:
    """Success of the model's words with itself minus that of words drawn at random, by context."""
    return by_unit(referred[referred["listener"] == "self"], "help")


def uptake(private: pd.DataFrame) -> Estimate:
    """Right things after the most rounds minus after none, paired by pool."""
    rows = frame.rows(private, "hit")
    most, least = rows["exposures"].max(), rows["exposures"].min()
    return estimate.between(rows[rows["exposures"] == most], rows[rows["exposures"] == least])


def rational(alpha: float, role: str) -> float:
    """Probability of the rational answer at this alpha in our contexts: two things share a word, one has its own.

    A speaker takes the unique word (literal belief 1) over the shared one (1/2); a listener inverts that speaker.
    """
    shared = 0.5**alpha
    if role == "speaker":
        return 1 / (1 + shared)
    return 0.5 / (0.5 + shared / (1 + shared))


def alpha(referred: pd.DataFrame, role: str) -> Estimate:
    """Rationality of the speaker that the model is, or takes its partner to be: maximum likelihood, units redrawn."""
    rows = frame.rows(referred[referred["role"] == role], "p_rational")

    def fitted(shares: np.ndarray) -> float:
        mean = float(np.mean(shares))
        if mean <= 0.5:
            return 0.0
        if mean >= rational(STEEPEST, role):
            return STEEPEST
        return float(optimize.brentq(lambda value: rational(value, role) - mean, 0.0, STEEPEST))

    return estimate.bootstrap(fitted, [rows["value"].to_numpy()], rows["cluster"].to_numpy(),
                              np.random.default_rng(0), within=(0.0, STEEPEST))  # fmt: skip


def roles(referred: pd.DataFrame) -> pd.DataFrame:
    """One row per role: preference in nats, probability of the rational answer, and alpha."""
    lines = []
    for role in ("listener", "speaker"):
        seen = referred[referred["role"] == role]
        for measure, value in (("preference, nats", pragmatic(referred, role)),
                               ("rational answer, probability", by_unit(seen, "p_rational")),
                               ("alpha", alpha(referred, role))):  # fmt: skip
            lines.append({"role": role, "measure": measure, **value.record()})
    return pd.DataFrame(lines)


def listeners(referred: pd.DataFrame) -> pd.DataFrame:
    """Success of the model's words by who listens."""
    return estimate.by(referred, "success", ["listener"], kind="mean")


def exposures(private: pd.DataFrame) -> pd.DataFrame:
    """Right things by the number of earlier rounds."""
    return estimate.by(private, "hit", ["exposures"], kind="mean")
