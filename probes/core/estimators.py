"""What a changed context does to the probability of fixed tokens: log-ratios, divergences, entropies. Pure NumPy.

All logarithms are natural. A *ratio* is log p(target | base) - log p(target | context): positive where the base context
made the token likelier. Distributions are log-probabilities over the whole vocabulary, shape [..., vocabulary].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from probes.core.questions import Scored

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Contrast:
    """One target under two contexts, token by token, in nats. Empty where it was not asked for: `kl`, `js`, and
    `doubt`, the entropy under the context minus that under the base (positive: the base context made the model surer).
    """

    ratios: Array
    kl: Array = field(default_factory=lambda: np.empty(0))
    js: Array = field(default_factory=lambda: np.empty(0))
    doubt: Array = field(default_factory=lambda: np.empty(0))

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
    base, spread = _array(reply.logprobs), _array(reply.entropies[0] if reply.entropies else [])
    nothing: list[list[float]] = [[]] * len(reply.under)
    lists = (reply.under, reply.kl or nothing, reply.js or nothing, reply.entropies[1:] or nothing)
    return [
        Contrast(base - _array(under), _array(kl), _array(js), _array(other) - spread)
        for under, kl, js, other in zip(*lists, strict=True)
    ]


def token_table(reply: Scored, names: Sequence[str], over: str = "") -> pd.DataFrame:
    """Long table of a scored target: context, position, token, ratio, kl, js, doubt [nats, as in `Contrast`; NaN where
    not asked for]. Ratios are against the base, or against the mean of the contexts named `over`: a template effect
    that these share with the others is then subtracted, token by token."""
    pairs = list(zip(names, contrasts(reply), strict=True))
    null = np.mean([contrast.ratios for name, contrast in pairs if name == over], axis=0) if over else 0.0
    parts = [
        pd.DataFrame(
            {
                "context": name,
                "position": range(len(reply.ids)),
                "token": reply.tokens or [str(token) for token in reply.ids],
                "ratio": contrast.ratios - null,
                **{key: values if len(values := getattr(contrast, key)) else np.nan for key in ("kl", "js", "doubt")},
            }
        )
        for name, contrast in pairs
    ]
    return pd.concat(parts, ignore_index=True)


def _array(values: Sequence[float]) -> Array:
    return np.asarray(values, dtype=float)


def entropy(logp: ArrayLike) -> Array:
    """Shannon entropy over the last axis, nats."""
    logp = np.asarray(logp, dtype=float)
    return -_expected(logp, logp)


def kl(logp: ArrayLike, logq: ArrayLike) -> Array:
    """KL(p || q) over the last axis, nats; infinite where q excludes what p allows."""
    logp, logq = np.asarray(logp, dtype=float), np.asarray(logq, dtype=float)
    with np.errstate(invalid="ignore"):
        return _expected(logp, logp - logq)


def js(logp: ArrayLike, logq: ArrayLike) -> Array:
    """Jensen-Shannon divergence over the last axis, nats: symmetric, at most log 2."""
    logp, logq = np.asarray(logp, dtype=float), np.asarray(logq, dtype=float)
    middle = np.logaddexp(logp, logq) - np.log(2.0)
    return 0.5 * (kl(logp, middle) + kl(logq, middle))


def _expected(logp: Array, values: Array) -> Array:
    """Mean of values under p; impossible outcomes count nothing."""
    if np.isneginf(logp.min(initial=0.0)):
        values = np.where(np.isneginf(logp), 0.0, values)
    return np.einsum("...v,...v->...", np.exp(logp), values)
