"""The code behind a run: one digest of all of `probes`, its data files included, and of the module a probe is from."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Iterable
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FunctionType

from probes.core.probe import Probe

HOME = Path(__file__).parents[1]


class CodeChanged(RuntimeError):
    """Code was changed while a run went on, or after Python had read it."""


class Source:
    """The files that can matter to a probe, as they are when this is made.

    CodeChanged where Python read another version of one of them: what it keeps in memory would be run under a digest
    that is not its own.
    """

    def __init__(self, kind: type[Probe]) -> None:
        own = _file(kind)
        self._own = {own} if own else set()
        self._before = _hashes(self._own | _package())
        cell = "" if own else _cell(kind)
        lines = "".join(f"{name}{content}" for name, content in sorted(self._before.items()))
        self.digest = hashlib.sha256((lines + cell).encode()).hexdigest()
        if stale := [*_stale(self._before), *_edited(kind, own, self._before)]:
            raise CodeChanged(
                f"{', '.join(stale[:3])} changed after Python had read it, and Python keeps what it read: restart "
                "Python (in Jupyter: restart the kernel) and run the same again"
            )

    def check(self) -> None:
        """CodeChanged where a file is not what it was: modules and data read since may be of either version."""
        after = _hashes(self._own | _package())
        changed = sorted(name for name in {*self._before, *after} if after.get(name) != self._before.get(name))
        if changed:
            raise CodeChanged(
                f"{', '.join(changed[:3])} changed while the run went on. All replies are kept, but no table is made "
                "of mixed code: restart Python and run the same again"
            )


def _package() -> set[Path]:
    return {path for path in HOME.rglob("*") if path.is_file() and "__pycache__" not in path.parts}


def _file(kind: type[Probe]) -> Path | None:
    """Where a class was written; None for one that was written in a notebook."""
    codes = [item.__code__ for item in vars(kind).values() if isinstance(item, FunctionType)]
    places = [Path(code.co_filename) for code in codes] + [
        Path(getattr(sys.modules.get(kind.__module__), "__file__", None) or "")
    ]
    return next((place for place in places if place.is_file()), None)


def _cell(kind: type[Probe]) -> str:
    try:
        return inspect.getsource(kind)
    except (OSError, TypeError):
        return kind.__qualname__


def _name(path: Path) -> str:
    return path.relative_to(HOME).as_posix() if path.is_relative_to(HOME) else path.name


def _hashes(files: Iterable[Path]) -> dict[str, str]:
    return {_name(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()}


IMPORTED = _hashes(_package())
"""The package as it was imported."""
_OWN: dict[str, tuple[ModuleSpec | None, str]] = {}
"""Module of a probe outside the package -> its import and the hash of its file when a run first saw it."""


def _stale(now: dict[str, str]) -> list[str]:
    """Files of the package that are not what was imported. A module that is not imported yet is not stale."""
    loaded = {getattr(module, "__file__", None) for module in [*sys.modules.values()]}
    changed = sorted(name for name, before in IMPORTED.items() if now.get(name) != before)
    return [name for name in changed if not name.endswith(".py") or str(HOME / name) in loaded]


def _edited(kind: type[Probe], file: Path | None, now: dict[str, str]) -> list[str]:
    """The file of a probe outside the package where it changed and the module was not loaded again."""
    if file is None or file.is_relative_to(HOME):
        return []
    spec, content = getattr(sys.modules.get(kind.__module__), "__spec__", None), now[_name(file)]
    key = f"{kind.__module__} {file}"
    known = _OWN.get(key)
    if known is None or known[0] is not spec:
        _OWN[key] = spec, content
        return []
    return [] if known[1] == content else [file.name]
