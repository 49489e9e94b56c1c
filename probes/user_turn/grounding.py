"""Instrument (c), without a judge: is a turn likelier after its own query and answer than after others, or nothing?

The naive ratio against one mismatched context depends on how that context happens to suit the turn. Here the turn is
scored under several, their probabilities are averaged (which estimates the turn's probability without the context),
and the gain is expressed in units of the spread between the mismatched contexts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from probes.questions import Score, Scored
from probes.transcript import Transcript
from probes.user_turn.text import content, shared

SOFTEN = 0.15
"""Nats per token added to the spread between contexts, so that a chance agreement of few contexts cannot blow it up."""

LINK = 0.75
"""Nats per token that a full lexical link adds to the gain; chosen on our own contexts (125), checked on MT-Bench."""


@dataclass(frozen=True)
class Grounding:
    """What the likelihoods of one turn say. All log-probabilities are natural.

    own, nothing [tokens]; others [contexts, tokens].
    """

    own: np.ndarray
    nothing: np.ndarray
    others: np.ndarray
    tokens: tuple[str, ...] = ()

    @property
    def naive(self) -> float:
        """Mean log-ratio per token against the first mismatched context."""
        return float(np.mean(self.own - self.others[0]))

    @property
    def grounding(self) -> float:
        """Gain over the mixture of mismatched contexts in units of their spread: no unit, comparable over turns."""
        per_token = self.others.mean(axis=1)
        spread = float(per_token.std(ddof=1)) if len(per_token) > 1 else 0.0
        return self.gain / (spread + SOFTEN)

    @property
    def gain(self) -> float:
        """Nats per token over the mixture of mismatched contexts."""
        totals = self.others.sum(axis=1)
        mixture = float(np.logaddexp.reduce(totals) - np.log(len(totals)))
        return float(self.own.sum() - mixture) / len(self.own)

    @property
    def information(self) -> float:
        """Pointwise information of query and answer about the turn, nats per token: own minus nothing."""
        return float(np.mean(self.own - self.nothing))

    @property
    def by_token(self) -> np.ndarray:
        """Nats [tokens]: own minus the mean over mismatched contexts, what the transcripts are coloured by."""
        return self.own - self.others.mean(axis=0)


def question(shown: Transcript, turn: str, others: Sequence[Transcript]) -> Score:
    """The one request behind a Grounding: the turn under its own context, under nothing, under `others`."""
    if not others:
        raise ValueError("grounding needs at least one mismatched context")
    return Score(shown, text=turn, role="user", contexts=(Transcript(), *others))


def read(reply: Scored) -> Grounding:
    """The reply to `question`."""
    under = np.asarray(reply.under, dtype=float)
    return Grounding(np.asarray(reply.logprobs, dtype=float), under[0], under[1:], tuple(reply.tokens))


def link(shown: Transcript, turn: str, others: Sequence[Transcript]) -> float:
    """Share of the turn's content words that its own context has, minus the mean share the others have; in [-1, 1]."""
    said = content(turn)
    own, *rest = (shared(said, content(" ".join(one.text for one in context))) for context in (shown, *others))
    return own - sum(rest) / len(rest)


def combined(found: Grounding, linked: float) -> float:
    """Gain in likelihood and lexical link together: what separates true from mismatched turns best."""
    return found.gain + LINK * linked
