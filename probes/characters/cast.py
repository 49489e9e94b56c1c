"""Scenes of ten invented people, each with a line that follows from their profile and from nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from probes.core.transcript import Transcript
from probes.shared.effects import EFFECTS
from probes.shared.world import Person, Square, Tongue, names, tongue

SIZE = 10
PARTS = ("none", "name", "facts", "style", "all")
"""What of a profile is shown: nothing, the name, a fact, a manner of writing, all three."""
FORMS = ("entailed", "literal")
"""Lines that follow from a fact without sharing a content word with it, or that repeat its words."""


@dataclass(frozen=True)
class Cast:
    """Ten people in one scene.

    Parameters
    ----------
    scene : str
        Name of the scene, the independent unit.
    people : tuple of Person
        Each with one fact and one manner of writing, all different.
    place : int
        Which of the tongue's situations.
    wording : int
        Which wording of facts and manners.
    """

    scene: str
    people: tuple[Person, ...]
    place: int
    wording: int = 0
    language: str = "en"

    @property
    def words(self) -> Tongue:
        """The tongue of facts and situations."""
        return tongue("facts", self.language)

    def facts(self) -> dict[str, str | int]:
        """The columns a cast brings to a record."""
        return {"scene": self.scene, "place": self.place, "wording": self.wording, "language": self.language}

    def profile(self, person: Person, part: str) -> str:
        """What is said of a person: sentences, or nothing."""
        sentences = {
            "name": self.words.phrase("name", who=person.name),
            "facts": self.words.phrase("profile", self.wording, person.facts[0], who=person.name),
            "style": self._manner(person),
        }
        parts = {"none": (), "all": ("facts", "style")}.get(part, (part,))
        return " ".join(sentences[name] for name in parts)

    def _manner(self, person: Person) -> str:
        instruction = EFFECTS[person.style[0]].instruction(self.language, self.wording)
        return self.words.phrase("manner", who=person.name, manner=instruction)

    def line(self, person: Person, part: str, form: str) -> str:
        """What the person says: their fact's line, a common remark in their manner, or their fact's line in it."""
        if part == "style":
            return self._written(person, self.words.phrase("remark"))
        spoken = self.words.phrase(form, 0, person.facts[0])
        return self._written(person, f"{self.words.phrase('thanks')} {spoken}") if part == "all" else spoken

    def _written(self, person: Person, text: str) -> str:
        return str(EFFECTS[person.style[0]].made(text, self.language))

    def square(self, part: str, form: str) -> Square:
        """Ten states, ten lines. Without a profile, and with a name alone, nothing tells whose line is whose."""
        source = "facts" if part in ("none", "name") else part
        return Square(
            tuple(self._asked(person, self.profile(person, part)) for person in self.people),
            tuple(self.line(person, source, form) for person in self.people),
        )

    def _asked(self, person: Person, profile: str) -> Transcript:
        who = "" if not profile else person.name
        parts = [
            profile,
            self.words.phrase("scene", self.place),
            self.words.phrase("answer" if who else "reply", who=who),
        ]
        return Transcript().user("\n".join(part for part in parts if part))


def casts(count: int, seed: int = 0, language: str = "en") -> Iterator[Cast]:
    """`count` scenes of ten people; situations and wordings take turns, people, facts and manners are drawn."""
    rng = np.random.default_rng(seed)
    keys, manners = list(tongue("facts", language).variables), list(EFFECTS)
    for number in range(count):
        drawn = rng.choice(keys, SIZE, replace=False)
        styles = rng.permutation(manners)[:SIZE]
        people = tuple(
            Person(name, facts=(str(fact),), style=(str(style),))
            for name, fact, style in zip(names(SIZE, rng), drawn, styles, strict=True)
        )
        yield Cast(f"scene-{number}", people, number, number % 2, language)
