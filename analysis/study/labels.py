"""Labels by people: records with who and when, appended and never changed; the latest of a person counts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.study.sheets import ADJUDICATED, FOLDER, Sheet
from probes import schema

FILE = "labels.jsonl"
ONCE = ("item", "labeller", "when", "label")
"""What a label is known by, so that a form may be handed in twice."""
KEPT = ("sheet", *ONCE)
LONGEST = 2000
"""Characters of a note."""


def append(out: str | Path, sheet: Sheet, given: Iterable[Mapping[str, Any]]) -> int:
    """Append labels (item, labeller, label, note, when) to those of a run; how many are new.

    An empty label withdraws the one before. All are checked first, then all are written, with a checksum a line.
    ValueError names the first label that does not belong to the sheet.
    """
    known = {tuple(label[name] for name in ONCE) for label in history(out)}
    fresh = [label for label in map(_checker(sheet), given) if tuple(label[name] for name in ONCE) not in known]
    path = Path(out) / FOLDER / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as stream:
        stream.write(b"".join(schema.encode({"sheet": sheet.digest, **label}) for label in fresh))
        stream.flush()
        os.fsync(stream.fileno())
    return len(fresh)


def _checker(sheet: Sheet) -> Any:
    items = {item.id: item for item in sheet.items}

    def check(label: Mapping[str, Any]) -> dict[str, str]:
        told = {name: _text(label, name) for name in ("item", "labeller", "label", "note", "when")}
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
        if told["when"] and time(told["when"]) is None:
            raise ValueError(f"item {item.id}: {told['when'][:60]!r} is no time of the form 2026-01-31T12:00:00Z")
        return {**told, "note": told["note"][:LONGEST], "when": told["when"] or now()}

    return check


def _text(label: Mapping[str, Any], name: str) -> str:
    """A field of a label; empty where it is not there. ValueError for anything but text: no number is a label."""
    value = label.get(name)
    if not (value is None or isinstance(value, str)):
        raise ValueError(f"{name} of a label is {value!r}"[:200] + " where a text is expected")
    return value or ""


def exported(path: str | Path, sheet: Sheet) -> list[dict[str, Any]]:
    """Labels that a form has exported. ValueError for a file that is none, or of another sheet."""
    try:
        content = json.loads(schema.small(path), object_pairs_hook=_once)
        told, labels = str(content["sheet"]), content["labels"]
        labeller = str(content["labeller"])
        found = [{**label, "labeller": labeller} for label in labels]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{path} is no export of a labelling form ({type(error).__name__}: {error})"[:300]) from error
    if told != sheet.digest:
        raise ValueError(f"{path} holds labels of another sheet ({told}), not of {sheet.run}")
    return found


def history(out: str | Path) -> list[dict[str, Any]]:
    """Every label ever given, oldest first. ValueError where a line was altered."""
    path = Path(out) / FOLDER / FILE
    lines = [record for _, record in schema.walk([path])] if path.is_file() else []
    if any(line is not None and not set(KEPT) <= set(line) for line in lines):
        raise ValueError(f"{path} holds lines that are no labels ({', '.join(KEPT)}): restore the file")
    if None in lines:
        raise ValueError(
            f"{lines.count(None)} lines of {path} were altered or torn: restore the file, it is only appended to"
        )
    return [record for record in lines if record is not None]


def latest(out: str | Path, sheet: Sheet) -> pd.DataFrame:
    """One row per item and person with the label that counts: item, labeller, label, note, when.

    The latest by the time it was given, whatever the order in which files came in. ValueError where the sheet was
    edited since labels were given: nobody knows any more what they are labels of.
    """
    given = sorted(history(out), key=lambda label: time(label["when"]) or datetime.min.replace(tzinfo=UTC))
    if other := [label for label in given if label["sheet"] != sheet.digest]:
        raise ValueError(f"{FOLDER}/sheet.json of {sheet.run} was edited since {len(other)} labels were given on it: "
                         "put it back as it was drawn")  # fmt: skip
    rows = {(label["item"], label["labeller"]): label for label in given if label["sheet"] == sheet.digest}
    kept = [label for label in rows.values() if label["label"]]
    return pd.DataFrame(kept, columns=["item", "labeller", "label", "note", "when"])


def time(told: object) -> datetime | None:
    """A moment in ISO 8601, taken as UTC where it names no zone; None for anything else."""
    try:
        when = datetime.fromisoformat(str(told))
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return dict(pairs)


def now() -> str:
    """The time in UTC."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
