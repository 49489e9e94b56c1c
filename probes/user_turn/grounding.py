"""Instrument (c), without a judge: was a turn said after this query and answer, or after another context's?

Every token of the turn is scored in place, after several mismatched contexts and after nothing; the mixture of the
latter is what it costs without its context. Nats gained over that speak for the context, lost ones against it, content
words in common for it again. A turn that costs much without a context had much to gain there: it needs more evidence
than "and then?", which fits anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from probes.questions import Score, Scored
from probes.transcript import Transcript
from probes.user_turn.text import content, shared

NOTHING = 0.3
"""Weight of nothing in the mixture; the mismatched contexts share the rest. From 0.1 to 0.5 it makes no difference."""
LOST, LINK, COST = 0.7, 7.4, 0.055
"""A lost nat counts less than a gained one; a full lexical link is worth 7.4 nats; every nat that the turn costs after
nothing takes 0.055. At 0 a turn is as likely true as mismatched. Logistic regression on the true next turns of our own
125 contexts and three mismatched ones each, SmolLM2-135M (0.694, 7.36, 0.055, constant 0.10); nothing was fitted
elsewhere. Which terms to keep was decided on those and on 40 conversations of real people."""

MEASURES: Mapping[str, str] = {
    "grounding": "nats of evidence that the turn was said in this context",
    "link": "share of the content words found here minus the mean share found in mismatched contexts",
    "naive": "nats per token over one mismatched context",
    "information": "nats per token over no context: pointwise information of query and answer",
}
"""What a Grounding tells, and in which unit: the measures that probes share."""

ROLE_CONTRAST = "nats per token, user role minus assistant role"


@dataclass(frozen=True)
class Grounding:
    """What the likelihoods of one turn say. All log-probabilities are natural.

    own, nothing [tokens]; others [contexts, tokens]; link in [-1, 1].
    """

    own: np.ndarray
    nothing: np.ndarray
    others: np.ndarray
    link: float = 0.0

    @property
    def by_token(self) -> np.ndarray:
        """Nats [tokens]: own over the mixture of nothing and the mismatched contexts."""
        others = np.logaddexp.reduce(self.others, axis=0) - np.log(len(self.others))
        return self.own - np.logaddexp(others + np.log(1 - NOTHING), self.nothing + np.log(NOTHING))

    @property
    def grounding(self) -> float:
        """Nats of evidence that the turn was said here and not after a mismatched context; 0 is undecided."""
        gains = self.by_token
        counted = float(np.where(gains > 0, gains, LOST * gains).sum())
        return counted + LINK * self.link + COST * float(self.nothing.sum())

    @property
    def naive(self) -> float:
        """Mean log-ratio per token against the first mismatched context."""
        return float(np.mean(self.own - self.others[0]))

    @property
    def information(self) -> float:
        """Pointwise information of query and answer about the turn, nats per token: own minus nothing."""
        return float(np.mean(self.own - self.nothing))

    def values(self) -> dict[str, float]:
        """The MEASURES."""
        return {name: float(getattr(self, name)) for name in MEASURES}


def question(shown: Transcript, turn: str, others: Sequence[Transcript]) -> Score:
    """The one request behind a Grounding: the turn under its own context, under nothing, under `others`."""
    if not others:
        raise ValueError("grounding needs at least one mismatched context")
    return Score(shown, text=turn, role="user", contexts=(Transcript(), *others))


def read(asked: Score, reply: Scored) -> Grounding:
    """The reply to `question`."""
    under = np.asarray(reply.under, dtype=float)
    linked = link(asked.transcript, asked.text, asked.contexts[1:])
    return Grounding(np.asarray(reply.logprobs, dtype=float), under[0], under[1:], linked)


def in_other_role(asked: Score) -> Score:
    """The same turn in place, but in the assistant's role."""
    return Score(asked.transcript, text=asked.text, role="assistant")


def role_contrast(reply: Scored, in_other: Scored) -> float:
    """Nats per token, user role minus assistant role: whose turn the model takes it for."""
    return reply.total / len(reply.ids) - in_other.total / len(in_other.ids)


def link(shown: Transcript, turn: str, others: Sequence[Transcript]) -> float:
    """Share of the turn's content words that its own context has, minus the mean share the others have; in [-1, 1]."""
    said = content(turn)
    own, *rest = (shared(said, content(" ".join(one.text for one in context))) for context in (shown, *others))
    return own - sum(rest) / len(rest)
