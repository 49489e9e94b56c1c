"""Names that records and analysis share: statuses, columns of the long table, classes of user turns."""

from __future__ import annotations

from numbers import Integral
from typing import Any

SCHEMA = 2
"""Version of the record envelope."""
STATUSES = ("ok", "unscored", "refused", "truncated", "error")
"""Why a row has a value (`ok`) or has none."""
COLUMNS = ("run", "probe", "version", "model", "fingerprint", "seed", "key", "row", "question", "cluster")
"""Columns of every records table before the facts. `question` is the position, in the trial's recorded `asked`, of the
reply that the row was made from; empty where it was made from several or none."""
TAIL = ("measure", "value", "unit", "status", "text", "stop")
"""Columns of every records table after the facts."""
CLASSES = ("follow_up", "restatement", "carry_on", "unrelated", "thanks", "malformed")
"""Classes of a user turn, in the order of the report; only the first expects something after the answer."""


def storable(value: Any) -> Any:
    """A value as a table can hold it; records keep what it is.

    Lone surrogates, which cannot be UTF-8, become U+FFFD. A whole number beyond 2**53, which a column with gaps would
    round, becomes text.
    """
    if isinstance(value, Integral) and abs(int(value)) > 1 << 53:
        return str(int(value))
    if not isinstance(value, str) or value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
