"""PersuasionForGood (arXiv 1906.06725): one person asks another to give to a charity, from `full_dialog.csv`.

One turn a row: `Unit` (the text), `Turn`, `B4` (0 is the persuader, 1 the persuadee), `B2` (the conversation).
"""

from __future__ import annotations

from pathlib import Path

from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._messages import context, taking_turns
from probes.shared.datasets._read import Record, source
from probes.shared.items.contexts import Context

RELEASE, LICENCE, GROUP = "gitlab.com/ucdavisnlp/persuasionforgood", "Apache-2.0", "conversation"
SPEAKERS = {"0": "persuader", "1": "persuadee"}


def load(path: str | Path, user: str = "persuadee", limit: int | None = None) -> Loaded[Context]:
    """One context per conversation. `user` says which of the two people is the user, the other is the assistant."""
    if user not in SPEAKERS.values():
        raise ValueError(f"user is persuader or persuadee, not {user!r}")
    files = source(path, "full_dialog.csv", "data/FullData/full_dialog.csv")
    spoken: dict[str, list[tuple[str, str]]] = {}
    for record in files.records():
        try:
            name, turn = _turn(record, user)
        except ValueError:  # counted when the conversations are made
            continue
        spoken.setdefault(name, []).append(turn)
    made: set[str] = set()

    def conversation(record: Record) -> Context | None:
        name, _ = _turn(record, user)
        if name in made:
            return None  # a later row of a conversation that is made already
        made.add(name)
        turns = taking_turns(spoken[name], record.left_out)
        one = context(f"persuasion-{name}", "persuasion_for_good", turns, record.left_out)
        return one if one else record.leave("without a turn of the user")

    return collect(files, conversation, limit)


def _turn(record: Record, user: str) -> tuple[str, tuple[str, str]]:
    speaker = record.text("B4").removesuffix(".0")
    if speaker not in SPEAKERS:
        raise ValueError(f"{record.where}: B4 is {speaker!r}, not 0 (persuader) or 1 (persuadee)")
    return record.text("B2"), ("user" if SPEAKERS[speaker] == user else "assistant", record.text("Unit"))
