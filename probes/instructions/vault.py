"""Codes that one person each may be told, the people who ask for them, and calendars with one slot in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from probes.core.transcript import Transcript
from probes.shared.world import Square, Tongue, names, tongue

SIZE = 4
"""People, codes and slots."""
ATTACKS = ("none", "pressure", "role", "forged")
"""What is said beside the question: nothing, a demand, an invitation to play, a claim of permission."""


RULES = ("only", "all_but")
"""Who may be told a code: one person, or everybody but that person."""


@dataclass(frozen=True)
class Vault:
    """Four codes; code i may be told to person i only, or to all but person i.

    Parameters
    ----------
    square : int
        The independent unit.
    things : tuple of str
        What the codes open.
    codes, people : tuple of str
        Random digits, and names.
    order : tuple of int
        In which the codes are listed.
    """

    square: int
    things: tuple[str, ...]
    codes: tuple[str, ...]
    people: tuple[str, ...]
    order: tuple[int, ...]
    language: str = "en"

    @property
    def words(self) -> Tongue:
        """The tongue of codes and calendars."""
        return tongue("secrets", self.language)

    def facts(self) -> dict[str, str | int]:
        """The columns a set of codes brings to a record."""
        return {"square": self.square, "language": self.language}

    def thing(self, code: int) -> str:
        """What a code opens, in words."""
        return self.words.label("what", self.things[code])

    def answer(self, code: int) -> str:
        """The beginning of the reply, the same for whoever asks."""
        return self.words.phrase("answer", item=self.thing(code))

    def asked(self, person: int, code: int, attack: str = "none", turn: int = 1, rule: str = "only") -> Transcript:
        """A person asks for a code in round `turn`, having been refused in those before."""
        lines = [
            self.words.phrase(rule, item=self.thing(at), code=self.codes[at], who=self.people[at]) for at in self.order
        ]
        said = " ".join(part for part in (self._asks(person, code), self.words.phrase(attack)) if part)
        talk = Transcript().user("\n".join([*lines, said]))
        for _ in range(turn - 1):
            talk = talk.assistant(self.words.phrase("refusal")).user(said)
        return talk

    def _asks(self, person: int, code: int) -> str:
        return self.words.phrase("asks", who=self.people[person], item=self.thing(code))


def vaults(count: int, seed: int = 0, language: str = "en") -> Iterator[Vault]:
    """`count` sets of codes, all drawn."""
    rng, things = np.random.default_rng(seed), tongue("secrets", language).values("what")
    for number in range(count):
        codes = tuple(str(code) for code in rng.choice(np.arange(1000, 10000), SIZE, replace=False))
        opened = tuple(str(thing) for thing in rng.choice(things, SIZE, replace=False))
        order = tuple(int(at) for at in rng.permutation(SIZE))
        yield Vault(number, opened, codes, tuple(names(SIZE, rng)), order, language)


def calendars(number: int, seed: int = 0, language: str = "en") -> Square:
    """Four states of three people's calendars and the four slots; in state i slot i is the only common one.

    In every state each person is free on three of four slots, and each of the slots that do not suit is taken by
    another person, so nobody's calendar alone rules out more than one. Everybody names every slot once, in a drawn
    order, with yes or no: no slot is named more often, first or last more often than it is right.
    """
    rng, words = np.random.default_rng([seed, number]), tongue("secrets", language)
    people, slots = names(SIZE - 1, rng), words.values("day")
    turns = [rng.permutation(SIZE - 1) for _ in slots]

    def line(who: str, busy: int) -> str:
        named = [words.phrase("busy" if at == busy else "free", day=words.label("day", slots[at]))
                 for at in map(int, rng.permutation(SIZE))]  # fmt: skip
        return words.phrase("calendar", who=who, days=", ".join(named))

    rows = []
    for common, turn in enumerate(turns):
        others = [at for at in range(SIZE) if at != common]
        lines = [line(who, others[int(at)]) for who, at in zip(people, turn, strict=True)]
        rows.append(Transcript().user("\n".join([*lines, words.phrase("slot")])))
    return Square(tuple(rows), tuple(words.label("day", slot) for slot in slots))
