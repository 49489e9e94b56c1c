"""YAML without surprises: every scalar stays text, types come from the declaration that the value meets later.

`revision: 1e5` is the text "1e5", `answer: no` the text "no". Tags, anchors, duplicate keys and second documents are
refused, so a file can neither construct objects nor blow up. Values are made of events as they come: what is nested
without end is refused before it is read to its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

LARGEST = 1_000_000
DEEPEST = 20
_PLAIN = {None, "!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))}
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""In C where the package has it: a hundred times faster, so that a megabyte takes seconds."""


def parse(text: str) -> Any:
    """Text, lists and dicts of text; None for an empty or null scalar. ValueError names line and column."""
    if len(text) > LARGEST:
        raise ValueError(f"{len(text)} characters of YAML; at most {LARGEST} are allowed")
    events = (event for event in yaml.parse(text, Loader=_LOADER) if not isinstance(event, yaml.StreamStartEvent))
    try:
        if isinstance(next(events), yaml.StreamEndEvent):
            return None
        value = _value(events, next(events), 0)
        next(events)  # the end of the document
        if not isinstance(after := next(events), yaml.StreamEndEvent):
            raise ValueError(f"not readable as YAML at line {_line(after)}: a second document begins")
    except yaml.MarkedYAMLError as error:
        where = f" at line {mark.line + 1}" if (mark := error.problem_mark) else ""
        raise ValueError(f"not readable as YAML{where}: {error.problem}") from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise ValueError(f"not readable as YAML: {type(error).__name__}") from error
    return value


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _value(events: Iterator[yaml.Event], event: Any, depth: int) -> Any:
    """What begins with an event; its other events are taken off `events`."""
    if depth > DEEPEST:
        raise ValueError(f"nested deeper than {DEEPEST} at line {_line(event)}")
    if isinstance(event, yaml.AliasEvent):
        raise ValueError("YAML aliases (*name) are not allowed")
    if event.tag not in _PLAIN:
        raise ValueError(f"the tag {event.tag} at line {_line(event)} is not allowed")
    if isinstance(event, yaml.SequenceStartEvent):
        return [_value(events, item, depth + 1) for item in _until(events, yaml.SequenceEndEvent)]
    if isinstance(event, yaml.MappingStartEvent):
        return _pairs(events, depth)
    return None if event.implicit[0] and event.value in ("", "~", "null") else event.value


def _until(events: Iterator[yaml.Event], end: type[yaml.Event]) -> Iterator[yaml.Event]:
    while not isinstance(event := next(events), end):
        yield event


def _pairs(events: Iterator[yaml.Event], depth: int) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for key in _until(events, yaml.MappingEndEvent):
        name = _value(events, key, depth + 1)
        if not isinstance(name, str):
            raise ValueError(f"the key at line {_line(key)} is not text")
        if name in pairs:
            raise ValueError(f"the key {name!r} is given twice, again at line {_line(key)}")
        pairs[name] = _value(events, next(events), depth + 1)
    return pairs


def mapping(text: str) -> dict[str, Any]:
    """A whole parameter file: one mapping from names to values."""
    content = parse(text.removeprefix("\ufeff"))
    if not isinstance(content, dict):
        kind = "empty" if content is None else f"a {type(content).__name__}"
        raise ValueError(f"expected a mapping `name: value`, the file is {kind}")
    return content
