"""Role files read as personas: those of assistant-axis (276 roles, five phrasings each), or one JSON Lines file.

As released, a folder `data/roles/instructions` with one JSON file a role, named after it: `instruction` is a list of
`{"pos": phrasing}`. Joined, one JSON object a line: `role` and `instructions`, a list of phrasings.
"""

from __future__ import annotations

from pathlib import Path

from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._read import Record, source
from probes.shared.personas import Persona

RELEASE, LICENCE = "github.com/safety-research/assistant-axis (data/roles/instructions)", "MIT"
GROUP = "role"
FEEDBACK = "Understood. From now on I will answer in this role."


def load(path: str | Path, roles: tuple[str, ...] = (), limit: int | None = None) -> Loaded[Persona]:
    """The roles, or those named. Phrasing 0 is the text, the others its paraphrases; no axis, no level.

    The files bring no role-feedback turn; placement `dialogue` uses one neutral sentence for all.
    An empty phrasing says nothing, as the files mean it.
    """
    names: set[str] = set()

    def persona(record: Record) -> Persona | None:
        file = record.where.partition(",")[0]
        name = record.maybe("role", file.removesuffix(".json"))
        if name in names:
            raise ValueError(f"{record.where}: role {name!r} appears twice")
        names.add(name)
        if roles and name not in roles:
            return record.leave("other roles")
        text, *paraphrases = _phrasings(record)
        return Persona(name, text, tuple(paraphrases), "role", 0, "none", file, FEEDBACK)

    loaded = collect(source(path, "roles.jsonl", "*.json"), persona, limit)
    if missing := set(roles) - names:
        raise ValueError(f"{path}: no role {sorted(missing)[0]!r}")
    return loaded


def _phrasings(record: Record) -> list[str]:
    if isinstance(record.value, dict) and "instruction" in record.value:
        return [entry.get("pos", str) for entry in record.each("instruction")] or _none(record)
    phrasings = record.get("instructions", list)
    return phrasings if phrasings and all(isinstance(text, str) for text in phrasings) else _none(record)


def _none(record: Record) -> list[str]:
    raise ValueError(f"{record.where}: field 'instructions' must be a list of texts")
