"""Three things and one word: does the model reason about its partner, and is it understood by another one?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Choice, Choose, Play, Probe, Row, Transcript, Trial
from probes.core.design import LETTERS
from probes.games.players import PARTNER
from probes.games.reference import Context, contexts, literal_listener, pragmatic_listener

WITH = ("self", "literal", "pragmatic", PARTNER)
"""Who listens to the model's words: itself, a listener who takes them literally, one who reasons, another model."""
ALPHA = 4.0
"""How strictly the scripted listener who reasons takes the speaker to choose."""
NAMED = ("unique", "third")
"""Things with a word of their own."""


@dataclass(frozen=True)
class ReferenceGame(Probe):
    """Does the model understand what a partner means, and is it understood?

    As a listener it hears a word that fits two of three things. Only one of the two has a word of its own, so that a
    partner who may say the colour or the shape means the other; in the twin the partner may say one of these only, and
    nothing can be told. As a speaker it chooses between the colour and the shape of a thing while its partner already
    knows that one of the other things is not meant: where that leaves the thing with the shared word, only one word
    tells; in the twin both do. `shift` is how many nats more than in the twin the thing meant gets over the other, or
    the telling word over the shared one; what a model likes about words, things, places and letters is in both.
    `follows` is by how much a thing is picked more often after the word that fits it alone than after the word of
    another. `success` is how often a listener would pick the thing that the model has in mind, `help` that minus the
    same for words drawn at random.
    """

    contexts: int = 24
    """Triples of things, the independent units; a multiple of 12 balances places, colour and shape."""
    listeners: tuple[str, ...] = ("self", "literal", "pragmatic")
    """Who listens to its words: `self`, `literal`, `pragmatic`, or `partner` for another model."""
    context_seed: int = 0
    """Seed of the things."""

    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"listeners": WITH}
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {}, "full": {"contexts": 120}}
    example: ClassVar[Mapping[str, Any]] = {"contexts": 2}
    measures: ClassVar[Mapping[str, str]] = {
        "shift": "nats",
        "p_rational": "probability",
        "follows": "difference of probabilities",
        "success": "probability",
        "help": "difference of probabilities",
        "mass": "probability",
    }
    chance: ClassVar[Mapping[str, float]] = {"shift": 0.0, "follows": 0.0, "help": 0.0}
    unit: ClassVar[str] = "context"
    version: ClassVar[int] = 2
    source: ClassVar[str] = "Frank and Goodman 2012, doi:10.1126/science.1218633; own contexts and twins"

    def partners(self) -> tuple[str, ...]:
        """The other model, where it listens."""
        return (PARTNER,) if PARTNER in self.listeners else ()

    def trials(self) -> Iterator[Trial]:
        """One context a trial."""
        for context in contexts(self.contexts, self.context_seed):
            yield Trial(context=context.number, seen=context)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """Everything is asked at once: both roles, the context and its twin, every word and every thing."""
        context: Context = trial.seen
        asked = questions(context, PARTNER in self.listeners)
        replies: dict[Any, Choice] = dict(zip(asked, (yield [*asked.values()]), strict=True))
        yield listened(context, replies)
        yield spoken(context, replies)
        for name in self.listeners:
            word = replies.get((PARTNER if name == PARTNER else "self", context.own("unique")))
            yield Row(understood(context, replies, name), {"role": "both", "listener": name}, word)


def questions(context: Context, partner: bool) -> dict[tuple[Any, ...], Choose]:
    """(who listens, word), ("twin",), ("speaker", thing, what is excluded) -> question."""
    asked: dict[tuple[Any, ...], Choose] = {("twin",): hear(context, context.shared(), context.part)}
    for word in context.words():
        asked["self", word] = hear(context, word)
        if partner:
            asked[PARTNER, word] = hear(context, word, to=PARTNER)
    for name in context.things():
        asked["speaker", name, ""] = speak(context, name)
    for name, other in (NAMED, NAMED[::-1]):
        asked["speaker", name, other] = speak(context, name, other)  # leaves `meant`, which shares a word
        asked["speaker", name, "meant"] = speak(context, name, "meant")
    return asked


def scene(context: Context) -> str:
    """The three things, in a line each."""
    shown = zip(LETTERS, context.shown(), strict=False)
    lines = [f"{letter}) {' '.join(context.things()[name])}" for letter, name in shown]
    return "\n".join(["There are three things on the table:", *lines, "", "Your partner sees the same things."])


def hear(context: Context, word: str, only: str = "", to: str = "") -> Choose:
    """The partner means one of the three and says one word: its colour or its shape, or `only` one of these.

    The word comes last, so that the model reads all before it once.
    """
    text = (
        f"{scene(context)} Your partner wants you to pick one of them, may say a single word, "
        f"{f'always the {only}' if only else 'the colour or the shape'}. Answer with the letter of the one that your "
        f"partner means.\nYour partner says: {word}."
    )
    labels = {f" {letter}": name for letter, name in zip(LETTERS, context.shown(), strict=False)}
    return Choose(Transcript().user(text), labels, prefill="Answer:", to=to)


def speak(context: Context, name: str, excluded: str = "") -> Choose:
    """The model means one of the three and chooses between its two words; the partner knows what is `excluded`."""
    colour, shape = context.things()[name]
    first, second = (colour, shape) if context.number % 2 else (shape, colour)
    letter = dict(zip(context.shown(), LETTERS, strict=False))
    known = f"Your partner knows already that you do not mean {letter[excluded]}. " if excluded else ""
    text = (
        f"{scene(context)} {known}You want your partner to pick {letter[name]}, the {colour} {shape}. You may say a "
        f"single word, {first} or {second}.\nWhich word do you say?"
    )
    return Choose(Transcript().user(text), {f" {word}": word for word in (first, second)}, prefill="My word is")


def _only(**values: float) -> dict[str, Any]:
    """These measures; the others are of other rows."""
    return {**dict.fromkeys(ReferenceGame.measures, "unscored"), **values}


def _over(reply: Choice, first: str, second: str) -> float:
    """Nats of one meaning over another."""
    nats = {meaning: reply.logprobs[label] for label, meaning in reply.options.items()}
    return nats[first] - nats[second]


def listened(context: Context, replies: Mapping[Any, Choice]) -> Row:
    """The shared word: the thing meant over the other, minus the same in the twin."""
    heard, twin = replies["self", context.shared()], replies["twin",]
    shift = _over(heard, "meant", "unique") - _over(twin, "meant", "unique")
    share = heard.p["meant"] / (heard.p["meant"] + heard.p["unique"])
    return Row(_only(shift=shift, p_rational=share, mass=heard.mass), {"role": "listener", "listener": "self"}, heard)


def spoken(context: Context, replies: Mapping[Any, Choice]) -> Row:
    """The word that tells over the one that does not, minus the same where both tell; mean of two things."""
    shifts, shares, masses = [], [], []
    for name, other in (NAMED, NAMED[::-1]):
        asked, twin = replies["speaker", name, other], replies["speaker", name, "meant"]
        own = context.own(name)
        rest = next(word for word in context.things()[name] if word != own)
        shifts.append(_over(asked, own, rest) - _over(twin, own, rest))
        shares.append(asked.p[own])
        masses.append(asked.mass)
    values = _only(shift=float(np.mean(shifts)), p_rational=float(np.mean(shares)), mass=float(np.mean(masses)))
    return Row(values, {"role": "speaker", "listener": ""}, replies["speaker", "unique", "third"])


def understood(context: Context, replies: Mapping[Any, Choice], listener: str) -> dict[str, Any]:
    """What a listener makes of the model's words, of words drawn at random, and of words that fit one thing."""
    things = context.things()

    def picked(word: str, thing: str) -> float:
        if listener in ("self", PARTNER):
            return replies[listener, word].p[thing]
        if listener == "literal":
            return literal_listener(things, word)[thing]
        return pragmatic_listener(things, word, ALPHA)[thing]

    own = [sum(p * picked(word, name) for word, p in replies["speaker", name, ""].p.items()) for name in things]
    drawn = [np.mean([picked(word, name) for word in things[name]]) for name in things]
    (one, two), words = NAMED, [context.own(name) for name in NAMED]
    follows = picked(words[0], one) - picked(words[1], one) + picked(words[1], two) - picked(words[0], two)
    values = _only(success=float(np.mean(own)))
    if listener in ("self", PARTNER):  # a formula's are known
        mass = float(np.mean([replies[listener, word].mass for word in context.words()]))
        values |= {"help": float(np.mean(own) - np.mean(drawn)), "follows": follows / 2, "mass": mass}
    return values
