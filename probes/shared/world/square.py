"""The square: k hidden states told in the same words otherwise, k responses, each right for exactly one state.

The reply is a matrix of nats M [state, response]. A model that ignores the state is additive, M_ij = a_i + b_j: the
mean over states of M_ii minus the row's other columns is then exactly 0, and exactly 1/k of the states have their own
response on top, whatever the model likes to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from probes.core.questions import Question, Score, Scored
from probes.core.transcript import Transcript

MEASURES = {"pairing": "nats", "hit": "share of a right answer", "mrr": "reciprocal rank"}
"""What a row of a square brings, with units."""
EVEN = 1e-9
"""Nats within which two responses tie: sums over tokens differ by rounding where nothing else does."""


@dataclass(frozen=True)
class Square:
    """k contexts and k texts; text i is the right one for context i and for no other.

    Parameters
    ----------
    rows : tuple of Transcript
        The states, as conversations whose open turn the texts would be.
    columns : tuple of str
        The responses.
    role, prefill : whose turn is open, and the text it already holds.
    """

    rows: tuple[Transcript, ...]
    columns: tuple[str, ...]
    role: str = "assistant"
    prefill: str = ""

    def __post_init__(self) -> None:
        k = len(self.rows)
        if k < 2 or len(self.columns) != k or len(set(self.columns)) != k:
            raise ValueError(f"a square of {k} states needs as many different responses, got {len(self.columns)}")

    def questions(self) -> list[Question]:
        """k questions: every response under all states, so that what the contexts share is computed once."""
        first, *others = self.rows
        return [
            Score(first, text=column, contexts=tuple(others), role=self.role, prefill=self.prefill)
            for column in self.columns
        ]

    @staticmethod
    def measured(replies: Sequence[Scored]) -> Iterator[tuple[int, dict[str, float], str]]:
        """(state, measures, its nats as text) for each state; `analysis` puts the matrix together again."""
        for state, nats in enumerate(matrix(replies)):
            yield state, reading(nats, state), " ".join(f"{value:.6f}" for value in nats)


def matrix(replies: Sequence[Scored]) -> np.ndarray:
    """Nats [state, response] of the replies to `Square.questions`, each text summed over its tokens."""
    return np.array([[reply.total, *map(sum, reply.under)] for reply in replies], dtype=float).T


def reading(nats: np.ndarray, right: int) -> dict[str, float]:
    """One state's `pairing` (its own response minus the mean of the others, nats), `hit` and `mrr`.

    Responses of equal nats share a hit, and take every rank among them equally often.
    """
    own, others = nats[right], np.delete(nats, right)
    above, level = int((others > own + EVEN).sum()), int((abs(others - own) <= EVEN).sum())
    ranks = np.arange(above + 1, above + level + 2)
    return {
        "pairing": float(own - others.mean()),
        "hit": 0.0 if above else 1 / (level + 1),
        "mrr": float((1 / ranks).mean()),
    }
