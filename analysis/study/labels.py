"""Labels by people: records with who and when, appended and never changed; the latest of a person counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.study.sheets import ADJUDICATED, FOLDER, LOCK, Sheet
from probes import schema
from probes.schema.given.json_text import whole
from probes.schema.given.record import Record

FILE = "labels.jsonl"
FIELDS = ("item", "labeller", "label", "note", "when")
ONCE = ("item", "labeller", "when", "label")
"""What a label is known by, so that a form may be handed in twice."""
AHEAD = timedelta(days=1)
"""How far the clock of somebody who labels may run ahead of ours."""
LONGEST = 2000
"""Characters of a note."""


def append(out: str | Path, sheet: Sheet, given: Iterable[Mapping[str, Any]]) -> int:
    """Append labels (item, labeller, label, note, when) to those of a run; how many are new.

    An empty label withdraws the one before. All are checked first, then all are written, with a checksum a line.
    ValueError names the first label that does not belong to the sheet.
    """
    checked, path = [*map(_checker(sheet), given)], Path(out) / FOLDER / FILE
    with schema.alone(path.with_name(LOCK)):
        known = {tuple(label[name] for name in ONCE) for label in history(out)}
        fresh = [label for label in checked if tuple(label[name] for name in ONCE) not in known]
        with schema.replacing(path) as stream:  # a full disk leaves no half of a label
            stream.write(path.read_bytes() if path.is_file() else b"")
            stream.writelines(schema.encode({"sheet": sheet.digest, **label}) for label in fresh)
    return len(fresh)


def _checker(sheet: Sheet) -> Any:
    items = {item.id: item for item in sheet.items}

    def check(label: Mapping[str, Any]) -> dict[str, str]:
        told = _told(label)
        item = items.get(told["item"])
        if item is None:
            raise ValueError(
                f"item {told['item']!r} is not on the sheet of {sheet.run}: these are labels of another run"
            )
        if told["labeller"] not in (*item.labellers, ADJUDICATED):
            raise ValueError(
                f"item {item.id} is not for {told['labeller']!r} to label, but for {' and '.join(item.labellers)}"
            )
        if told["label"] and told["label"] not in sheet.classes:
            raise ValueError(f"{told['label']!r} is no class of this sheet; classes are {', '.join(sheet.classes)}")
        return {**told, "note": told["note"][:LONGEST]}

    return check


def _told(label: Mapping[str, Any]) -> dict[str, str]:
    """The five texts of a label; one without a note or a time has none, or that of now."""
    told = {"note": "", "when": now(), **{name: label[name] for name in FIELDS if name in label}}
    if wrong := [name for name in FIELDS if not isinstance(told.get(name), str)]:
        raise ValueError(f"field {wrong[0]!r} of the label of item {told.get('item')!r} must be a text")
    moment(told["when"])
    return told


def moment(when: str) -> datetime:
    """When a label was given. The latest counts, so ValueError where that is no time with its zone, or lies ahead."""
    try:
        told: datetime | None = datetime.fromisoformat(when)
    except ValueError:
        told = None
    if told is None or told.tzinfo is None:
        raise ValueError(f"{when[:40]!r} is no time of a label; write it as 2026-01-31T18:00:00Z")
    if told - datetime.now(UTC) > AHEAD:
        raise ValueError(f"{when[:40]!r} has not come yet, and would win over every later label: set the clock right")
    return told


def exported(path: str | Path, sheet: Sheet) -> list[dict[str, Any]]:
    """Labels that a form has exported. ValueError for a file that is none, or of another sheet."""
    try:
        content = Record(Path(path).name, 0, whole(Path(path), dict))
        told, labeller = content.text("sheet"), content.text("labeller")
        found = [{**label.fields, "labeller": labeller} for label in content.each("labels")]
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}"[:300]) from error
    except ValueError as error:
        raise ValueError(f"{path} is no export of a labelling form ({error})"[:300]) from error
    if told != sheet.digest:
        raise ValueError(f"{path} holds labels of another sheet ({told}), not of {sheet.run}")
    return found


def history(out: str | Path) -> list[dict[str, Any]]:
    """Every label ever given, oldest first. ValueError where a line was altered."""
    path = Path(out) / FOLDER / FILE
    try:
        lines = [record for _, record in schema.walk([path])] if path.is_file() else []
    except schema.RecordsNewer as error:
        raise ValueError(str(error)) from None
    if None in lines:
        raise ValueError(
            f"{lines.count(None)} lines of {path} were altered or torn: restore the file, it is only appended to"
        )
    try:
        return [{"sheet": record.get("sheet"), **_told(record)} for record in lines if record is not None]
    except ValueError as error:
        raise ValueError(f"{path} holds what is no label: {error}") from None


def latest(out: str | Path, sheet: Sheet) -> pd.DataFrame:
    """One row per item and person with the label that counts: item, labeller, label, note, when.

    The latest by the time it was given, whatever the order in which files came in.
    """
    given = sorted(history(out), key=lambda label: moment(label["when"]))
    rows = {(label["item"], label["labeller"]): label for label in given if label["sheet"] == sheet.digest}
    kept = [label for label in rows.values() if label["label"]]
    return pd.DataFrame(kept, columns=["item", "labeller", "label", "note", "when"])


def lacking(out: str | Path, sheet: Sheet) -> str:
    """Why no label of a run counts: none was given, or they were given for the sheet as it was."""
    if any(label["sheet"] != sheet.digest for label in history(out)):
        return f"has labels, but of another sheet: {FOLDER}/sheet.json was changed since they were given; restore it"
    return f"has a sheet but no labels yet: interlocutor label {sheet.run} --add FILE.json"


def now() -> str:
    """The time in UTC."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
