"""A persona: several wordings of one character, and three places in a conversation to put them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from probes.core.transcript import Transcript

PLACEMENTS = ("system", "user", "dialogue")


@dataclass(frozen=True)
class Opening:
    """What a persona puts before the first question: finished turns, and text the first user turn begins with."""

    transcript: Transcript
    lead: str = ""

    def user(self, text: str) -> Transcript:
        """The conversation with the first question asked."""
        return self.before(Transcript().user(text))

    def before(self, talk: Transcript) -> Transcript:
        """The conversation with other turns after it, a user turn first."""
        first, *later = talk.turns
        return Transcript((*self.transcript.turns, replace(first, text=self.lead + first.text), *later))


@dataclass(frozen=True)
class Persona:
    """One character.

    Parameters
    ----------
    text, paraphrases : wordings in the second person; wording 0 is `text`. Empty for the baseline `none`.
    feedback : the fixed reply of the model to its role in placement `dialogue`, written by us and never sampled.
    trait, level : the axis it moves and in which direction (+1, -1; 0 for what moves none).
    reverse : name of the persona at the other end of the axis.
    source : where the character (not its wording) comes from.
    language : of all wordings.
    """

    name: str
    text: str
    paraphrases: tuple[str, ...]
    trait: str
    level: int
    reverse: str
    source: str
    feedback: str = ""
    language: str = "en"

    def __post_init__(self) -> None:
        if self.level not in (-1, 0, 1):
            raise ValueError(f"persona {self.name}: level is {self.level!r}, not -1, 0 or 1")
        if not all(isinstance(wording, str) for wording in (*self.wordings, self.feedback)):
            raise TypeError(f"persona {self.name}: every wording must be a text")

    @property
    def wordings(self) -> tuple[str, ...]:
        """The text and its paraphrases."""
        return (self.text, *self.paraphrases)

    def told(self, language: str) -> Persona:
        """The same character in another language. ValueError names those in which there are words for it."""
        if language == self.language or not self.text:
            return replace(self, language=language)
        folder = Path(__file__).parent
        if not (folder / language / f"{self.name}.yaml").is_file():
            known = sorted(path.parent.name for path in folder.glob(f"*/{self.name}.yaml"))
            raise ValueError(f"persona {self.name} has no words in {language!r}; it has: {', '.join(['en', *known])}")
        words = yaml.safe_load((folder / language / f"{self.name}.yaml").read_text(encoding="utf-8"))
        return replace(self, **(words | {"paraphrases": tuple(words["paraphrases"]), "language": language}))

    def opening(self, placement: str = "system", wording: int = 0) -> Opening:
        """The persona in its place; an empty wording leaves the conversation as it is in every placement."""
        text = self.wordings[wording]
        if not text:
            return Opening(Transcript())
        if placement not in PLACEMENTS:
            raise ValueError(f"placement {placement!r} is not one of {', '.join(PLACEMENTS)}")
        if placement == "system":
            return Opening(Transcript().system(text))
        if placement == "user":
            return Opening(Transcript(), f"{text}\n\n")
        return Opening(Transcript().user(text).assistant(self.feedback))

    def facts(self) -> dict[str, str | int]:
        """The columns a persona brings to a record."""
        return {"persona": self.name, "trait": self.trait, "level": self.level}


_FIELDS = {"text": str, "paraphrases": list, "trait": str, "level": int, "reverse": str, "source": str, "feedback": str}

_KINDS = {str: "text", list: "list of texts", int: "whole number"}


def read(path: Path) -> Persona:
    """The persona in one YAML file, named after it. Raises ValueError naming the file and the field."""
    fields: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(fields, dict):
        raise ValueError(f"{path.name}: a persona file is a mapping of {', '.join(_FIELDS)}")
    if missing := [field for field in _FIELDS if field not in fields]:
        raise ValueError(f"{path.name}: {', '.join(missing)} missing; a persona file has {', '.join(_FIELDS)} "
                         "(`reverse: none` where there is no opposite)")  # fmt: skip
    for field, kind in _FIELDS.items():
        if not isinstance(fields[field], kind):
            raise ValueError(f"{path.name}: field {field!r} must be a {_KINDS[kind]}")
    if extra := set(fields) - set(_FIELDS):
        raise ValueError(f"{path.name}: unknown field {sorted(extra)[0]!r}")
    return Persona(path.stem, **(fields | {"paraphrases": tuple(fields["paraphrases"])}))
