"""A model made of models: what a question says in `to` decides who answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from probes.core import Model, Question, Reply


class Company:
    """The model under test and its partners, asked, recorded and resumed as one model.

    Questions without `to` go to the model under test, the others to the partner that they name; questions of one batch
    that have the same addressee are asked together. The fingerprint covers all members, and so does `info`. Members
    answer one after the other: two loaded models hold two prefix caches, and the memory of one pass.

    Parameters
    ----------
    model : Model
        The model under test; the company has its name, and activations are captured from it alone.
    **partners : Model
        The others, by the name that questions call them.

    Raises
    ------
    ValueError
        Without partners.

    Examples
    --------
    >>> import probes
    >>> company = Company(probes.load_model("scripted:first"), partner=probes.load_model("scripted:last"))
    >>> talk, options = probes.Transcript().user("A or B?"), {"A": "yes", "B": "no"}
    >>> mine, theirs = probes.Choose(talk, options), probes.Choose(talk, options, to="partner")
    >>> [reply.best for reply in company.reply([mine, theirs])]
    ['yes', 'no']
    """

    def __init__(self, model: Model, **partners: Model) -> None:
        if not partners or "" in partners:
            raise ValueError("a company needs at least one partner, with a name: Company(model, partner=...)")
        self.model, self.partners = model, partners
        self.name = model.name
        self.fingerprint = ""
        self.renew()

    @property
    def info(self) -> Mapping[str, Any]:
        """That of the model under test, and under `partners` that of the others."""
        return {**self.model.info, "partners": {name: dict(one.info) for name, one in self.partners.items()}}

    @property
    def blocks(self) -> int | None:
        """Blocks of the model under test, where it has any: what `Capture` can ask for."""
        return getattr(self.model, "blocks", None)

    def renew(self) -> None:
        """Take scripted members as they are now; the fingerprint is that of all, with what they are called."""
        for member in (self.model, *self.partners.values()):
            if renew := getattr(member, "renew", None):
                renew()
        members = sorted([name, one.fingerprint] for name, one in {"": self.model, **self.partners}.items())
        self.fingerprint = hashlib.sha256(json.dumps(members).encode()).hexdigest()

    def reply(self, questions: Sequence[Question], progress: Callable[[int], None] | None = None) -> list[Reply]:
        """Answers in the order of the questions; each member is asked once."""
        places: dict[str, list[int]] = {}
        for place, question in enumerate(questions):
            places.setdefault(question.to, []).append(place)
        given: dict[int, Reply] = {}
        for to, mine in places.items():
            before = len(given)
            heard = (lambda count, before=before: progress(before + count)) if progress else None
            replies = self._member(to).reply([replace(questions[place], to="") for place in mine], heard)
            given |= zip(mine, replies, strict=True)
        return [given[place] for place in range(len(questions))]

    def digest(self, question: Question) -> str:
        """What its addressee computes for a question."""
        own = self._member(question.to).digest(replace(question, to=""))
        return f"{question.to} {own}" if question.to else own

    def _member(self, to: str) -> Model:
        if to and to not in self.partners:
            raise ValueError(f"no partner {to!r} in this company; there are: {', '.join(self.partners)}")
        return self.partners[to] if to else self.model
