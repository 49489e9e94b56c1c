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


@dataclass(frozen=True)
class ReferenceGame(Probe):
    """Does the model understand what a partner means, and is it understood?

    As a listener it hears a word that fits two of three things. Only one of the two has a word of its own, so that a
    partner who wants to be understood means the other. In the twin the third thing has another shape (or colour), both
    have words of their own, and nothing can be told. `shift` is how many nats more the thing meant gets over the other
    than in the twin; tastes for things, places and letters are in both. As a speaker it chooses between the colour and
    the shape of each thing: `shift` is the nats of the word that fits nothing else over the one that does, mean over a
    thing whose colour and one whose shape is unique, so that a taste for either cancels. `success` is how often the
    listeners named in `listeners` would pick the thing that the model has in mind.
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
        "hit": "probability",
        "success": "probability",
        "mass": "probability",
    }
    chance: ClassVar[Mapping[str, float]] = {"shift": 0.0, "p_rational": 0.5, "hit": 1 / 3}
    unit: ClassVar[str] = "context"
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
        asked = _questions(context, PARTNER in self.listeners)
        replies = dict(zip(asked, (yield [*asked.values()]), strict=True))
        yield listened(context, replies)
        yield understood(context, replies)
        yield spoken(context, replies)
        for name in self.listeners:
            yield Row(_only(success=success(context, replies, name)), {"role": "both", "listener": name})


def _questions(context: Context, partner: bool) -> dict[tuple[Any, ...], Choose]:
    """(role, twin, word or thing) -> question; `partner` listens to every word too."""
    asked: dict[tuple[Any, ...], Choose] = {("listener", True, context.shared()): hear(context, True, context.shared())}
    for word in context.words():
        asked["listener", False, word] = hear(context, False, word)
        if partner:
            asked[PARTNER, False, word] = hear(context, False, word, PARTNER)
    for name in context.things():
        asked["speaker", False, name] = speak(context, name)
    return asked


def scene(context: Context, twin: bool) -> str:
    """The three things in a line each."""
    things = context.things(twin)
    lines = [
        f"{letter}) a {' '.join(things[name])}" for letter, name in zip(LETTERS, context.shown(twin), strict=False)
    ]
    return "\n".join(["There are three things on the table:", *lines])


def hear(context: Context, twin: bool, word: str, to: str = "") -> Choose:
    """The partner means one of the three and says one word."""
    text = (
        f"{scene(context, twin)}\n\nYour partner sees the same things and wants you to pick one of them. "
        f"Your partner may say a single word, the colour or the shape, and says: {word}.\n"
        "Which one does your partner mean? Answer with the letter."
    )
    labels = {f" {letter}": name for letter, name in zip(LETTERS, context.shown(twin), strict=False)}
    return Choose(Transcript().user(text), labels, prefill="Answer:", to=to)


def speak(context: Context, name: str) -> Choose:
    """The model means one of the three and chooses between its two words."""
    first, second = context.things()[name]
    pair = (first, second) if context.number % 2 else (second, first)
    text = (
        f"{scene(context, False)}\n\nYour partner sees the same things. You want your partner to pick "
        f"{LETTERS[context.shown().index(name)]}, the {first} {second}. You may say a single word, "
        f"{pair[0]} or {pair[1]}.\nWhich word do you say?"
    )
    return Choose(Transcript().user(text), {f" {word}": word for word in pair}, prefill="My word is")


def _only(**values: float) -> dict[str, Any]:
    """These measures; the others are of other rows."""
    return {**dict.fromkeys(ReferenceGame.measures, "unscored"), **values}


def _nats(reply: Choice) -> dict[str, float]:
    return {meaning: reply.logprobs[label] for label, meaning in reply.options.items()}


def listened(context: Context, replies: Mapping[Any, Choice]) -> Row:
    """The shared word: the thing meant over the other, minus the same in the twin."""
    word = context.shared()
    heard, twin = replies["listener", False, word], replies["listener", True, word]
    over = [_nats(reply)["meant"] - _nats(reply)["unique"] for reply in (heard, twin)]
    share = heard.p["meant"] / (heard.p["meant"] + heard.p["unique"])
    values = _only(shift=over[0] - over[1], p_rational=share, mass=heard.mass)
    return Row(values, {"role": "listener", "word": "shared"}, heard)


def understood(context: Context, replies: Mapping[Any, Choice]) -> Row:
    """Words that fit one thing only: what whoever understands the question gets right."""
    things = context.things()
    only = {word: [name for name, thing in things.items() if word in thing] for word in context.words()}
    clear = {word: names[0] for word, names in only.items() if len(names) == 1}
    asked = [replies["listener", False, word] for word in clear]
    hit = float(np.mean([reply.p[name] for reply, name in zip(asked, clear.values(), strict=True)]))
    return Row(_only(hit=hit), {"role": "listener", "word": "unique"}, asked[0])


def spoken(context: Context, replies: Mapping[Any, Choice]) -> Row:
    """The word that fits nothing else over the one that does, over the two things that have one."""
    things, gains, shares = context.things(), [], []
    for name in ("unique", "third"):
        reply = replies["speaker", False, name]
        lone = next(word for word in things[name] if sum(word in thing for thing in things.values()) == 1)
        nats = _nats(reply)
        gains.append(2 * nats[lone] - sum(nats.values()))
        shares.append(reply.p[lone])
    first = replies["speaker", False, "unique"]
    values = _only(shift=float(np.mean(gains)), p_rational=float(np.mean(shares)), mass=first.mass)
    return Row(values, {"role": "speaker", "word": "unique"}, first)


def success(context: Context, replies: Mapping[Any, Choice], name: str) -> float:
    """Probability that a listener picks the thing in mind, mean over the three things and the model's own words."""
    things = context.things()

    def picked(word: str, thing: str) -> float:
        if name in ("self", PARTNER):
            return replies["listener" if name == "self" else PARTNER, False, word].p[thing]
        if name == "literal":
            return literal_listener(things, word)[thing]
        return pragmatic_listener(things, word, ALPHA)[thing]

    each = [
        sum(share * picked(word, thing) for word, share in replies["speaker", False, thing].p.items())
        for thing in things
    ]
    return float(np.mean(each))
