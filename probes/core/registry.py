"""Registers of files: the project's own and those of a study folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from probes.core import study
from probes.schema.registry import Registry, of_modules

__all__ = ["Registry", "of_files", "of_modules"]
T = TypeVar("T")


def of_files(
    kind: str, folder: Path, suffix: str, read: Callable[[Path], T], describe: Callable[[T], str], own: str = ""
) -> Registry[T]:
    """One entry per file of a folder; `read` loads one. Files of the study folder `own` come before them.

    A file of the study folder that was changed is read anew, and so is one of another study in the same process.
    """

    def paths() -> dict[str, Path]:
        shipped = {path.stem: path for path in folder.glob(f"*{suffix}")}
        return shipped | (study.own(own) if own else {})

    version = (lambda name: study.version(own, name)) if own else lambda name: None
    return Registry(kind, lambda: sorted(paths()), lambda name: read(paths()[name]), describe, version)
