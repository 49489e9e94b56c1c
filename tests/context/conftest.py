"""Fake models with probabilities known in closed form, and a driver that plays a probe on one without the runner."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from probes.core import Choice, Choose, Continuation, Continue, Probe, Question, Reply, Row, Score, Scored
from probes.core.transcript import Transcript

WORDS = ("<start>", "a", "b", "c", "d")


class Tabular:
    """A model over whole words: `logp(words so far of the prompt, words so far of the target) -> log-probabilities`."""

    name = "tabular"
    fingerprint = "0" * 64
    info: Mapping[str, Any] = {}

    def __init__(self, vocabulary: Sequence[str], logp: Callable[[Transcript, list[str]], np.ndarray]) -> None:
        self.vocabulary = list(vocabulary)
        self.logp = logp

    def ids(self, text: str) -> list[int]:
        return [self.vocabulary.index(word) for word in text.split()]

    def reply(self, questions: Sequence[Question], progress: Any = None) -> list[Reply]:
        return [self._one(question) for question in questions]

    def digest(self, question: Question) -> str:
        return hashlib.sha256(repr(question).encode()).hexdigest()

    def table(self, transcript: Transcript, ids: Sequence[int]) -> np.ndarray:
        """Log-probabilities at every target position, [tokens, vocabulary]."""
        said = [self.vocabulary[i] for i in ids]
        return np.array([self.logp(transcript, said[:k]) for k in range(len(said))])

    def _one(self, question: Question) -> Reply:
        if isinstance(question, Score):
            return self._scored(question)
        if isinstance(question, Continue):
            return self._continued(question)
        logp = self.logp(question.transcript, [])
        shown = {label: float(logp[self.vocabulary.index(label)]) for label in question.options}
        return Choice(shown, dict(question.options))

    def _scored(self, question: Score) -> Scored:
        ids = list(question.ids) or self.ids(question.text)
        base = self.table(question.transcript, ids)
        others = [self.table(context, ids) for context in question.contexts]
        pick = np.arange(len(ids))
        return Scored(
            ids=ids,
            logprobs=base[pick, ids].tolist(),
            text=question.text,
            tokens=[f" {self.vocabulary[i]}" for i in ids],
            under=[other[pick, ids].tolist() for other in others],
            kl=[(np.exp(base) * (base - other)).sum(-1).tolist() for other in others] if question.kl else [],
        )

    def _continued(self, question: Continue) -> Continuation:
        rng = np.random.default_rng(question.seed)
        said: list[str] = []
        logps: list[float] = []
        for _ in range(question.max_tokens):
            logp = self.logp(question.transcript, said)
            chosen = int(rng.choice(len(logp), p=np.exp(logp))) if question.temperature else int(np.argmax(logp))
            said.append(self.vocabulary[chosen])
            logps.append(float(logp[chosen]))
        return Continuation(" ".join(said), self.ids(" ".join(said)), logps, "length")


def words_of(transcript: Transcript, roles: Sequence[str] = ("system", "user", "assistant")) -> list[str]:
    return [word for turn in transcript if turn.role in roles for word in turn.text.split()]


def lexical(roles: Sequence[str], vocabulary: Sequence[str], boost: float = 3.0) -> Tabular:
    """Words already said by the given roles are `exp(boost)` times as likely as the others."""

    def logp(transcript: Transcript, said: list[str]) -> np.ndarray:
        known = set(words_of(transcript, roles))
        weights = np.array([boost if word in known else 0.0 for word in vocabulary])
        return weights - np.logaddexp.reduce(weights)

    return Tabular(vocabulary, logp)


def played(probe: Probe, model: Any, seed: int = 0) -> pd.DataFrame:
    """One line a row: facts, measures (NaN with status where unscored)."""
    return pd.DataFrame(list(_rows(probe, model, seed)))


def _rows(probe: Probe, model: Any, seed: int) -> Iterator[dict[str, Any]]:
    for place, trial in enumerate(probe.trials()):
        play = probe.play(trial, np.random.default_rng([seed, place]))
        reply: Reply | list[Reply] | None = None
        while True:
            try:
                item = next(play) if reply is None else play.send(reply)
            except StopIteration:
                break
            reply = None
            if isinstance(item, Row):
                assert set(item.values) == set(probe.measures)
                yield {**trial.facts(), **item.facts, **item.values}
                continue
            asked = item if isinstance(item, list) else [item]
            assert all(isinstance(one, Choose | Continue | Score) for one in asked)
            replies = model.reply([_seeded(one, place) for one in asked])
            reply = replies if isinstance(item, list) else replies[0]


def _seeded(question: Question, place: int) -> Question:
    if isinstance(question, Continue) and question.seed is None and question.temperature:
        return Continue(**{**vars(question), "seed": place})
    return question


@pytest.fixture
def bigram() -> Tabular:
    """Word bigram: the next word depends on the last word before it, in the target or in the prompt."""
    rng = np.random.default_rng(3)
    matrix = rng.dirichlet(np.ones(len(WORDS)), size=len(WORDS))

    def logp(transcript: Transcript, said: list[str]) -> np.ndarray:
        last = [*words_of(transcript), *said][-1:] or ["<start>"]
        return np.log(matrix[WORDS.index(last[0])])

    model = Tabular(WORDS, logp)
    model.matrix = matrix  # type: ignore[attr-defined]
    return model


@pytest.fixture(name="lexical")
def lexical_fixture() -> Callable[..., Tabular]:
    return lexical


@pytest.fixture(name="played")
def played_fixture() -> Callable[..., pd.DataFrame]:
    return played
