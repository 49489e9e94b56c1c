"""The study folder: where own personas, probes and notebooks lie and are found before those of the package.

A study is any folder with a `study.yaml`; `interlocutor init NAME` makes one. The working folder and the folders above
it are searched, unless the variable `INTERLOCUTOR_STUDY` names a folder.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "INTERLOCUTOR_STUDY"
MARK = "study.yaml"
KINDS = {
    "personas": (".yaml", ".yml"),
    "probes": (".py",),
    "notebooks": (".ipynb",),
}
"""Folder of a study -> endings of the files that are entries in it."""


def folder() -> Path | None:
    """The study folder in use, or None outside of any.

    Raises
    ------
    FileNotFoundError
        Where INTERLOCUTOR_STUDY names no folder: results of another study must not slip in by a misspelt path.

    Examples
    --------
    >>> import tempfile
    >>> os.environ["INTERLOCUTOR_STUDY"] = study = tempfile.mkdtemp()
    >>> str(folder()) == study
    True
    >>> del os.environ["INTERLOCUTOR_STUDY"]
    """
    if named := os.environ.get(VARIABLE):
        path = Path(named).expanduser()
        if not path.is_dir():
            raise FileNotFoundError(f"{VARIABLE} is {named!r}, which is not a folder; correct it or unset it")
        return path
    here = Path.cwd()
    return next((path for path in (here, *here.parents) if (path / MARK).is_file()), None)


def own(kind: str) -> dict[str, Path]:
    """Name -> file of every own entry of a kind (a key of `KINDS`), in the order of the names.

    Folders, pipes and links to nothing are no entries, whatever they are called. ValueError where two files would be
    the same entry.
    """
    study = folder()
    entries: dict[str, Path] = {}
    for path in sorted((study / kind).glob("*")) if study else ():
        if path.suffix in KINDS[kind] and path.name[0] not in "._" and path.is_file():
            if path.stem in entries:
                raise ValueError(f"{entries[path.stem]} and {path} are both {path.stem!r}; remove or rename one")
            entries[path.stem] = path
    return dict(sorted(entries.items()))


def version(kind: str, name: str) -> tuple[Path, bytes] | None:
    """File and content of an own entry; None where the study has none of this name."""
    path = own(kind).get(name)
    return (path, path.read_bytes()) if path else None


def provenance() -> dict[str, list[str]]:
    """Kind -> names of own entries, for the record of a run; kinds without any are left out."""
    return {kind: list(names) for kind in KINDS if (names := own(kind))}
