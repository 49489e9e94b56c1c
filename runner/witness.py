"""Runs inside a kernel, before the first cell, and writes down what the notebook reads: one JSON line an event.

Only the standard library is used, for the kernel may belong to another environment. Files that native code opens are
invisible here; readers of such files call `sys.audit("interlocutor.read", path)`.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import socket
import sys
from collections.abc import Iterator
from typing import Any, ClassVar

LIBRARIES = tuple({os.path.dirname(os.__file__) + os.sep, *(p + os.sep for p in sys.path if "-packages" in p)})
_seen: set[tuple[str, str]] = set()
_stream = os.open(globals()["TARGET"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)  # set by whoever runs this file


def note(kind: str, name: str, **more: Any) -> None:
    """Write an event down once. `os.write` raises no audit event of its own."""
    if (kind, name) not in _seen:
        _seen.add((kind, name))
        os.write(_stream, json.dumps({"kind": kind, "name": name, **more}).encode() + b"\n")


def _path(name: Any) -> str:
    """An absolute path, or nothing for what is no path (a file descriptor)."""
    if not isinstance(name, str | bytes | os.PathLike):
        return ""
    return os.path.abspath(os.fsdecode(name))


def _source(path: str) -> str:
    """The source file behind compiled bytecode."""
    if path.endswith(".pyc") and "__pycache__" in path:
        try:
            return importlib.util.source_from_cache(path)
        except ValueError:
            return path
    return path


def read(name: Any) -> None:
    """Note a file with what tells later whether it changed while the notebook ran."""
    path = _source(_path(name))
    if path and not os.path.basename(path).startswith("<"):  # "<string>": a tool looked for source that is no file
        try:
            info = os.stat(path)
            state = [info.st_ino, info.st_size, info.st_mtime_ns]
        except OSError:
            state = []
        note("read", path, state=state)


def _opened(name: Any, flags: Any) -> None:
    access = (flags if isinstance(flags, int) else 0) & os.O_ACCMODE
    if path := _path(name):
        if access != os.O_WRONLY and not (isinstance(flags, int) and flags & os.O_TRUNC):
            read(path)
        if access != os.O_RDONLY:
            note("write", path)


def _listed(name: Any) -> None:
    """A folder that was listed, but for the import system's own search."""
    if not sys._getframe(2).f_code.co_filename.startswith(("<frozen importlib", os.path.dirname(importlib.__file__))):
        note("list", _path(name or "."))


def hook(event: str, given: tuple[Any, ...]) -> None:
    """The audit hook: it must be quick and must never raise."""
    try:
        if event == "open":
            _opened(given[0], given[2])
        elif event in ("os.listdir", "os.scandir"):
            _listed(given[0])
        elif event in ("interlocutor.read", "sqlite3.connect"):
            read(given[0])
        elif event == "os.rename":
            note("write", _path(given[1]))
        elif event == "subprocess.Popen":
            for word in [given[0], *(given[1] if isinstance(given[1], list | tuple) else [])]:
                if os.path.isfile(word):
                    read(word)
        elif event == "socket.connect" and given[0].family in (socket.AF_INET, socket.AF_INET6):
            note("network", str(given[1][0]))
    except Exception:  # noqa: S110 - nothing here may stop a notebook
        pass


class Environment(os._Environ[str]):
    """`os.environ` that notes which variables code outside the libraries asks for by name."""

    copied: ClassVar[set[str]] = set()
    """Names still to come of a copy of the whole, `{**os.environ}`: it asks for none of them in particular."""

    def __getitem__(self, name: str) -> str:
        if name in self.copied:
            self.copied.discard(name)
            return super().__getitem__(name)
        frame = sys._getframe(1)
        while frame.f_back and frame.f_code.co_filename.startswith("<frozen "):  # os and collections.abc
            frame = frame.f_back
        if not frame.f_code.co_filename.startswith((*LIBRARIES, "<frozen ")):
            note("variable", name)
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[str]:
        """All names, which a copy of the whole (`dict`, `copy`, `items`) asks for first."""
        names = list(super().__iter__())
        self.copied.update(names)
        return iter(names)


if "" in sys.path:  # the working folder comes last: an `analysis/` of the user's own must not hide the package
    sys.path.remove("")
    sys.path.append("")
os.environ.__class__ = Environment
note("interpreter", os.path.realpath(sys.executable), version=sys.version, libraries=LIBRARIES)
for module in list(sys.modules.values()):
    if isinstance(getattr(module, "__file__", None), str):
        read(module.__file__)
sys.addaudithook(hook)
