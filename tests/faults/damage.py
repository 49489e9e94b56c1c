"""What may have become of a JSON file: bytes that went wrong, and something else at every place of its content."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from fault_table import places, put

HOSTILE = "\x1b[2J\u202e</script><img src=x onerror=alert(1)>../../etc/passwd {{7*7}} $\\undefined$"
ODD: tuple[Any, ...] = (None, True, -1, 5, 0.5, 1e308, float("nan"), float("inf"), 10**400, "x", "", HOSTILE,
                        "2100-01-01", [], {}, ["a", 1], {"a": {"b": 1}}, ["x"] * 20_000)  # fmt: skip


def spoilt(whole: bytes) -> Iterator[tuple[str, bytes]]:
    """(what happened, the bytes then) of a file as a whole."""
    yield "empty", b""
    for share in (0.01, 0.3, 0.7, 0.99):
        yield f"cut at {share:.0%}", whole[: int(len(whole) * share)]
    yield "a byte-order mark", b"\xef\xbb\xbf" + whole
    yield "UTF-16", whole.decode("latin-1").encode("utf-16")
    yield "NUL within", whole[: len(whole) // 2] + b"\0\0\0" + whole[len(whole) // 2 :]
    yield "bytes that are no text", b"\xff\xfe\xfd" + whole
    yield "nested without end", b"[" * 200_000
    yield "objects nested without end", b'{"a":' * 200_000
    yield "twice", whole + whole
    yield "a number of 5,000 digits", b'{"state": ' + b"9" * 5000 + b"}"
    for other in ("null", "[]", "{}", "5", '"text"', "NaN", "[" + "0," * 300_000 + "0]"):
        yield f"in its place {other[:9]}", other.encode()


def altered(content: Any, seldom: int = 40) -> Iterator[tuple[str, bytes]]:
    """(what happened, its bytes then) of a JSON content: another value, a key gone, twice or one more.

    Of a list of more than `seldom` entries only the first two are altered: the others are like them.
    """
    for path in places(content):
        if any(isinstance(step, int) and step > 1 and _length(content, path[:at]) > seldom
               for at, step in enumerate(path)):  # fmt: skip
            continue
        at = ".".join(map(str, path)) or "whole"
        for odd in ODD:
            yield f"{at} = {repr(odd)[:40]}", json.dumps(put(content, path, odd)).encode()
        if path and isinstance(path[-1], str):
            yield f"{at} gone", json.dumps(_without(content, path)).encode()
    if isinstance(content, dict):
        for name in content:
            yield f"{name} twice", json.dumps(content).replace(f'"{name}":', f'"{name}": null, "{name}":', 1).encode()
        for more in (HOSTILE, "__class__", "schema"):
            yield f"one key more, {more[:20]!r}", json.dumps({**content, more: more}).encode()


def _length(content: Any, path: tuple[Any, ...]) -> int:
    for step in path:
        content = content[step]
    return len(content)


def _without(content: Any, path: tuple[Any, ...]) -> Any:
    copied = copy.deepcopy(content)
    inner = copied
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return copied
