"""A persona: several wordings of one character, and three places in a conversation to put them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from probes.core.transcript import Transcript
from probes.schema.given.texts import HIDDEN, lines
from probes.schema.given.yaml_text import mapping

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
        if not 0 <= wording < len(self.wordings):
            raise ValueError(f"persona {self.name} has wordings 0 to {len(self.wordings) - 1}, not {wording}")
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


_TEXTS = ("text", "trait", "reverse", "source", "feedback")
_FIELDS = ("text", "paraphrases", "trait", "level", "reverse", "source", "feedback")
_LEVELS = {"-1": -1, "0": 0, "1": 1, "+1": 1}
_FEWEST = 3
"""Paraphrases of a persona: their variability is what its effect has to exceed."""
_NAME = re.compile(r"(?!control_)\w[\w .-]*")


def read(path: Path) -> Persona:
    """The persona in one YAML file, named after it. Raises ValueError naming the file and the field."""
    if not _NAME.fullmatch(path.stem):
        raise ValueError(f"{path.name!r}: name a persona by letters, digits, spaces and ._-, not control_...")
    try:
        fields = mapping("".join(lines(path)))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        named = str(error).startswith(path.name)
        raise ValueError(str(error) if named else f"{path.name}: {error}") from None
    if missing := [field for field in _FIELDS if field not in fields]:
        raise ValueError(f"{path.name}: {', '.join(missing)} missing; a persona file has {', '.join(_FIELDS)} "
                         "(`reverse: none` where there is no opposite)")  # fmt: skip
    if extra := [field for field in fields if field not in _FIELDS]:
        raise ValueError(f"{path.name}: unknown field {extra[0]!r}")
    if wrong := [field for field in _TEXTS if not isinstance(fields[field], str)]:
        raise ValueError(f"{path.name}: field {wrong[0]!r} must be a text")
    paraphrases, level = fields["paraphrases"], fields["level"]
    if not isinstance(paraphrases, list) or not all(isinstance(text, str) for text in paraphrases):
        raise ValueError(f"{path.name}: field 'paraphrases' must be a list of texts")
    if not isinstance(level, str) or level not in _LEVELS:
        raise ValueError(f"{path.name}: level is {level}, not -1, 0 or 1")
    texts = {field: fields[field] for field in _TEXTS}
    return _sound(Persona(path.stem, paraphrases=tuple(paraphrases), level=_LEVELS[level], **texts), path)


def _sound(persona: Persona, path: Path) -> Persona:
    """A persona that can be asked in every wording and place; only the baseline says nothing."""
    told = (*persona.wordings, persona.feedback)
    if persona.name == "none" and any(text.strip() for text in told):
        raise ValueError(f"{path.name}: none is the baseline, which says nothing; give the persona another name")
    if persona.name != "none" and (len(persona.paraphrases) < _FEWEST or not all(text.strip() for text in told)):
        raise ValueError(f"{path.name}: text, feedback and at least {_FEWEST} paraphrases are needed, none empty")
    if len({*persona.wordings}) < len(persona.wordings):
        raise ValueError(f"{path.name}: two wordings are the same")
    if hidden := HIDDEN.search("".join((*told, persona.trait, persona.source))):
        raise ValueError(f"{path.name}: holds the hidden character U+{ord(hidden[0]):04X}; remove it")
    known = persona.reverse == "none" or any(
        (folder / f"{persona.reverse}.yaml").is_file() for folder in (path.parent, Path(__file__).parent)
    )
    if not known or (persona.reverse == persona.name != "none"):
        raise ValueError(f"{path.name}: reverse is {persona.reverse!r}; name another persona, or none")
    return persona
