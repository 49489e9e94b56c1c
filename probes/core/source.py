"""The code behind a run: one digest of all of `probes`, its data files included, and of the module a probe is from."""

from __future__ import annotations

import hashlib
import inspect
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FunctionType
from weakref import WeakKeyDictionary

from probes.core.probe import Probe
from probes.core.provenance import below, content

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
        self._before = _hashes(_package() | self._own)
        code = "" if self._own else _cell(kind)
        lines = "".join(sorted(f"{_name(path)}{found}" for path, found in self._before.items()))
        self.digest = hashlib.sha256((lines + code).encode()).hexdigest()
        if stale := sorted({*_stale(self._before), *_edited(kind, self._before)}):
            raise CodeChanged(
                f"{_listed(stale)} changed after Python had read it, and Python keeps what it read: restart "
                "Python (in Jupyter: restart the kernel) and run the same again"
            )

    def check(self) -> None:
        """CodeChanged where a file is not what it was: modules and data read since may be of either version."""
        after = _hashes(_package() | self._own)
        changed = [path for path in {*self._before, *after} if after.get(path) != self._before.get(path)]
        if changed:
            raise CodeChanged(
                f"{_listed(sorted(changed))} changed while the run went on. All replies are kept, but no table is made "
                "of mixed code: restart Python and run the same again"
            )


def _package() -> set[str]:
    """Files of the package, but for bytecode and what editors leave beside a file."""
    return {path for path in below(HOME) if path[-1] != "~" and path[path.rindex(os.sep) + 1] != "."}


def _files(kind: type[Probe]) -> set[str]:
    """Where a class, the classes it is made of and their functions were written; none for those of a notebook."""
    places: set[str] = set()
    for one in kind.__mro__[: kind.__mro__.index(Probe)]:
        places |= {item.__code__.co_filename for item in vars(one).values() if isinstance(item, FunctionType)}
        places.add(getattr(sys.modules.get(one.__module__), "__file__", None) or "")
    return {place for place in places if os.path.isfile(place)}


def _cell(kind: type[Probe]) -> str:
    try:
        return inspect.getsource(kind)
    except (OSError, TypeError):
        return kind.__qualname__


def _ours(path: str) -> bool:
    return path.startswith(f"{HOME}{os.sep}")


def _name(path: str) -> str:
    return path[len(f"{HOME}{os.sep}") :].replace(os.sep, "/") if _ours(path) else os.path.basename(path)


def _listed(paths: Sequence[str]) -> str:
    return ", ".join(map(_name, paths[:3]))


def _hashes(files: Iterable[str]) -> dict[str, str]:
    return {path: content(path) for path in files if os.path.isfile(path)}


IMPORTED = _hashes(_package())
"""The package as it was imported; a file that is added later, as the first run after that saw it."""
_SEEN: WeakKeyDictionary[type, tuple[ModuleSpec | None, dict[str, str]]] = WeakKeyDictionary()
"""Class of a probe -> the import of its module, and its files outside the package, when a run first saw it."""


def _stale(now: Mapping[str, str]) -> list[str]:
    """Files of the package that are not what was imported. A module that is not imported yet is not stale."""
    loaded = {getattr(module, "__file__", None) for module in [*sys.modules.values()]}
    changed = [path for path, before in IMPORTED.items() if now.get(path) != before]
    for path, found in now.items():
        if _ours(path):
            IMPORTED.setdefault(path, found)
    return [path for path in changed if not path.endswith(".py") or path in loaded]


def _edited(kind: type[Probe], now: Mapping[str, str]) -> list[str]:
    """Files of a probe outside the package that changed, unless its module was loaded again with this very class."""
    own = {path: found for path, found in now.items() if not _ours(path)}
    module = sys.modules.get(kind.__module__)
    spec, current = getattr(module, "__spec__", None), getattr(module, kind.__name__, None) is kind
    known = _SEEN.get(kind)
    if known is None or (known[0] is not spec and current):
        _SEEN[kind] = spec, own
        return []
    return [path for path, before in known[1].items() if own.get(path) != before]
