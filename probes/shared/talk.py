"""A conversation held by hand: you write in either seat, the model writes in the other, and all of it is a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from probes.core import Continue, Model, Play, Probe, Row, Transcript, Trial
from probes.core.run import run
from probes.shared.personas import PLACEMENTS, SHELF, Opening

SEATS = ("user", "assistant")
NOTHING = "..."
"""Stands for a turn in which the model wrote nothing: templates refuse empty ones."""


@dataclass(frozen=True)
class Spoken:
    """One turn: whose it is, and its text, or (where the model writes it) the persona and seed it is written with."""

    role: str
    text: str = ""
    persona: str = "none"
    seed: int = 0


@dataclass(frozen=True)
class Held(Probe):
    """A conversation that somebody held with the model, turn by turn.

    Turns with a text were written by hand; the model writes the others, each under the persona of that moment.
    """

    turns: tuple[Spoken, ...] = ()
    """All turns so far, the user's first."""
    temperature: float = 0.7
    """Of the sampler; 0 is greedy."""
    max_tokens: int = 80
    """Longest turn that the model writes."""
    placement: str = "system"
    """Where the persona stands."""

    allowed: ClassVar[Mapping[str, Any]] = {"placement": PLACEMENTS}
    measures: ClassVar[Mapping[str, str]] = {"logprob": "nats per token"}
    source: ClassVar[str] = "own protocol"

    def trials(self) -> Iterator[Trial]:
        """The conversation."""
        yield Trial(talk=0)

    def play(self, trial: Trial, rng: np.random.Generator) -> Play:
        """One row per turn of the model."""
        talk: list[tuple[str, str]] = []
        for number, turn in enumerate(self.turns, start=1):
            if turn.text:
                talk.append((turn.role, turn.text))
                continue
            asked = _after(SHELF[turn.persona].opening(self.placement), talk)
            reply = yield Continue(asked, role=turn.role, max_tokens=self.max_tokens, temperature=self.temperature,
                                   seed=turn.seed)  # fmt: skip
            talk.append((turn.role, reply.text.strip() or NOTHING))
            value = float(np.mean(reply.logprobs)) if reply.logprobs else "unscored"
            yield Row({"logprob": value}, {"turn": number, "role": turn.role, "persona": turn.persona}, reply)


def _after(opening: Opening, talk: list[tuple[str, str]]) -> Transcript:
    """The conversation so far, its first turn (the user's) being the one that a persona may begin."""
    asked = opening.user(talk[0][1]) if talk else opening.transcript
    for role, text in talk[1:]:
        asked = asked.user(text) if role == "user" else asked.assistant(text)
    return asked


class Talk:
    """A conversation to be held in a notebook; `show.talk` puts buttons on it.

    Parameters
    ----------
    model : Model
    out : str or Path
        Run folder: every turn that the model writes is recorded there, with what it was asked.
    **settings
        `temperature` and `max_tokens` of the sampler, `placement` of the persona.

    Examples
    --------
    >>> import tempfile, probes
    >>> talk = Talk(probes.load_model("scripted:first"), tempfile.mkdtemp(), max_tokens=8)
    >>> talk.say("Hello").write().say("Thanks.").turns[0], len(talk.turns)
    (('user', 'Hello'), 3)
    """

    def __init__(self, model: Model, out: str | Path, **settings: Any) -> None:
        self.model, self.out, self.probe = model, Path(out), Held(**settings)
        self.turns: list[tuple[str, str]] = []
        """Role and text of every turn so far."""

    @property
    def personas(self) -> list[str]:
        """Names that the model's turns can be written under."""
        return list(SHELF)

    @property
    def written(self) -> list[int]:
        """Which of the turns the model wrote, in the order in which it was asked."""
        return [number for number, turn in enumerate(self.probe.turns) if not turn.text]

    @property
    def next(self) -> str:
        """Whose turn it is."""
        return SEATS[len(self.turns) % 2]

    def say(self, text: str) -> Talk:
        """Write the next turn. ValueError for an empty one."""
        if not text.strip():
            raise ValueError("a turn needs a text; `write` lets the model write one")
        return self._keep((*self.probe.turns, Spoken(self.next, text.strip())))

    def write(self, persona: str = "none", seed: int | None = None) -> Talk:
        """Let the model write the next turn, whoever's it is; the same seed writes the same."""
        seed = len(self.turns) if seed is None else seed
        return self._keep((*self.probe.turns, Spoken(self.next, "", SHELF[persona].name, seed)))

    def undo(self) -> Talk:
        """Take back the last turn; what the model wrote stays among the replies on the disk."""
        return self._keep(self.probe.turns[:-1])

    def _keep(self, turns: tuple[Spoken, ...]) -> Talk:
        probe = replace(self.probe, turns=turns)
        written: Iterator[str] = iter(())
        if any(not turn.text for turn in turns):
            written = iter(run(probe, self.model, out=self.out).sort_values("turn")["text"])
        self.turns = [(turn.role, turn.text or next(written).strip() or NOTHING) for turn in turns]
        self.probe = probe
        return self
