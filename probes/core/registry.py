"""A folder is the register: every file on a shelf is an item, found by its name and opened when asked for."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any


class Shelf(Mapping[str, Any]):
    """A mapping from names to items; `open_item` is called once a name, on first use."""

    def __init__(self, kind: str, names: Callable[[], list[str]], open_item: Callable[[str], Any]) -> None:
        self.kind = kind
        self._names = names
        self._open = open_item
        self._items: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._items:
            if name not in self._names():
                near = difflib.get_close_matches(str(name), self._names(), n=1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(self._names())}"
                raise KeyError(f"no {self.kind} {name!r}{hint}")
            self._items[name] = self._open(name)
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def __repr__(self) -> str:
        return f"<{len(self)} {self.kind} items: {', '.join(self)}>"


def module_shelf(kind: str, package: str, pick: Callable[[ModuleType], Any]) -> Shelf:
    """One item a module of a package; modules whose names begin with an underscore are helpers, not items."""

    def names() -> list[str]:
        path = sys.modules[package].__path__
        return sorted(info.name for info in pkgutil.iter_modules(path) if not info.name.startswith("_"))

    return Shelf(kind, names, lambda name: pick(importlib.import_module(f"{package}.{name}")))


def file_shelf(kind: str, folder: Path, suffix: str, read: Callable[[Path], Any]) -> Shelf:
    """One item a file of a folder; `read` opens one."""

    def names() -> list[str]:
        return sorted(path.stem for path in folder.glob(f"*{suffix}"))

    return Shelf(kind, names, lambda name: read(folder / f"{name}{suffix}"))


def become(package: str, shelf: Shelf) -> None:
    """Let a package itself be indexed: `probes.suite["user_turn"]` beside `probes.suite.user_turn`."""

    class ShelfModule(ModuleType):
        def __getitem__(self, name: str) -> Any:
            return shelf[name]

        def __iter__(self) -> Iterator[str]:
            return iter(shelf)

        def __len__(self) -> int:
            return len(shelf)

        def __contains__(self, name: object) -> bool:
            return name in list(shelf)

        def keys(self) -> list[str]:
            return list(shelf)

        def items(self) -> list[tuple[str, Any]]:
            return [(name, shelf[name]) for name in shelf]

    sys.modules[package].__class__ = ShelfModule
