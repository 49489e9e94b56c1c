"""What the script of a trial yields: questions, lists of them and rows, and nothing else; a trial never vanishes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from probes.core.probe import Row
from probes.core.questions import Question

DIFFERENCE = r"above|below|beyond|over|minus|less|than|relative|change|difference|gap|ratio|log|signed"
SHARE = re.compile(rf"(probability\b(?!.*\b({DIFFERENCE})\b)|0 or 1$|1 if\b(?!.*-1)(?!.*\b[2-9]\b))")
"""How the unit of a measure reads whose values lie in [0, 1]; of other units no bound is taken for granted."""
ROUNDING = 1e-4
_SILENT = "play() ended without a row: yield one, with a status where nothing could be read"


class Ended(Exception):
    """A script came to its end, with rows."""


def step(play: Any, sent: Any, rows: Sequence[Any]) -> Any:
    """What the script yields next; `rows`: those it has yielded. Raises Ended at its end, ValueError or TypeError where
    it has said nothing or is no script."""
    if not hasattr(play, "send"):
        raise TypeError(f"play() must yield questions and rows; it returned {kind_of(play)}")
    try:
        return play.send(sent)
    except StopIteration as end:
        if end.value is not None:
            raise ValueError(f"play() must yield questions and rows; it returned {kind_of(end.value)}") from None
        raise (Ended() if rows else ValueError(_SILENT)) from None


def in_order(item: Row | Question | list[Question]) -> tuple[list[Row], list[Question], bool]:
    """What a script yields, in one form: its rows, its questions, and whether these came as a list."""
    if isinstance(item, Row):
        return [item], [], False
    asked = item if isinstance(item, list) else [item]
    if other := [one for one in asked if not isinstance(one, Question)]:
        raise TypeError(f"play() yields a question, a list of questions or a Row, not {kind_of(other[0])}")
    return [], asked, isinstance(item, list)


def measured(values: Mapping[str, float | str], units: Mapping[str, str]) -> dict[str, float | str]:
    """The values as floats or statuses. ValueError for a probability, or a 0 or 1, that lies outside [0, 1]."""
    read = {name: value if isinstance(value, str) else float(value) for name, value in values.items()}
    for name, value in read.items():
        out = not isinstance(value, str) and not -ROUNDING <= value <= 1 + ROUNDING
        if out and SHARE.match(units[name]):
            raise ValueError(f"{name} is declared as {units[name]!r}, and is {value:g}: outside [0, 1]")
    return read


def kind_of(value: object) -> str:
    """Its type, for a message."""
    return f"a {type(value).__name__}"
