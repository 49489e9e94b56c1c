"""What a piece of Python computes, as a hash: its bytecode and every value it reads.

Functions and classes of this project and of the user are followed through their defaults, closures and globals;
those of installed packages and of the standard library are named (their versions are recorded elsewhere).
"""

from __future__ import annotations

import dis
import functools
import hashlib
import importlib
import pickle
import sys
import sysconfig
import types
from collections import deque
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any

_OURS = ("probes", "runner", "analysis")
_INSTALLED = tuple({sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_SCALARS = (str, bytes, int, float, complex, bool, type(None), type(...))
_BOOKKEEPING = {"__doc__", "__dict__", "__weakref__", "__module__", "__annotations__", "__abstractmethods__",
                "__firstlineno__", "__static_attributes__", "_abc_impl", "__slotnames__", "__dataclass_fields__",
                "__dataclass_params__"}  # fmt: skip


def code_digest(*values: Any) -> str:
    """SHA-256 of functions, classes, instances or data by what they are, not by what they are called.

    The same in every process. A comment or a line moved changes nothing; a constant, a default, a value in a closure
    or a helper called changes the hash. An object of an installed package counts by its pickle, or by its type where
    it has none. A module that a function imports as it runs counts by its file.

    Examples
    --------
    >>> def always(answer):
    ...     return lambda question: answer
    >>> code_digest(always("yes")) == code_digest(always("no"))
    False
    """
    walk = _Walk()
    total = hashlib.sha256(repr([walk.refer(value) for value in values]).encode("utf-8", "backslashreplace"))
    while walk.waiting:
        total.update(repr(walk.describe(walk.waiting.popleft())).encode("utf-8", "backslashreplace"))
    return total.hexdigest()


class _Walk:
    """Objects numbered as they are met, so that cycles end and nothing is described twice."""

    def __init__(self) -> None:
        self.waiting: deque[Any] = deque()
        self._numbers: dict[int, int] = {}
        self._alive: list[Any] = []  # an id is only unique among living objects

    def refer(self, value: Any) -> Any:
        """A scalar itself, anything else by its number."""
        if isinstance(value, _SCALARS):
            return (type(value).__name__, value)
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self._numbers)
            self._alive.append(value)
            self.waiting.append(value)
        return self._numbers[id(value)]

    def describe(self, value: Any) -> Any:
        """What an object is made of."""
        if isinstance(value, Mapping | list | tuple | deque | Set):
            return self._container(value), self._more(value)
        if isinstance(value, types.CodeType):
            return self._code(value)
        if isinstance(value, types.FunctionType):
            return self._function(value) if _followed(value.__module__) else _name(value)
        if isinstance(value, type):
            return self._class(value) if _followed(value.__module__) else _name(value)
        if isinstance(value, types.ModuleType):
            return "module", value.__name__, _source(value) if _followed(value.__name__) else ""
        parts = _parts(value)
        return (type(value).__name__, [self.refer(part) for part in parts]) if parts else self._instance(value)

    def _container(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return "mapping", [(self.refer(k), self.refer(v)) for k, v in value.items()]
        if isinstance(value, Set):  # without an order: sorted by content, or by name where they hold each other
            try:
                return "set", sorted(code_digest(item) for item in value)
            except RecursionError:
                return "set", sorted(map(str, map(_name, value)))
        return type(value).__name__, [self.refer(item) for item in value]

    def _more(self, value: Any) -> Any:
        """What a container of a class of the user's has besides its items, and what a defaultdict fills in."""
        kind = type(value) if _followed(type(value).__module__) else None
        held = [getattr(value, "__dict__", None), getattr(value, "default_factory", None)]
        return [self.refer(kind), *[self.refer(part) for part in held if part is not None]] if kind or any(held) else []

    def _code(self, code: types.CodeType) -> Any:
        constants = [self.refer(constant) for constant in code.co_consts]
        return "code", code.co_code, constants, code.co_names, code.co_varnames, code.co_exceptiontable

    def _function(self, function: types.FunctionType) -> Any:
        code = function.__code__
        if function.__doc__ and code.co_consts[:1] == (function.__doc__,):
            code = code.replace(co_consts=(None, *code.co_consts[1:]))
        cells = [self.refer(_content(cell)) for cell in function.__closure__ or ()]
        read = [(name, self.refer(value)) for name, value in _globals(function)]
        given = [self.refer(function.__defaults__), self.refer(function.__kwdefaults__)]
        return "function", self.refer(code), cells, given, read, self.refer(_attached(function))

    def _class(self, kind: type) -> Any:
        members = {name: value for name, value in vars(kind).items() if name not in _BOOKKEEPING}
        return "class", [self.refer(base) for base in kind.__bases__], [(k, self.refer(members[k])) for k in members]

    def _instance(self, value: Any) -> Any:
        if isinstance(known := getattr(value, "fingerprint", None), str):
            return "model", self.refer(type(value)), known
        if _followed(type(value).__module__):
            return "instance", self.refer(type(value)), self.refer({**_slots(value), **getattr(value, "__dict__", {})})
        try:
            return "pickle", pickle.dumps(value, protocol=5)
        except Exception:  # whatever an object raises when it cannot be pickled
            held = getattr(value, "__dict__", None)
            return "opaque", _name(type(value)), self.refer(held) if held else None


def _slots(value: Any) -> dict[str, Any]:
    """Values of the slots of an object's class and of its bases."""
    found = {}
    for kind in type(value).__mro__:
        names = kind.__dict__.get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            hidden = name.startswith("__") and not name.endswith("__")
            found[name] = getattr(value, f"_{kind.__name__.lstrip('_')}{name}" if hidden else name, None)
    return found


def _attached(function: types.FunctionType) -> dict[str, Any]:
    """What hangs on a function: its own attributes, and the branches of a `singledispatch`."""
    more = {name: item for name, item in vars(function).items() if name not in ("__wrapped__", "_clear_cache")}
    registry = getattr(function, "registry", None)
    return {**more, "registry": list(registry.values())} if isinstance(registry, Mapping) else more


def _followed(module: str | None) -> bool:
    """Whether code of this module is looked into: ours and the user's, not what is installed, nor this module.

    This module reads where Python is installed, which differs between machines and changes no reply.
    """
    if module == __name__:
        return False
    top = (module or "").partition(".")[0]
    if top in _OURS:
        return True
    file = getattr(sys.modules.get(module or ""), "__file__", None) or ""
    if not file and top in sys.stdlib_module_names and top != "__main__":
        return False
    return not file.startswith(_INSTALLED) and "site-packages" not in file


def _name(value: Any) -> tuple[str, str]:
    return str(getattr(value, "__module__", "")), str(getattr(value, "__qualname__", type(value).__qualname__))


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # a name that is bound later
        return None


def _parts(value: Any) -> tuple[Any, ...]:
    """What a wrapper wraps."""
    if isinstance(value, functools.partial):
        return value.func, value.args, value.keywords
    if isinstance(value, types.MethodType):
        return value.__func__, value.__self__
    if isinstance(value, property):
        return value.fget, value.fset
    names = () if _followed(type(value).__module__) else ("__wrapped__", "__func__", "func")
    return next(((getattr(value, name),) for name in names if hasattr(value, name)), ())


def _globals(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """(name, value) of the globals a function reads, of what it reads from followed modules, and of what it imports."""
    names = dict.fromkeys(_names(function.__code__))
    for name in names:
        if name in function.__globals__:
            value = function.__globals__[name]
            yield name, value
            yield from _members(name, value, names, set())
    for module in _imports(function.__code__, str(function.__globals__.get("__package__") or "")):
        yield f"import {module.__name__}", _source(module)
        yield from _members(module.__name__, module, names, set())


def _members(path: str, module: Any, names: Mapping[str, None], seen: set[int]) -> Iterator[tuple[str, Any]]:
    """What these names are in a followed module, and in the modules that lie below it."""
    if not isinstance(module, types.ModuleType) or not _followed(module.__name__) or id(module) in seen:
        return
    seen.add(id(module))
    for part in names:
        if part in vars(module):
            yield f"{path}.{part}", getattr(module, part)
            yield from _members(f"{path}.{part}", getattr(module, part), names, seen)


def _imports(code: types.CodeType, package: str) -> Iterator[types.ModuleType]:
    """Followed modules that a function imports when it runs; they are imported here too."""
    steps = [step for step in dis.get_instructions(code) if step.opname != "EXTENDED_ARG"]
    for level, parts, step in zip(steps, steps[1:], steps[2:], strict=False):
        if step.opname == "IMPORT_NAME":
            name = "." * int(level.argval or 0) + step.argval
            below = [f"{name}{'' if name.endswith('.') else '.'}{part}" for part in parts.argval or ()]
            found = (_imported(each, package) for each in (name, *below))
            yield from (module for module in found if module and _followed(module.__name__))
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _imports(constant, package)


def _imported(name: str, package: str) -> types.ModuleType | None:
    try:
        return importlib.import_module(name, package)
    except (ImportError, TypeError, ValueError):  # no module: a name in one, or absent, and the function will say so
        return None


def _source(module: types.ModuleType) -> str:
    """Hash of a module's file: which of its names are used is only known when the function runs."""
    path = getattr(module, "__file__", None)
    return hashlib.sha256(Path(path).read_bytes()).hexdigest() if path else ""


def _names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)
