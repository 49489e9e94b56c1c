"""Instrument (c), without a judge: was a turn said after this query and answer, or after another context's?

Every token of the turn is scored in place, after several mismatched contexts and after nothing; the mixture of the
latter is what it costs without its context. Nats gained over that speak for the context and lost ones against it, less
so on function words; content words in common speak for it again. A turn that costs much without a context had much to
gain there: it needs more evidence than "and then?", which fits anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from probes.core.questions import Score, Scored
from probes.core.transcript import Transcript
from probes.schema.likelihood import gains
from probes.shared.turns.text import content, in_content

LOST, LOST_ELSEWHERE, LINK, COST = 0.9, 0.4, 8.8, 0.45
"""Nats for a nat lost on a content word, for one lost elsewhere, for a full lexical link, and taken for the root of the
nats that the turn costs after nothing. Logistic regression on true next turns and three mismatched contexts each,
SmolLM2-135M: our own 125 contexts, MT-Bench and 240 conversations of people (0.89, 0.36, 8.77, 0.449). Its constant,
1.1, is left out: 0 lets through about one mismatched turn in twenty. Which terms to keep was decided on the same; the
figures on 80 other conversations of people stand in docs/user_turn.md."""

MEASURES: Mapping[str, str] = {
    "grounding": "nats of evidence that the turn was said in this context",
    "link": "share of the content words found here, by length, minus the mean share found in mismatched contexts",
    "naive": "nats per token over one mismatched context",
    "information": "nats per token over no context: pointwise information of query and answer",
}
"""What a Grounding tells, and in which unit: the measures that probes share."""

ROLE_CONTRAST = "nats per token, user role minus assistant role"


@dataclass(frozen=True)
class Grounding:
    """What the likelihoods of one turn say. All log-probabilities are natural.

    own, nothing [tokens]; others [contexts, tokens]; link in (-1, 1); content [tokens] tells which tokens belong to
    content words, empty where all do.
    """

    own: np.ndarray
    nothing: np.ndarray
    others: np.ndarray
    link: float = 0.0
    content: Sequence[bool] = ()

    @property
    def by_token(self) -> np.ndarray:
        """Nats [tokens]: own over the mixture of nothing and the mismatched contexts."""
        return gains(self.own, self.nothing, self.others)

    @property
    def grounding(self) -> float:
        """Nats of evidence that the turn was said here and not after a mismatched context; 0 is undecided."""
        gains = self.by_token
        weight = np.where(self.content, LOST, LOST_ELSEWHERE) if len(self.content) else LOST
        counted = float(np.where(gains > 0, gains, weight * gains).sum())
        return counted + LINK * self.link - COST * float(np.sqrt(-self.nothing.sum()))

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


def question(context: Transcript, turn: str, others: Sequence[Transcript]) -> Score:
    """The one request behind a Grounding: the turn under its own context, under nothing, under `others`."""
    if not others:
        raise ValueError("grounding needs at least one mismatched context")
    return Score(context, text=turn, role="user", contexts=(Transcript(), *others))


def read(asked: Score, reply: Scored, place: int = 0) -> Grounding:
    """The reply to `question`, as if the turn had been said in its mismatched context of that number; 0 is its own.

    A turn that has nothing to do with its context is as likely to be grounded in the one as in the other.
    """
    under = np.asarray(reply.under, dtype=float)
    contexts, nats = [asked.transcript, *asked.contexts[1:]], [np.asarray(reply.logprobs, dtype=float), *under[1:]]
    here, own = contexts.pop(place), nats.pop(place)
    return Grounding(own, under[0], np.array(nats), link(here, asked.text, contexts), in_content(reply.tokens))


def in_other_role(asked: Score) -> Score:
    """The same turn in place, but in the assistant's role."""
    return Score(asked.transcript, text=asked.text, role="assistant")


def role_contrast(reply: Scored, in_other: Scored) -> float:
    """Nats per token, user role minus assistant role: whose turn the model takes it for."""
    return reply.total / len(reply.ids) - in_other.total / len(in_other.ids)


def link(context: Transcript, turn: str, others: Sequence[Transcript]) -> float:
    """Weighted share of the turn's content words that its own context has, minus the mean of the others; in (-1, 1)."""
    vocabulary = set(content(turn))
    own, *rest = (_share(vocabulary, content(" ".join(one.text for one in each))) for each in (context, *others))
    return own - sum(rest) / len(rest)


def _share(vocabulary: set[str], there: Sequence[str]) -> float:
    """Short words, which many texts have, weigh less, one letter nothing; a single word is not yet the whole link."""
    weights = {word: min(len(word), 6) - 1 for word in vocabulary}
    return sum(weights[word] for word in vocabulary.intersection(there)) / (sum(weights.values()) + 4)
