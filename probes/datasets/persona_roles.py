"""Role files: `role` and `instructions` (several phrasings each), one JSON object a line, read as personas.

The format of the role list of assistant-axis (276 roles, five phrasings each).
"""

from __future__ import annotations

from pathlib import Path

from probes.datasets._items import found, get, read_jsonl
from probes.personas import Persona

FEEDBACK = "Understood. From now on I will answer in this role."


def load(path: str | Path, roles: tuple[str, ...] = ()) -> list[Persona]:
    """The roles of the file, or those named. Phrasing 0 is the text, the others its paraphrases; no axis, no level.

    The files bring no role-feedback turn; placement `dialogue` uses one neutral sentence for all.
    An empty phrasing says nothing, as the files mean it.
    """
    file = found(path, "roles.jsonl")
    personas = {}
    for where, record in read_jsonl(file):
        name = get(record, "role", str, where)
        wordings = get(record, "instructions", list, where)
        if not wordings or not all(isinstance(text, str) for text in wordings):
            raise ValueError(f"{where}: field 'instructions' must be a list of texts")
        if name in personas:
            raise ValueError(f"{where}: role {name!r} appears twice")
        personas[name] = Persona(name, wordings[0], tuple(wordings[1:]), "role", 0, "none", file.name, FEEDBACK)
    if missing := set(roles) - set(personas):
        raise ValueError(f"{file.name}: no role {sorted(missing)[0]!r}")
    return [persona for name, persona in personas.items() if not roles or name in roles]
