"""Chat templates as text: whose they are, and the date they may ask for."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from string import ascii_letters
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


_TODAY = (
    "{%- macro strftime_now(format) -%}{%- set at = namespace(sign='') -%}{%- for letter in format -%}"
    "{%- if not at.sign and letter == '%' -%}{%- set at.sign = '%' -%}"
    "{%- elif at.sign and letter == '-' -%}{%- set at.sign = '%-' -%}"
    "{%- elif at.sign -%}{{- (DAY).get(at.sign ~ letter, at.sign ~ letter) -}}{%- set at.sign = '' -%}"
    "{%- else -%}{{- letter -}}{%- endif -%}{%- endfor -%}{%- endmacro %}\n"
)
"""Written before a template it hides the function of this name, however that is called or passed on. The line break is
dropped by transformers' settings of Jinja and leaves the template's own beginning at the beginning of a line."""


def prepare(tokenizer: Any, path: str | None, day: str) -> bool:
    """Give a tokenizer the template to render with: that of a file, `plain` for ours, or its own; today is `day` in it.

    Returns whether it brought one, as instruct models do. Raises LoadError where `day` is no date or the file cannot be
    read.
    """
    brought = bool(tokenizer.chat_template)
    try:
        today = datetime.fromisoformat(day)
    except (TypeError, ValueError) as error:
        raise LoadError(f"date {day!r} is no date; write it as 2026-01-31") from error
    text = _chosen(tokenizer, path)
    tokenizer.chat_template = _dated(text, today) if text and "strftime_now" in text else text
    return brought


def _dated(text: str, today: datetime) -> str:
    told = {f"%{flag}{letter}": today.strftime(f"%{flag}{letter}") for letter in ascii_letters for flag in ("", "-")}
    return _TODAY.replace("DAY", repr({**told, "%%": "%"})) + text


def _chosen(tokenizer: Any, path: str | None) -> str | None:
    if path == "plain":
        return PLAIN
    if path:
        try:
            return Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LoadError(
                f"template {path!r} cannot be read: {error}; give the path of a Jinja file, or 'plain'"
            ) from error
    own = tokenizer.chat_template
    return own.get("default") if isinstance(own, dict) else own


def line_ends(tokenizer: Any) -> frozenset[int]:
    """All tokens that hold a line break: what ends a turn under the plain template."""
    ids = sorted(tokenizer.get_vocab().values())
    texts = tokenizer.batch_decode([[token] for token in ids], clean_up_tokenization_spaces=False)
    return frozenset(token for token, text in zip(ids, texts, strict=True) if "\n" in text)
