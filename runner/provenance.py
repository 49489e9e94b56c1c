"""Where a run comes from, and the command that makes it again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def command(notebook: Path, given: Mapping[str, Any], root: Path) -> str:
    """What to type to get this run again."""
    words = ["interlocutor", "run", notebook.stem if notebook.parent.name == "notebooks" else str(notebook)]
    for name, value in given.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        words += ["-p", f"{name}={text}"]
    if root != Path("reports"):
        words += ["--out", str(root)]
    return shlex.join(words)


def provenance(notebook: Path, given: Mapping[str, Any], root: Path) -> dict[str, Any]:
    """The command with commit, packages and machine, for status.json and the report."""
    from probes.core.provenance import provenance as origin

    return {"command": command(notebook, given, root), **origin()}
