"""Where a run comes from: the code that ran, its commit where it has one, packages, machine."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PACKAGES = (
    "interlocutor-probes", "torch", "transformers", "transformer-lens", "numpy", "pandas", "scipy", "statsmodels",
    "papermill",
)  # fmt: skip
CODE = ("probes", "analysis", "runner")
"""The packages that make a number; `code` is the digest of all their files."""


def provenance() -> dict[str, Any]:
    """Commit, dirty flag, digest of the code, package versions, Python, platform and time, as a manifest keeps them.

    Returns
    -------
    dict
        `commit` is that of the repository which tracks this package, or a phrase that says there is none: a wheel
        inside somebody's project has not that project's commit. `dirty` is None then; else it tells whether any file
        of the packages is changed or untracked. `code` identifies the installed files in either case.
    """
    folders = code_folders()
    commit = _git("rev-parse", "HEAD") if _git("ls-files", "--error-unmatch", "provenance.py") else ""
    return {
        "commit": commit or "none: installed without a repository",
        "dirty": bool(_git("status", "--porcelain", "--untracked-files=all", "--", *folders)) if commit else None,
        "code": code_digest(folders),
        "packages": {name: _version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        "started": now(),
    }


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def code_folders() -> list[str]:
    """The folders of our packages, as Python would import them here."""
    specs = [find_spec(name) for name in CODE]
    return [str(Path(place).resolve()) for spec in specs if spec for place in spec.submodule_search_locations or []]


def code_digest(folders: list[str]) -> str:
    """SHA-256 over the names and bytes of all files in these folders, bytecode left out."""
    digest = hashlib.sha256()
    for root in folders:
        for path in sorted(below(root), key=lambda path: path.split(os.sep)):
            digest.update(f"{os.path.basename(root)}{path[len(root) :]}\0{content(path)}\0".encode())
    return digest.hexdigest()


def below(root: str | Path) -> Iterator[str]:
    """Paths of all files below a folder but bytecode, in no order. Strings: every run walks a thousand files."""
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if name != "__pycache__"]
        yield from (path for name in names if os.path.isfile(path := os.path.join(folder, name)))


def content(path: str) -> str:
    """SHA-256 of the bytes of a file."""
    with open(path, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()


def _git(*words: str) -> str:
    """What git says about the repository of this file, whatever repository the environment names; empty if nothing."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(["git", "-C", str(Path(__file__).parent), *words], capture_output=True, text=True,
                              timeout=10, check=True, env=environment)  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
