"""The words of the family in a language (`stimuli/tongues/LANGUAGE.yaml`): a section a topic, one of elicitations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "stimuli" / "tongues"
LANGUAGES = tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def tongue(language: str = "en") -> Mapping[str, Any]:
    """All sections of a language. ValueError names the languages there are."""
    if language not in LANGUAGES:
        raise ValueError(f"no items in {language!r}; there are: {', '.join(LANGUAGES)}")
    words: Mapping[str, Any] = yaml.safe_load((_FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return words


def filled(wordings: Sequence[str], **slots: object) -> tuple[str, ...]:
    """Every wording with its slots filled."""
    return tuple(wording.format(**slots) for wording in wordings)


def decimal(text: str, language: str = "en") -> str:
    """A number written with a decimal point, with the mark of a language."""
    return text.replace(".", str(tongue(language)["decimal"]))
