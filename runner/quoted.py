"""Files that a notebook's code names in quotes: native code and child processes read them unseen by Python."""

from __future__ import annotations

import ast
import os
import re
import shlex
from collections.abc import Iterator
from typing import Any

_SUFFIX = re.compile(r"\.\w{1,12}$")
LONGEST = 300


def quoted(content: dict[str, Any]) -> set[str]:
    """Absolute paths of the files that code cells name: those that are there, and what looks like a file and is not.

    A file that appears where one was looked for changes a run as much as one that changed.
    """
    cells = (cell for cell in content.get("cells", []) if cell.get("cell_type") == "code")
    texts = {text for cell in cells for text in _texts("".join(cell.get("source", "")))}
    paths = {os.path.abspath(text) for text in texts if 0 < len(text) < LONGEST and not set(text) & set("\0\n*{}<>|")}
    return {path for path in paths if os.path.isfile(path) or (_SUFFIX.search(path) and not os.path.exists(path))}


def _texts(source: str) -> Iterator[str]:
    """Strings in the code of a cell, and the words of its shell commands and magics."""
    lines = source.splitlines()
    commands = [line for line in lines if line.lstrip().startswith(("!", "%"))]
    for command in commands:
        try:
            yield from shlex.split(command.lstrip(" !%"))
        except ValueError:  # an open quotation mark
            yield from command.split()
    try:
        tree = ast.parse("\n".join("pass" if line in commands else line for line in lines))
    except (SyntaxError, ValueError):
        yield from re.findall(r"""["']([^"'\n]+)["']""", source)
        return
    yield from (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
