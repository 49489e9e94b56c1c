"""The code behind a run: one digest of all of `probes`, its data files included, and of the module a probe is from."""

from __future__ import annotations

import hashlib
import inspect
import sys
from pathlib import Path

from probes.core.probe import Probe

HOME = Path(__file__).parents[1]


class CodeChanged(RuntimeError):
    """Code was changed while a run went on."""


class Source:
    """The files that can matter to a probe, as they are when this is made."""

    def __init__(self, kind: type[Probe]) -> None:
        self._files = {path for path in HOME.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
        self._cell = ""
        module = sys.modules.get(kind.__module__)
        if path := getattr(module, "__file__", None):
            self._files.add(Path(path))
        else:  # a class written in a notebook
            try:
                self._cell = inspect.getsource(kind)
            except (OSError, TypeError):
                self._cell = kind.__qualname__
        self._before = self._hashes()
        told = "".join(f"{name}{found}" for name, found in sorted(self._before.items()))
        self.digest = hashlib.sha256((told + self._cell).encode()).hexdigest()

    def check(self) -> None:
        """CodeChanged where a file is not what it was: modules and data read since may be of either version."""
        after = self._hashes()
        changed = sorted(name for name, found in self._before.items() if after.get(name) != found)
        if changed:
            raise CodeChanged(
                f"{', '.join(changed[:3])} changed while the run went on. All replies are kept, but no table is made "
                "of mixed code: restart Python and run the same again"
            )

    def _hashes(self) -> dict[str, str]:
        found = {}
        for path in self._files:
            if path.is_file():
                name = path.relative_to(HOME).as_posix() if path.is_relative_to(HOME) else path.name
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found
