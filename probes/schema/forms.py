"""The JSON files of a run and of a study, each with its form: which fields it has, and of what kind each of them is.

    read(path, STATUS)    its fields; Unreadable names the file, the field and what stands there
    told(path, STATUS)    for listings: the same, and nothing of a file that is not of its form

A field may be missing, and null where its form is `Maybe`. Fields that no form names stay as they are: nobody reads
them.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from probes.schema.files import small
from probes.schema.given.json_text import parsed

REMEDY = "it was edited or torn: put it back, or run the same command again"
_BEYOND = re.compile(r"NaN|Infinity|[eE]\+?\d{3}")
LARGEST = 1e100
"""Magnitude of a number: a thousand squares of such still add up to a number."""


class Unreadable(ValueError):
    """A run folder or a file of it whose content is unfinished, altered, incomplete or not of one run."""


@dataclass(frozen=True)
class Kind:
    """What a field holds, in words, and whether a value is of it."""

    words: str
    fits: Callable[[Any], bool]


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _number(value: Any) -> bool:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain and -LARGEST <= value <= LARGEST and math.isfinite(value)


TEXT = Kind("a text", lambda value: isinstance(value, str))
FLAG = Kind("true or false", lambda value: isinstance(value, bool))
NUMBER = Kind("a number", _number)
SHARE = Kind("a number between 0 and 1", lambda value: _number(value) and 0 < value < 1)
COUNT = Kind("a whole number from 0", lambda value: _whole(value, 0, 1 << 53))
WHOLE = Kind("a whole number", lambda value: _whole(value, -(1 << 63), (1 << 64) - 1))
OBJECT = Kind("an object", lambda value: isinstance(value, dict))
LIST = Kind("a list", lambda value: isinstance(value, list))


@dataclass(frozen=True)
class Maybe:
    """A form, or null."""

    form: Any


Form = Kind | Maybe | dict[Any, Any] | list[Any]
"""A kind; the fields of an object, `{name: form}`; any names, `{str: form}`; entries of a list, `[form]`."""

NEEDED = object()
"""As a name in a form of fields: those that must be there."""

STATUS: Form = {
    **dict.fromkeys(("state", "reason", "traceback", "run", "notebook", "title", "host", "receipt"), TEXT),
    **dict.fromkeys(("started", "heartbeat", "ended"), Maybe(TEXT)),
    **dict.fromkeys(("pid", "cell", "cells", "number"), COUNT),
    "seconds": NUMBER, "claims_fresh": FLAG, "provenance": OBJECT,
}  # fmt: skip
PROGRESS: Form = {
    **dict.fromkeys(("label", "unit"), TEXT),
    **dict.fromkeys(("done", "total", "rate", "seconds_left"), Maybe(NUMBER)),
}  # fmt: skip
PARAMETERS: Form = {**dict.fromkeys(("notebook", "place", "kernel"), TEXT), "given": OBJECT, "resolved": OBJECT}
MANIFEST: Form = {
    **dict.fromkeys(("probe", "model", "fingerprint", "class", "run", "source", "unit", "question"), TEXT),
    **dict.fromkeys(("started", "ended", "parameters_digest", "first_error"), TEXT),
    **dict.fromkeys(("schema", "asked", "errors", "damaged_lines"), COUNT),
    "seed": WHOLE, "version": WHOLE, "commit": Maybe(TEXT), "finished": FLAG, "parameters": OBJECT, "packages": OBJECT,
    "measures": {str: TEXT}, "sealed": {"table": TEXT, "shards": {str: TEXT}},
    "model_info": {**dict.fromkeys(("source", "kind", "fingerprint", "described"), TEXT), "engine": OBJECT,
                   "partners": {str: {"source": TEXT, "described": TEXT}}},
}  # fmt: skip
_MADE_FROM = ("files", "folders", "distributions", "environment", "outputs")
RECEIPT: Form = {
    **{name: {str: TEXT} for name in _MADE_FROM},
    "unprovable": [TEXT],
    NEEDED: (*_MADE_FROM, "unprovable"),
}
PLAN: Form = {
    **dict.fromkeys(("hash", "locked", "run", "notebook", "code", "target"), TEXT), "parameters": OBJECT,
    "asked": [{"probe": TEXT, "units": COUNT, "stimuli": TEXT, NEEDED: ("probe", "units", "stimuli")}],
    "claims": [{"id": TEXT, "unit": TEXT, "margin": Maybe(NUMBER), "sd": NUMBER, NEEDED: ("id",)}],
}  # fmt: skip
CELL: Form = {
    **dict.fromkeys(("run", "notebook", "state", "reason", "written"), TEXT), "given": OBJECT, "reads_runs": FLAG,
    "attempts": COUNT, "seconds": NUMBER,
}  # fmt: skip
SWEEP: Form = {"cells": [TEXT], "entered": TEXT}
KERNEL: Form = {"pid": Maybe(COUNT), "sockets": TEXT}


def read(path: str | os.PathLike[str], form: Form) -> dict[str, Any]:
    """The fields of a JSON object in a file, those of its form checked; nothing where there is no such file.

    Raises
    ------
    Unreadable
        For a file that is no JSON object of the form. It names the file, the first field and what stands there.
    """
    if not os.path.lexists(path):
        return {}
    try:
        text = small(path)
        content = parsed(text, str(path))
        if said := _misfit(content, OBJECT) or _misfit(content, form):
            raise ValueError(f"{path}: {said.lstrip(' :,')}")
        if _BEYOND.search(text):  # NaN and 1e999 are no JSON, wherever they stand
            json.dumps(content, allow_nan=False)
        return cast("dict[str, Any]", content)
    except ValueError as error:
        said = str(error)
        where = "" if str(path) in said else f"{path}: "
        raise Unreadable(said if REMEDY in said else f"{where}{said}; {REMEDY}") from None


def told(path: str | os.PathLike[str], form: Form) -> dict[str, Any]:
    """The same for listings: nothing where the file is not of the form."""
    try:
        return read(path, form)
    except Unreadable:
        return {}


def _misfit(value: Any, form: Form) -> str:
    """Where a value is not of its form and what stands there, in words; nothing where it is."""
    if isinstance(form, Maybe):
        return "" if value is None else _misfit(value, form.form)
    if isinstance(form, Kind):
        return "" if form.fits(value) else f": expected {form.words}, found {repr(value)[:60]}"
    if isinstance(form, list):
        if not isinstance(value, list):
            return _misfit(value, LIST)
        return _first((f"entry {number}", entry, form[0]) for number, entry in enumerate(value, start=1))
    if not isinstance(value, dict):
        return _misfit(value, OBJECT)
    if str in form:
        return _first((name[:60], part, form[str]) for name, part in value.items())
    if missing := [name for name in form.get(NEEDED, ()) if name not in value]:
        return f": {missing[0]} is missing"
    return _first((name, value[name], part) for name, part in form.items() if name in value)


def _first(named: Iterable[tuple[str, Any, Form]]) -> str:
    for name, value, form in named:
        if said := _misfit(value, form):
            return f", {name}{said}"
    return ""
