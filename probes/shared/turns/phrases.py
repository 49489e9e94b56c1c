"""Stock phrases the rules look for, compiled from `probes/shared/turns/stimuli/phrases.yaml`."""

from __future__ import annotations

import re
from pathlib import Path

import yaml


def _read() -> dict[str, list[str]]:
    place = Path(__file__).parent / "stimuli" / "phrases.yaml"
    phrases: dict[str, list[str]] = yaml.safe_load(place.read_text(encoding="utf-8"))
    return phrases


def _load() -> dict[str, re.Pattern[str]]:
    return {name: re.compile("|".join(f"(?:{one})" if len(many) > 1 else one for one in many))
            for name, many in _read().items()}  # fmt: skip


_PHRASES = _load()
ROLE_LINE = _PHRASES["role_line"]
TEMPLATE_MARK = _PHRASES["template_mark"]
LIST_ITEM = _PHRASES["list_item"]
ASSISTANT_OPENING = _PHRASES["assistant_opening"]
ASSISTANT_ANYWHERE = _PHRASES["assistant_anywhere"]
THANKS = _PHRASES["thanks"]
CLOSING = _PHRASES["closing"]
OBJECTION = _PHRASES["objection"]
REQUEST = _PHRASES["request"]
FIRST_PERSON = _PHRASES["first_person"]
NEW_CASE = _PHRASES["new_case"]
POINTS_BACK = _PHRASES["points_back"]
DEFINITE = _PHRASES["definite"]
REPLY = _PHRASES["reply"]
ARTEFACT = _PHRASES["artefact"]
