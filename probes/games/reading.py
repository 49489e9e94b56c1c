"""Which option a free answer names, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence


def read_label(text: str, labels: Sequence[str]) -> str | None:
    """The only label that stands in the text as a word of its own; None where there is none or more than one."""
    found = set(re.findall(rf"(?<![\w'’])({'|'.join(map(re.escape, labels))})(?![\w'’])", text))
    return found.pop() if len(found) == 1 else None
