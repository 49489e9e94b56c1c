"""What a changed context does to the probability of fixed tokens: log-ratios, divergences, entropies. Pure NumPy.

All logarithms are natural. A *ratio* is log p(target | base) - log p(target | context): positive where the base context
made the token likelier. Distributions are log-probabilities over the whole vocabulary, shape [..., vocabulary].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from probes.core import Scored

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Contrast:
    """One target under two contexts, token by token, in nats. `kl` is empty where it was not asked for."""

    ratios: Array
    kl: Array

    @property
    def total(self) -> float:
        """log p(target | base) - log p(target | context), summed over tokens."""
        return float(self.ratios.sum())

    @property
    def mean(self) -> float:
        """Nats per token: InfoPO's one-sample information gain where the target was sampled under the base."""
        return float(self.ratios.mean())

    @property
    def divergence(self) -> float:
        """Mean over tokens of KL(base || context), nats per token; nan where it was not asked for."""
        return float(self.kl.mean()) if self.kl.size else float("nan")


def contrasts(reply: Scored) -> list[Contrast]:
    """One contrast for each further context of a `Score`, in their order."""
    base = np.asarray(reply.logprobs, dtype=float)
    kls = reply.kl or [[]] * len(reply.under)
    return [
        Contrast(base - np.asarray(under, dtype=float), np.asarray(kl, dtype=float))
        for under, kl in zip(reply.under, kls, strict=True)
    ]


def token_table(reply: Scored, names: Sequence[str]) -> pd.DataFrame:
    """Long table of a scored target: context, position, token, ratio, kl [nats]; kl is NaN where it was not asked."""
    parts = [
        pd.DataFrame(
            {
                "context": name,
                "position": range(len(reply.ids)),
                "token": reply.tokens or [str(token) for token in reply.ids],
                "ratio": contrast.ratios,
                "kl": contrast.kl if contrast.kl.size else np.nan,
            }
        )
        for name, contrast in zip(names, contrasts(reply), strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def entropy(logp: ArrayLike) -> Array:
    """Shannon entropy over the last axis, nats."""
    logp = np.asarray(logp, dtype=float)
    return -_expected(logp, logp)


def kl(logp: ArrayLike, logq: ArrayLike) -> Array:
    """KL(p || q) over the last axis, nats; infinite where q excludes what p allows."""
    logp, logq = np.asarray(logp, dtype=float), np.asarray(logq, dtype=float)
    with np.errstate(invalid="ignore"):
        return _expected(logp, np.where(np.isneginf(logp), 0.0, logp - logq))


def js(logp: ArrayLike, logq: ArrayLike) -> Array:
    """Jensen-Shannon divergence over the last axis, nats: symmetric, at most log 2."""
    logp, logq = np.asarray(logp, dtype=float), np.asarray(logq, dtype=float)
    middle = np.logaddexp(logp, logq) - np.log(2.0)
    return 0.5 * (kl(logp, middle) + kl(logq, middle))


def _expected(logp: Array, values: Array) -> Array:
    """Mean of values under p; impossible outcomes count nothing."""
    return np.sum(np.exp(logp) * np.where(np.isneginf(logp), 0.0, values), axis=-1)
