"""The documentation of a probe, written from its declarations: what `help(probes.suite.user_turn)` shows."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import io
import textwrap
import tokenize
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from probes.core.probe import Probe

MOST = 12
"""Longest list of allowed values that is printed in full."""
WIDTH = 100


class Documentation:
    """The `__doc__` of a probe class: its docstring, then fields, profiles, measures and source."""

    def __init__(self, written: str) -> None:
        self._written = inspect.cleandoc(written)

    def __get__(self, probe: Probe | None, kind: type[Probe]) -> str:
        sections = [self._written, *_sections(kind)]
        return "\n\n".join(section for section in sections if section) + "\n"


def meanings(kind: type) -> dict[str, str]:
    """Field -> its meaning: the string below it in the class body, or else the comment beside it.

    A field that is inherited has the meaning that its base class gives it; one without a meaning is left out.
    """
    by_field: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if "__dataclass_fields__" in vars(base):
            by_field |= _written_meanings(base)
    return by_field


def allowed(values: Collection[Any]) -> str:
    """Allowed values in a line, the first few where there are many."""
    listed = [repr(value) for value in values]
    rest = f", ... ({len(listed)} in all)" if len(listed) > MOST else ""
    return ", ".join(listed[: MOST if not rest else 6]) + rest


def _written_meanings(kind: type) -> dict[str, str]:
    try:
        source = textwrap.dedent(inspect.getsource(kind))
    except (OSError, TypeError):  # typed into a plain interpreter, which keeps no source
        return {}
    body = ast.parse(source).body[0]
    assert isinstance(body, ast.ClassDef)
    beside = dict(_comments(source))
    by_field = {}
    for statement, after in zip(body.body, [*body.body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            string = after.value if isinstance(after, ast.Expr) else None
            below = string.value if isinstance(string, ast.Constant) and isinstance(string.value, str) else ""
            if meaning := below or beside.get(statement.end_lineno or 0, ""):
                by_field[statement.target.id] = " ".join(meaning.split())
    return by_field


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("# ")


def _sections(kind: type[Probe]) -> Iterator[str]:
    known = meanings(kind)
    yield _section("Parameters", dict(_parameters(kind, known)))
    yield _section("Profiles", {name: _call(values) for name, values in kind.profiles.items()})
    yield _section("Measures", dict(_measures(kind)))
    yield f"Independent unit\n----------------\n{kind.unit}"
    yield f"Source\n------\n{kind.source or 'none named'}"


def _parameters(kind: type[Probe], known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for field in dataclasses.fields(kind):
        has_default = field.default is not dataclasses.MISSING
        default = f", default {field.default!r}" if has_default else ""
        values = f" One of {allowed(kind.allowed[field.name])}." if field.name in kind.allowed else ""
        yield f"{field.name} : {field.type}{default}", f"{known.get(field.name, '')}{values}".strip()


def _measures(kind: type[Probe]) -> Iterator[tuple[str, str]]:
    for name, unit in kind.measures.items():
        chance = f"; a model that knows nothing scores {kind.chance[name]:.3g}" if name in kind.chance else ""
        yield name, f"{unit}{chance}"


def _call(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in values.items()) or "the defaults"


def _section(title: str, entries: Mapping[str, str]) -> str:
    if not entries:
        return ""
    lines = [title, "-" * len(title)]
    for name, text in entries.items():
        lines += [name, *textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    ")]
    return "\n".join(lines)
