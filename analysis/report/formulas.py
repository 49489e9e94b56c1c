"""Cells that no spreadsheet executes."""

from __future__ import annotations

import re
from typing import Any

_FORMULA = re.compile(r"^[\s\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")
_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")


def guarded(cell: Any) -> Any:
    """Text that a spreadsheet would run as a formula, with a leading apostrophe (OWASP's remedy); numbers stay."""
    risky = isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.match(cell)
    return f"'{cell}" if risky else cell
