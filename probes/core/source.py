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
        self._own = _files(kind)
        self._before = _hashes(self._own | _package())
        cell = "" if self._own else _cell(kind)
        lines = "".join(f"{name}{content}" for name, content in sorted(self._before.items()))
        self.digest = hashlib.sha256((lines + cell).encode()).hexdigest()
        if stale := [*_stale(self._before), *_edited(kind, self._own, self._before)]:
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


def _files(kind: type[Probe]) -> set[Path]:
    """Where a class and its functions were written; none for one that was written in a notebook."""
    module = getattr(sys.modules.get(kind.__module__), "__file__", None)
    places = [item.__code__.co_filename for item in vars(kind).values() if isinstance(item, FunctionType)]
    return {Path(place) for place in [*places, module] if place and Path(place).is_file()}


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


def _edited(kind: type[Probe], files: set[Path], now: dict[str, str]) -> list[str]:
    """Files of a probe outside the package that changed while its module was not loaded again."""
    spec, edited = getattr(sys.modules.get(kind.__module__), "__spec__", None), []
    for file in files:
        if not file.is_relative_to(HOME):
            key, content = f"{kind.__module__} {file}", now[_name(file)]
            known, before = _OWN.setdefault(key, (spec, content))
            if known is not spec:
                _OWN[key] = spec, content
            elif before != content:
                edited.append(file.name)
    return edited
