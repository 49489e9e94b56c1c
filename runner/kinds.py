"""Values by declared type: text from the command line or YAML becomes what the annotation says, or a clear refusal."""

from __future__ import annotations

import ast
import math
import re
import unicodedata
from typing import Any

from probes.schema.given.yaml_text import parse

LONGEST = 10_000
"""Characters a text parameter may have."""
_BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
SCALARS = {"str", "int", "float", "bool"}


def known(kind: ast.expr) -> bool:
    """Whether an annotation is one of str, int, float, bool, list[...], dict[str, ...], `... | None`."""
    match kind:
        case ast.Name(id=name):
            return name in SCALARS
        case ast.Subscript(value=ast.Name(id="list"), slice=inner):
            return known(inner)
        case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[ast.Name(id="str"), inner])):
            return known(inner)
        case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None)):
            return known(left)
    return False


def convert(kind: ast.expr, value: Any) -> Any:
    """The value as its declared type. ValueError says what is wrong, in words for the person who gave it."""
    match kind:
        case ast.BinOp(left=left):
            return None if value is None or value == "null" else convert(left, value)
        case ast.Subscript(value=ast.Name(id="list"), slice=inner):
            return [convert(inner, item) for item in _sequence(value)]
        case ast.Subscript(slice=ast.Tuple(elts=[_, inner])):
            return {_text(key): convert(inner, item) for key, item in _mapping(value).items()}
        case ast.Name(id=name):
            return {"str": _text, "int": _int, "float": _float, "bool": _bool}[name](value)
    raise ValueError(f"its annotation {ast.unparse(kind)} is not supported")


def _sequence(value: Any) -> list[Any]:
    if isinstance(value, str):
        value = parse(value) if value.lstrip().startswith("[") else value.split(",")
    if not isinstance(value, list | tuple):
        raise ValueError(f"expected a list, got {_shown(value)}")
    return [item.strip() if isinstance(item, str) else item for item in value]


def _mapping(value: Any) -> dict[str, Any]:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = parse(value)
    if not isinstance(value, dict):
        raise ValueError(f"expected a mapping such as {{a: 1}}, got {_shown(value)}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected text, got {_shown(value)}")
    if len(value) > LONGEST:
        raise ValueError(f"{len(value)} characters; at most {LONGEST} are allowed")
    bad = sorted({f"U+{ord(c):04X}" for c in value if c in _BIDI or (unicodedata.category(c) in ("Cc", "Cs"))} - _SAFE)
    if bad:
        raise ValueError(f"contains control, bidirectional or broken characters: {', '.join(bad)}")
    return value


_SAFE = {"U+000A", "U+0009"}
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(nan|inf|infinity)", re.IGNORECASE)
"""A number as YAML and JSON write it; Python reads `1_0` and digits of other scripts besides."""


def _int(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,40}", value.strip()):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"expected a whole number, got {_shown(value)}")
    if not -(2**63) <= value < 2**63:
        raise ValueError(f"{_shown(value)} lies outside [-2^63, 2^63 - 1], the whole numbers that tables can hold")
    return value


def _float(value: Any) -> float:
    try:
        plain = not isinstance(value, str) or _DECIMAL.fullmatch(value.strip())
        number = (
            float(value) if plain and isinstance(value, str | int | float) and not isinstance(value, bool) else None
        )
    except (ValueError, OverflowError):
        number = None
    if number is None:
        raise ValueError(f"expected a number, got {_shown(value)}")
    if not math.isfinite(number):
        raise ValueError(f"expected a finite number, got {_shown(value)}")
    if number == 0 and isinstance(value, str) and re.search("[1-9]", re.split("[eE]", value)[0]):
        raise ValueError(f"{_shown(value)} is too near to 0 to be told from it")
    return number + 0.0  # no -0.0, which is equal to 0.0 and makes another run


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    raise ValueError(f"expected true or false, got {_shown(value)}")


def _shown(value: Any) -> str:
    text = ascii(value) if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
