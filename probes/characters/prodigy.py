"""Published characters of PRODIGy, read from a local copy of `dataset/characters.json`.

Film characters with a biography in sentences and two paraphrases of each (Occhipinti et al. 2023). The repository has
no licence file: the path is the user's, nothing of it is kept here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from probes.characters.cast import SIZE
from probes.core.transcript import Transcript
from probes.schema.given.json_text import whole
from probes.shared.world import Square

VERSIONS = ("biography", "paraphrasis_1", "paraphrasis_2")
"""Fields of a character that hold the same sentences in three wordings."""


ASK = "Tell me one thing about yourself."


@dataclass(frozen=True)
class Character:
    """One character: key, name and film, and the sentences of the biography in three wordings."""

    key: str
    name: str
    film: str
    biography: tuple[str, ...]
    paraphrases: tuple[tuple[str, ...], tuple[str, ...]]


def load(path: str | Path) -> list[Character]:
    """The characters in the file's order.

    Raises
    ------
    ValueError
        Where the file is no JSON object, or a character lacks a text or a wording; it is named.
    """
    file = Path(path)
    return [_character(key, entry, f"{file.name}, {key!r}") for key, entry in whole(file, dict).items()]


def _character(key: str, entry: Any, where: str) -> Character:
    if not isinstance(entry, dict):
        raise ValueError(f"{where}: expected an object, found {type(entry).__name__}")
    for field in ("character_name", "movie_name"):
        if not isinstance(entry.get(field), str) or not entry[field].strip():
            raise ValueError(f"{where}: field {field!r} must be a text")
    for field in VERSIONS:
        listed = entry.get(field)
        if not isinstance(listed, list) or not all(isinstance(text, str) and text.strip() for text in listed):
            raise ValueError(f"{where}: field {field!r} must be a list of texts")
    if not len(entry["biography"]) == len(entry["paraphrasis_1"]) == len(entry["paraphrasis_2"]) > 0:
        raise ValueError(f"{where}: {', '.join(VERSIONS)} must have as many sentences each, and one or more")
    biography, first, second = (tuple(text.strip() for text in entry[field]) for field in VERSIONS)
    return Character(key, entry["character_name"], entry["movie_name"], biography, (first, second))


@dataclass(frozen=True)
class Group:
    """Published characters of different films, and for each the sentence of the biography that its line paraphrases.

    Stands in for a `Cast`: lines are paraphrases, the profile is the biography with that sentence or without it.
    """

    scene: str
    people: tuple[Character, ...]
    taken: tuple[int, ...]

    def facts(self) -> dict[str, str]:
        """The columns a group brings to a record."""
        return {"scene": self.scene, "language": "en"}

    def square(self, part: str, form: str) -> Square:
        """As many states and lines as characters; `form` is one of FORMS, `part` is always `biography`."""
        cast = list(zip(self.people, self.taken, strict=True))
        profiles = [
            " ".join(text for at, text in enumerate(person.biography) if at != taken or form == "literal")
            for person, taken in cast
        ]
        rows = tuple(Transcript().user(f"{profile}\n{ASK}") for profile in profiles)
        return Square(rows, tuple(person.paraphrases[0][taken] for person, taken in cast))


def casts(path: str | Path, count: int, seed: int = 0) -> Iterator[Group]:
    """`count` groups of ten characters of different films, nobody in two groups.

    Raises
    ------
    ValueError
        Where the characters do not suffice.
    """
    by_film: dict[str, list[Character]] = {}
    for character in load(path):
        by_film.setdefault(character.film, []).append(character)
    rng = np.random.default_rng(seed)
    for number in range(count):
        films = [film for film, left in by_film.items() if left]
        if len(films) < SIZE:
            raise ValueError(f"{Path(path).name}: characters of {SIZE} films are left for {number} scenes, not {count}")
        people = tuple(by_film[str(film)].pop(0) for film in rng.choice(films, SIZE, replace=False))
        taken = tuple(int(rng.integers(len(person.biography))) for person in people)
        yield Group(f"group-{number}", people, taken)
