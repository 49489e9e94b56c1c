"""Tongues: the words of one language for one family of variables, read from `tongues/LANGUAGE/FAMILY.yaml`.

A family file has `kind`, the sort of world it serves, and `variables`: name -> `values` (key -> label), `channels`
(channel of an event -> wordings) and `phrases` (name -> wordings that are no events, such as the beginning of a
prediction). Labels are put into sentences as they are, so a sentence must take them uninflected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "tongues"
LANGUAGES = tuple(sorted(path.name for path in _FOLDER.iterdir() if path.is_dir()))


@dataclass(frozen=True)
class Tongue:
    """One family in one language."""

    language: str
    family: str
    kind: str
    variables: Mapping[str, Any]
    frames: Mapping[str, Mapping[str, str]]
    phrases: Mapping[str, Any]

    def label(self, what: str, value: str) -> str:
        """The word for a value."""
        return str(self.variables[what]["values"][value])

    def values(self, what: str) -> tuple[str, ...]:
        """The keys of a variable's values."""
        return tuple(self.variables[what]["values"])

    def phrase(self, name: str, wording: int = 0, what: str = "", **slots: object) -> str:
        """A phrase of a variable (of the family itself without `what`) in one wording, its slots filled."""
        phrases = self.variables[what]["phrases"] if what else self.phrases
        wordings = phrases[name]
        return str(wordings[wording % len(wordings)]).format(**slots)


def families(kind: str, language: str = "en") -> tuple[str, ...]:
    """Names of the families of a kind, sorted."""
    folder = _FOLDER / checked(language)
    names = sorted(path.stem for path in folder.glob("*.yaml") if not path.stem.startswith("_"))
    return tuple(name for name in names if tongue(name, language).kind == kind)


@cache
def tongue(family: str, language: str = "en") -> Tongue:
    """The tongue of one family file. ValueError names the languages or the families there are."""
    path = _FOLDER / checked(language) / f"{family}.yaml"
    if not path.is_file():
        known = sorted(other.stem for other in path.parent.glob("[!_]*.yaml"))
        raise ValueError(f"no family {family!r} in {language!r}; there are: {', '.join(known)}")
    words = _read(path)
    frames = _read(path.with_name("_frames.yaml"))
    return Tongue(language, family, words["kind"], words.get("variables", {}), frames, words.get("phrases", {}))


def checked(language: str) -> str:
    """The language itself. ValueError names the ones there are."""
    if language not in LANGUAGES:
        raise ValueError(f"no tongue {language!r}; there are: {', '.join(LANGUAGES)}")
    return language


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
