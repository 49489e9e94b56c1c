"""Where a run comes from, and the command that makes it again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def command(notebook: Path, given: Mapping[str, Any], root: Path, kernel: str = "", verb: str = "run") -> str:
    """What to type to get this run again."""
    words = ["interlocutor", verb, notebook.stem if notebook.parent.name == "notebooks" else str(notebook)]
    for name, value in given.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        words += ["-p", f"{name}={text}"]
    if root != Path("reports"):
        words += ["--out", str(root)]
    words += ["--kernel", kernel] if kernel else []
    return shlex.join(words)


def provenance(notebook: Path, given: Mapping[str, Any], root: Path, kernel: str = "") -> dict[str, Any]:
    """The command with commit, packages, machine and what the study adds of its own, for status.json and the report."""
    from probes.core import study
    from probes.core.provenance import provenance as origin

    said = {"command": command(notebook, given, root, kernel), **origin()}
    return {**said, "study": str(study.folder()), "own": study.provenance()} if study.folder() else said
