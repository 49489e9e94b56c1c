"""Simulated users: who they are, how they write, and squares of four that differ in nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import yaml

from probes.characters.manners import MANNERS

SIZE = 4
"""Users of a square."""
DOMAINS = ("help", "counselling")
FORMS = ("none", "list", "prose")
"""How a profile is shown; without one the others are what turns are compared with."""


@cache
def stimuli() -> Any:
    """`stimuli/users.yaml`."""
    return yaml.safe_load((Path(__file__).parent / "stimuli" / "users.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class User:
    """A profile: three facts and a manner of writing.

    Parameters
    ----------
    user : str
        Name of the problem, the independent unit.
    domain : str
        `help` (a user and an assistant) or `counselling` (a client and a counsellor).
    manner : str
        One of MANNERS.
    first : bool
        Whether the manner is told before the facts.
    """

    user: str
    domain: str
    manner: str
    first: bool = False
    origin: ClassVar[str] = "written"

    @property
    def words(self) -> Mapping[str, Any]:
        """What is said around a talk of this domain."""
        return dict(stimuli()[self.domain])

    @property
    def _own(self) -> Mapping[str, Any]:
        return dict(self.words["users"][self.user])

    def lines(self, form: str = "list") -> list[str]:
        """The profile: one line for each fact and one for the manner; none in form `none`."""
        if form == "none":
            return []
        facts, manner = [entry[form] for entry in self._own["facts"]], stimuli()["manners"][self.manner][form]
        lines = [manner, *facts] if self.first else [*facts, manner]
        return [
            f"The {self.words['who']} {line}." if form == "prose" else f"- {line[0].upper()}{line[1:]}"
            for line in lines
        ]

    def holds(self, text: str) -> bool:
        """Whether a text is written in this user's manner."""
        return MANNERS[self.manner].holds(text)

    def names(self, text: str) -> list[bool]:
        """Which of the facts lower-case words joined by blanks name."""
        return [bool(re.search(entry["marks"], text)) for entry in self._own["facts"]]

    def named(self, text: str) -> float:
        """Share of the facts that they name."""
        return float(np.mean(self.names(text)))

    def written(self, turn: int, manner: str = "") -> str:
        """The message that we wrote for this user, the first or the second, in their manner or in another one."""
        return MANNERS[manner or self.manner].make(self.plain(turn))

    def plain(self, turn: int) -> str:
        """The same message in no particular manner."""
        return str(self._own["turns"][turn])


@dataclass(frozen=True)
class Place:
    """A user in a square: four profiles of one domain, with four manners of writing."""

    square: int
    place: int
    users: tuple[Any, ...]

    @property
    def own(self) -> Any:
        """The user whose profile is shown."""
        return self.users[self.place]

    def facts(self) -> dict[str, str | int]:
        """The columns a place brings to a record."""
        own = self.own
        return {"user": own.user, "square": self.square, "place": self.place, "domain": own.domain,
                "manner": own.manner}  # fmt: skip


def squares(users: int) -> int:
    """How many squares so many users fill. ValueError where they do not."""
    if users % SIZE or users < SIZE:
        raise ValueError(f"users come in squares of {SIZE}: {users} is no multiple of it")
    return users // SIZE


def places(users: int, seed: int = 0) -> Iterator[Place]:
    """`users` places; domains take turns by square, and so does whether manner or facts are told first.

    Nobody comes twice before everybody of the domain came once. ValueError where squares cannot be filled.
    """
    rng = np.random.default_rng(seed)
    waiting: dict[str, list[str]] = {domain: [] for domain in DOMAINS}
    for number in range(squares(users)):
        domain = DOMAINS[number % len(DOMAINS)]
        if not waiting[domain]:
            waiting[domain] = [str(name) for name in rng.permutation(list(stimuli()[domain]["users"]))]
        drawn, waiting[domain] = waiting[domain][:SIZE], waiting[domain][SIZE:]
        manners = rng.permutation(list(MANNERS))[:SIZE]
        cast = [User(name, domain, str(manner), number // len(DOMAINS) % 2 == 1)
                for name, manner in zip(drawn, manners, strict=True)]  # fmt: skip
        yield from (Place(number, at, tuple(cast)) for at in range(SIZE))
