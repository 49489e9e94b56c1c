"""Models that follow a policy instead of weights: known truth for every contract test."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from probes.core import Choice, Choose, Continuation, Continue, Question, Reply, Score, Scored
from probes.core.questions import identity
from probes.models.code import code_digest
from probes.models.stand_ins import curious, reserved

Policy = Callable[[Question], Any]
"""Question -> what it says. `Choose`: a meaning, or meaning -> probability. `Continue`: a text.
`Score`: nats of the whole text under each transcript (own first, then contexts), or one number for all."""

_FLOOR = 1e-12


class ScriptedModel:
    """A model whose answers come from a policy, with the replies of a real one.

    Its fingerprint covers what the policy computes: code, defaults, closure and globals, as they are now.

    Parameters
    ----------
    policy : callable
        Question -> answer. To `Choose`, a meaning or meaning -> probability; to `Continue`, a text; to `Score`, the
        log-probability of the whole text in nats, one number or one for each transcript.
    name : str
        By default `scripted:` and the name of the policy.

    Examples
    --------
    >>> import probes
    >>> model = ScriptedModel(lambda question: "yes")
    >>> talk = probes.Transcript().user("A or B?")
    >>> (reply,) = model.reply([probes.Choose(talk, {"A": "yes", "B": "no"})])
    >>> reply.best
    'yes'
    """

    def __init__(self, policy: Policy, name: str = "") -> None:
        self.policy = policy
        self.name = name or f"scripted:{getattr(policy, '__name__', 'policy')}"
        self.fingerprint = ""
        self.info: Mapping[str, Any] = {}
        self.renew()

    def renew(self) -> None:
        """Take the policy as it is now: every run does, for a global that it reads may have changed."""
        self.fingerprint = code_digest(self.name, self.policy, type(self))
        self.info = {
            "source": self.name,
            "kind": "scripted",
            "fingerprint": self.fingerprint,
            "described": "not a language model: a script answers by a rule",
        }

    def reply(self, questions: Sequence[Question], progress: Callable[[int], None] | None = None) -> list[Reply]:
        """One answer per question, in order."""
        return [self._answer(question) for question in questions]

    def digest(self, question: Question) -> str:
        """Hash of the transcript and everything else that is asked, without the seed."""
        return identity(question)

    def _answer(self, question: Question) -> Reply:
        said = self.policy(question)
        if isinstance(question, Choose):
            return _choice(question, said)
        if isinstance(question, Continue):
            words = str(said).split()[: question.max_tokens]
            stop = "end_of_turn" if len(words) == len(str(said).split()) else "length"
            text = str(said) if stop == "end_of_turn" else " ".join(words)
            return Continuation(text, list(range(len(words))), [0.0] * len(words), stop, [0.0] * len(words))
        return _scored(question, said)


def _choice(question: Choose, said: str | Mapping[str, float]) -> Choice:
    shares = dict(said) if isinstance(said, Mapping) else {said: 1.0}
    unknown = set(shares) - set(question.options.values())
    if unknown:
        offered = sorted(set(question.options.values()))
        raise ValueError(f"the policy chose {sorted(unknown)}, which is not among {offered}")
    meanings = list(question.options.values())  # a meaning with several labels shares its probability among them
    each = {meaning: shares.get(meaning, 0.0) / meanings.count(meaning) for meaning in meanings}
    logprobs = {label: math.log(max(each[meaning], _FLOOR)) for label, meaning in question.options.items()}
    return Choice(logprobs, dict(question.options))


def _scored(question: Score, said: float | Sequence[float]) -> Scored:
    tokens = question.text.split() or [str(k) for k in question.ids]
    totals = list(said) if isinstance(said, Sequence) else [float(said)] * (1 + len(question.contexts))
    rows = [[total / len(tokens)] * len(tokens) for total in totals]
    kl = [[max(rows[0][0] - row[0], 0.0)] * len(tokens) for row in rows[1:]] if question.kl else []
    return Scored(list(range(len(tokens))), rows[0], question.text, tokens, rows[1:], kl)


def first(question: Question) -> Any:
    """Always the option shown first; writes nothing; every text is equally likely everywhere."""
    return next(iter(question.options.values())) if isinstance(question, Choose) else _silent(question)


def last(question: Question) -> Any:
    """Always the option shown last."""
    return list(question.options.values())[-1] if isinstance(question, Choose) else _silent(question)


def uniform(question: Question) -> Any:
    """All options alike."""
    if isinstance(question, Choose):
        meanings = set(question.options.values())
        return dict.fromkeys(meanings, 1 / len(meanings))
    return _silent(question)


def echo(question: Question) -> Any:
    """Chooses uniformly and repeats the first user turn whenever it is to write."""
    if isinstance(question, Continue):
        return next((turn.text for turn in question.transcript if turn.role == "user"), "")
    return uniform(question)


def _silent(question: Question) -> Any:
    return "" if isinstance(question, Continue) else -1.0


POLICIES: dict[str, Policy] = {policy.__name__: policy for policy in (first, last, uniform, echo, reserved, curious)}
