"""Where a run comes from: code, packages, machine, and the command that makes it again."""

from __future__ import annotations

import json
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = (
    "interlocutor", "torch", "transformers", "transformer-lens", "numpy", "scipy", "pandas", "statsmodels",
    "scikit-learn", "matplotlib", "seaborn", "papermill", "nbclient", "nbconvert", "ipykernel",
)  # fmt: skip


def commit(folder: Path) -> dict[str, Any]:
    """`{"commit": hash or None, "dirty": bool or None}` of the checkout the folder lies in."""

    def git(*words: str) -> str:
        return subprocess.run(
            ["git", *words], cwd=folder, capture_output=True, text=True, check=True, timeout=20
        ).stdout

    try:
        return {"commit": git("rev-parse", "HEAD").strip(), "dirty": bool(git("status", "--porcelain").strip())}
    except (OSError, subprocess.SubprocessError):
        return {"commit": None, "dirty": None}


def packages() -> dict[str, str]:
    """The versions that decide results, of those installed."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def command(notebook: str, given: Mapping[str, Any], root: Path) -> str:
    """What to type to get this run again."""
    words = ["interlocutor", "run", notebook]
    for name, value in given.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        words += ["-p", f"{name}={text}"]
    if root != Path("reports"):
        words += ["--out", str(root)]
    return shlex.join(words)


def provenance(notebook: Path, given: Mapping[str, Any], root: Path) -> dict[str, Any]:
    """Everything of the above, for status.json and the report."""
    return {
        "command": command(notebook.stem if notebook.parent.name == "notebooks" else str(notebook), given, root),
        **commit(notebook.resolve().parent),
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "packages": packages(),
    }
