"""A folder is the register: every file in it is an entry, known by its name and loaded when it is asked for."""

from __future__ import annotations

import difflib
import html
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, TypeVar

T = TypeVar("T")


class Registry(Mapping[str, T]):
    """A read-only mapping from names to entries; an entry is loaded when it is first asked for, and kept.

    Parameters
    ----------
    kind : str
        What one entry is called in messages, e.g. `"persona"`.
    names : callable
        Gives the names, in order. It is called at every use, so that a file added meanwhile is seen.
    load : callable
        Makes the entry of a name.
    describe : callable, optional
        Entry -> what it is, in a sentence, for the table; by default the first line of its docstring.
    version : callable, optional
        Name -> what the entry is made from, as it is now. An entry whose version changed is loaded anew.
    group : callable, optional
        Name -> what the entry belongs to, for the table.

    Raises
    ------
    KeyError
        From `registry[name]`, naming the closest name there is. `registry.name` raises AttributeError.

    Examples
    --------
    >>> import probes
    >>> probes.personas["nurse"] is probes.personas.nurse
    True
    >>> probes.personas.get("nobody") is None
    True
    """

    def __init__(
        self,
        kind: str,
        names: Callable[[], list[str]],
        load: Callable[[str], T],
        describe: Callable[[T], str] | None = None,
        version: Callable[[str], Any] = lambda name: None,
        group: Callable[[str], str] | None = None,
    ) -> None:
        self._kind, self._names, self._load, self._version = kind, names, load, version
        self._describe, self._group = describe or _first_line, group
        self._loaded: dict[str, tuple[Any, T]] = {}

    def __getitem__(self, name: str) -> T:
        version = self._version(name)
        if name not in self._loaded or self._loaded[name][0] != version:
            names = self._names()
            if name not in names:
                near = difflib.get_close_matches(str(name), names, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}"
                raise KeyError(f"no {self._kind} {name!r}; {hint}")
            self._loaded[name] = version, self._load(name)
        return self._loaded[name][1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def __contains__(self, name: object) -> bool:
        return name in self._names()

    def __getattr__(self, name: str) -> T:
        if name.startswith("_"):  # asked for by IPython, copy and pickle; no entry begins like that
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __dir__(self) -> list[str]:
        return [*self, "get", "items", "keys", "values"]

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def __repr__(self) -> str:
        if self._group is None:
            return f"<{len(self)} {self._kind} entries: {', '.join([*self][:8])}{', ...' if len(self) > 8 else ''}>"
        groups: dict[str, list[str]] = {}
        for name in self:
            groups.setdefault(self._group(name), []).append(name)
        lines = [f"\n{group}: {', '.join(names)}" for group, names in sorted(groups.items())]
        return f"<{len(self)} {self._kind} entries{''.join(lines)}>"

    def _repr_html_(self) -> str:
        """Name, group and description of every entry; one that cannot be loaded says why and hides no other."""
        rows = ""
        for name in self:
            cells = [*([self._group(name)] if self._group else []), self._described(name)]
            described = "".join(f"<td style='text-align:left'>{html.escape(cell)}</td>" for cell in cells)
            rows += f"<tr><th style='text-align:left'>{html.escape(name)}</th>{described}</tr>"
        return f"<table><caption>{len(self)} {html.escape(self._kind)} entries</caption>{rows}</table>"

    def _described(self, name: str) -> str:
        try:
            return self._describe(self[name])
        except Exception as error:
            return f"cannot be loaded: {type(error).__name__}: {error}"


def of_modules(kind: str, package: str, attribute: str = "") -> Registry[Any]:
    """One entry a module of a package: the module, or its `attribute`. Modules with an underscore are helpers.

    Raises AttributeError, when the entry is loaded, for a module that lacks the attribute.
    """

    def names() -> list[str]:
        modules = pkgutil.iter_modules(sys.modules[package].__path__)
        return sorted(info.name for info in modules if not info.name.startswith("_"))

    def load(name: str) -> Any:
        module = importlib.import_module(f"{package}.{name}")
        return getattr(module, attribute) if attribute else module

    return Registry(kind, names, load, _first_line_of_module)


def _first_line(entry: Any) -> str:
    return (inspect.getdoc(entry) or "").partition("\n")[0]


def _first_line_of_module(entry: Any) -> str:
    """Of the module that an entry is or was defined in."""
    return _first_line(entry if isinstance(entry, ModuleType) else inspect.getmodule(entry))
