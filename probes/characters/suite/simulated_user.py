"""Is the user it plays a user? It writes the turns of people with a profile; rules and likelihoods read them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.characters import released
from probes.characters.dialogues import CHANNELS, Dialogue, kept
from probes.characters.reading import held, named, overlaps, read
from probes.characters.users import FORMS, Place, places
from probes.core import Continuation, Continue, Play, Probe, Row, Score, Scored, Trial
from probes.shared.world.square import reading

SIDES = {"script": "", "self": "", "partner": "partner"}
"""Who answers the user -> whom the questions go to; a script asks nobody."""


@dataclass(frozen=True)
class SimulatedUser(Probe):
    """Does the model write as the user whose profile it is shown?

    A trial is a talk of one user. Four users of a square have the same domain, other facts and another manner of
    writing each; what is answered to them is the same, so that their talks differ in the profile only. The user's turns
    are written in the open user turn (`open`), with the profile as the system message, or by the assistant that is
    asked to play a user (`played`). `style` is whether a turn is written in the user's manner, `facts` the share of the
    user's facts that it names in words of its own; what the other users of the square, shown other profiles, have of
    both is what `analysis` subtracts. `copied` is the share of runs of four words that stand in the profile, minus the
    same for the three other profiles. `pairing` is how many nats likelier a turn is under its own profile than under
    the three others, `hit` whether the own profile makes the turns so far the likeliest: how well a turn is liked at
    all is in all four. They are judged in the other channel and with the profile in other words, for after the very
    prompt that it was drawn from any text is likely, sense or nonsense. Rows of origin `written` read, in the same way,
    a message that we wrote for the user.
    """

    users: int = 8
    """Talks of each channel and form, a multiple of four; from the 17th on profiles return in other manners."""
    channels: tuple[str, ...] = tuple(CHANNELS)
    """Of `open` (the open user turn) and `played` (the assistant plays a user)."""
    forms: tuple[str, ...] = ("list",)
    """How the profile is shown: `none`, `list`, `prose`."""
    turns: int = 2
    """Turns of the user."""
    partner: str = "script"
    """Who answers: `script`, `self` (the model) or `partner` (another model)."""
    max_tokens: int = 28
    """Longest turn, and longest reply of a model."""
    temperature: float = 0.7
    """Of the written turns; 0 is greedy."""
    language: str = "en"
    """Language of everything shown; the rules that read turns are English, and so is this."""
    user_seed: int = 0
    """Seed of who shares a square, and of the manners of writing."""
    path: str = ""
    """A local copy of LMSYS-USP, or any conversations with a profile as system message: its users instead of ours."""

    measures: ClassVar[Mapping[str, str]] = {
        "style": "1 if the turn is written in the user's manner, else 0",
        "facts": "share of the user's facts that the turn names in its own words",
        "copied": "difference of shares",
        "pairing": "nats",
        "hit": "share of a right answer",
        "assistantlike": "1 if the turn reads as the assistant's, else 0",
        "loop": "1 if the turn repeats itself or earlier ones, else 0",
    }
    chance: ClassVar[Mapping[str, float]] = {"pairing": 0.0, "hit": 0.25}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {
        "channels": CHANNELS,
        "forms": FORMS,
        "partner": SIDES,
        "language": ("en",),
    }
    unit: ClassVar[str] = "user"
    source: ClassVar[str] = "USP 2025 (user simulator with profiles) and counselor-client role-play 2024; own users"
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {},
        "full": {"users": 48, "forms": FORMS, "turns": 4, "max_tokens": 48},
    }
    example: ClassVar[Mapping[str, Any]] = {"users": 4, "turns": 2, "max_tokens": 8}

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.turns < 1:
            raise ValueError(f"simulated_user: turns={self.turns} must be 1 or more")

    def partners(self) -> tuple[str, ...]:
        """The other model, where it answers."""
        return (self.partner,) if SIDES[self.partner] else ()

    def trials(self) -> Iterator[Trial]:
        """Users x channels x forms."""
        drawn = (
            released.places(self.path, self.users, self.user_seed) if self.path else places(self.users, self.user_seed)
        )
        for place in drawn:
            for channel in self.channels:
                for form in self.forms:
                    yield Trial(cast=place, channel=channel, profile=form, answered_by=self.partner)

    def steps(self) -> int:
        """Turns, what they are scored with, and the message that we wrote."""
        return 2 * self.turns + 1

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """The message that we wrote is scored beside the first turn; then turn by turn."""
        place: Place = trial.cast
        talk = Dialogue(place.own, trial.channel, trial.profile)
        ours = place.own.written(0)
        reply, scored = yield [self._turn(talk), score(place, talk, ours)]
        yield row(place, talk, ours, nats(scored), nats(scored), scored, place.own.origin)
        total = np.zeros(len(place.users))
        for turn in range(self.turns):
            text, last = kept(reply), turn == self.turns - 1
            spoken = talk.spoken(text)
            asked = [score(place, talk, text)] if text else []
            answering = [] if last or self.partner == "script" else [self._answer(spoken)]
            replies = yield [*asked, *answering]
            gained = nats(replies[0]) if text else None
            total = total if gained is None else total + gained
            yield row(place, talk, reply.text, gained, total, reply)
            if not last:
                talk = spoken.answered(kept(replies[-1]) if answering else spoken.scripted())
                reply = yield self._turn(talk)

    def _turn(self, talk: Dialogue) -> Continue:
        return Continue(talk.seen(), role=talk.role, max_tokens=self.max_tokens, temperature=self.temperature)

    def _answer(self, talk: Dialogue) -> Continue:
        return Continue(talk.heard(), max_tokens=self.max_tokens, temperature=self.temperature, to=SIDES[self.partner])


def score(place: Place, talk: Dialogue, text: str) -> Score:
    """A turn under the four profiles of its square, after the same talk; in other words than it was written under."""
    first, *others = [talk.elsewhere(user) for user in place.users]
    return Score(first.seen(), text=text, contexts=tuple(other.seen() for other in others), role=first.role)


def nats(reply: Scored) -> np.ndarray:
    """Log-probability [users of the square] of the text under each profile."""
    return np.array([reply.total, *map(sum, reply.under)], dtype=float)


def row(place: Place, talk: Dialogue, turn: str, gained: np.ndarray | None, total: np.ndarray,
        reply: Continuation | Scored, origin: str = "model") -> Row:  # fmt: skip
    """A turn as rules and likelihoods read it; `gained` are its nats, `total` those of all turns so far."""
    number = len(talk.turns) + 1
    if gained is None:
        return Row(dict.fromkeys(SimulatedUser.measures, "unscored"), {"turn": number, "origin": origin}, reply)
    values = read(place, talk.form, turn, talk.turns, talk.replies[-1] if talk.replies else "")
    values |= {"pairing": reading(gained, place.place)["pairing"], "hit": reading(total, place.place)["hit"]}
    logs = " ".join(f"{value:.6f}" for value in gained)
    copies = " ".join(f"{share:.4g}" for share in overlaps(place, talk.form, turn))
    facts: dict[str, Any] = {"turn": number, "origin": origin, "nats": logs, "overlaps": copies}
    facts |= {"held": held(place, turn), "named": named(place, talk.form, turn)} if place.own.manner else {}
    return Row(values, facts, reply)
