"""The null that a scored turn is compared with: the same turn after nothing and after other conversations."""

from __future__ import annotations

import numpy as np

NOTHING = 0.3
"""Weight of nothing in the mixture; the mismatched contexts share the rest. From 0.1 to 0.5 it makes no difference."""


def gains(own: np.ndarray, nothing: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Nats [tokens] that the own context adds over a mixture of nothing and the mismatched contexts.

    Parameters
    ----------
    own, nothing : array [tokens]
        Log-probabilities in nats under the own context and under none.
    others : array [contexts, tokens]
        The same under each mismatched context.

    Examples
    --------
    >>> gains(np.log([0.5]), np.log([0.25]), np.log([[0.25]])).round(3)
    array([0.693])
    """
    elsewhere = np.logaddexp.reduce(others, axis=0) - np.log(len(others))
    return own - np.logaddexp(elsewhere + np.log(1 - NOTHING), nothing + np.log(NOTHING))
