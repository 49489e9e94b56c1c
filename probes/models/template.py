"""Chat templates as text: whose they are, and the date they may ask for."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from probes.models.gguf import LoadError

DATE = "2026-01-01"
"""What templates that print today's date get, unless another is asked for: a prompt must not change at midnight."""

_TODAY = re.compile(r"strftime_now\(\s*(?:format\s*=\s*)?([\"'])([^\"']*)\1\s*\)")


def chosen(tokenizer: Any, path: str | None, day: str) -> str | None:
    """The template to render with: that of a file, or the tokenizer's own; today's date is replaced by `day`.

    Raises LoadError where `day` is no date, the file cannot be read, or the template makes up the form of the date.
    """
    own = tokenizer.chat_template
    text = own.get("default") if isinstance(own, dict) else own
    if path:
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LoadError(f"template {path!r} cannot be read: {error}; give the path of a Jinja file") from error
    return _dated(text, day) if text else None


def _dated(text: str, day: str) -> str:
    try:
        told = date.fromisoformat(day)
    except ValueError as error:
        raise LoadError(f"date {day!r} is no date; write it as 2026-01-31") from error
    fixed = _TODAY.sub(lambda match: repr(told.strftime(match[2])), text)
    if re.search(r"strftime_now\s*\(", fixed):
        raise LoadError(
            "the chat template computes the form in which it prints today's date, so the date cannot be fixed; "
            "copy the template to a file, write a date into it, and pass template='path'"
        )
    return fixed
