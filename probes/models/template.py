"""Chat templates as text: whose they are, and the date they may ask for."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from probes.models.gguf import LoadError

DATE = "2026-01-01"
"""What templates that print today's date get, unless another is asked for: a prompt must not change at midnight."""

PLAIN = (
    "{% for m in messages %}{% if m.role == 'system' %}{{ m.content }}{% else %}"
    "{{ 'User' if m.role == 'user' else 'Assistant' }}: {{ m.content }}{% endif %}{{ '\n\n' }}{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)
"""Our template for models that have none: `User: ...`, an empty line, `Assistant: ...`; the system text stands bare.
A turn that is written ends with its first line break, since no token marks its end."""

_TODAY = re.compile(r"strftime_now\(\s*(?:format\s*=\s*)?([\"'])([^\"']*)\1\s*\)")


def chosen(tokenizer: Any, path: str | None, day: str) -> str | None:
    """The template to render with: that of a file, `plain` for ours, or the tokenizer's own, with `day` for today.

    Raises LoadError where `day` is no date, the file cannot be read, or the template makes up the form of the date.
    """
    own = tokenizer.chat_template
    text = own.get("default") if isinstance(own, dict) else own
    if path == "plain":
        return PLAIN
    if path:
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LoadError(
                f"template {path!r} cannot be read: {error}; give the path of a Jinja file, or 'plain'"
            ) from error
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


def line_ends(tokenizer: Any) -> frozenset[int]:
    """All tokens that hold a line break: what ends a turn under the plain template."""
    ids = sorted(tokenizer.get_vocab().values())
    texts = tokenizer.batch_decode([[token] for token in ids], clean_up_tokenization_spaces=False)
    return frozenset(token for token, text in zip(ids, texts, strict=True) if "\n" in text)
