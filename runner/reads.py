"""From the events that a kernel's witness wrote down to the files, folders and distributions a run depends on."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probes.models.hashes import cache_root
from runner.quoted import quoted

if TYPE_CHECKING:
    from runner.plan import Plan

NAME = ".reads"
MODEL = {"config.json", "adapter_config.json", "tokenizer_config.json", "tokenizer.json"}
"""Where one of these is read the whole folder counts: native code reads weights and tokenizer unseen."""
MOST = 20_000
"""Files of a folder named by a parameter."""
_SYSTEM = ("/proc/", "/sys/", "/dev/", "/etc/", "/run/")
_FONTS = "/matplotlib/fontlist-"
_MAKING = re.compile(r"(checks/|\w+/\w+\.\w+/|gguf/\w+/converted\.json$)")
"""In our cache: what is made again at any time; a model that is converted, before it takes its own name; and the note
beside it, which is written while it is first read: weights and tokenizer are inputs."""


@dataclass
class Reads:
    """What was read, and what makes it impossible to prove that nothing changed."""

    files: dict[str, list[int]] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)
    libraries: tuple[str, ...] = ()
    unprovable: list[str] = field(default_factory=list)


def collected(run: Path) -> Reads:
    """The witness's events; without any nothing can be proved."""
    reads, path = Reads(), run / NAME
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    for line in lines:
        try:
            _take(reads, json.loads(line))
        except (ValueError, KeyError, TypeError):  # a killed kernel or a full disk cuts a line
            reads.unprovable.append("what it read was not written down whole")
    if not reads.libraries:
        reads.unprovable.append("its kernel could not be watched, so nobody knows what it read")
    path.unlink(missing_ok=True)
    return reads


def _take(reads: Reads, event: dict[str, Any]) -> None:
    match event["kind"], event["name"]:
        case "interpreter", _:
            reads.libraries = tuple(event["libraries"])
        case "read", name if name not in reads.written:
            reads.files[name] = event["state"]
        case "write", name:
            reads.written.add(name)
        case "list", name:
            reads.folders.add(name)
        case "variable", name:
            reads.variables.add(name)
        case "network", name:
            reads.unprovable.append(f"it asked {name} over the network, which may answer otherwise today")


def inputs(plan: Plan, reads: Reads) -> tuple[list[str], list[str]]:
    """(files, listed folders) outside the libraries and the run's own folder. Notes what changed while it ran."""
    own = (str(plan.folder.resolve()) + os.sep, *_SYSTEM, tempfile.gettempdir() + "/interlocutor-")
    root = str(plan.root.resolve())
    outside = {path for path in reads.files if not path.startswith(own) and not _passing(path)}
    for path in sorted(outside - reads.written):
        if reads.files[path] != _state(path):
            reads.unprovable.append(f"{path} changed while it ran")
    files = {path for path in outside if not _installed(path, reads)}
    models = {os.path.dirname(path) for path in reads.files if os.path.basename(path) in MODEL}
    files |= {path for folder in models for path in _within(folder, deep=False) if not _installed(path, reads)}
    files |= set(_named(plan, root, reads))
    files |= {
        path for path in quoted(plan.notebook.content) - reads.written if not path.startswith((*own, root + os.sep))
    }
    libraries = (*own, *reads.libraries)
    folders = {path for path in reads.folders if path != root and not (path + os.sep).startswith(libraries)}
    return sorted(files), sorted(folders)


def _passing(path: str) -> bool:
    ours = str(cache_root()) + os.sep
    return _FONTS in path or (path.startswith(ours) and bool(_MAKING.match(path[len(ours) :])))


def _state(path: str) -> list[int]:
    try:
        info = os.stat(path)
    except OSError:
        return []
    return [info.st_ino, info.st_size, info.st_mtime_ns]


def _named(plan: Plan, root: str, reads: Reads) -> Iterator[str]:
    """Files that a parameter names, whoever reads them."""
    for name, value in plan.resolved.items():
        for text in value if isinstance(value, list) else [value]:
            path = os.path.abspath(text) if isinstance(text, str) and text and len(text) < 1000 else ""
            if name not in ("out", "runs") and path and "\0" not in path and os.path.exists(path):
                inside = [file for file in _within(path) if not file.startswith(root + os.sep)]
                if len(inside) > MOST:
                    reads.unprovable.append(f"{path} has more than {MOST} files")
                yield from inside[:MOST]


def _within(path: str, deep: bool = True) -> Iterator[str]:
    if os.path.isfile(path):
        yield path
    for folder, below, names in os.walk(path, followlinks=False):
        below[:] = sorted(name for name in below if deep and not name.startswith(".") and name != "__pycache__")
        yield from (os.path.join(folder, name) for name in sorted(names))


def distributions(reads: Reads) -> list[str]:
    """The `.dist-info` folders of everything that was imported, in the kernel and here, where the page is made."""
    here = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    owners = {_owner(path) for path in {*reads.files, *filter(None, here)}}
    return sorted(owners - {""})


def _installed(path: str, reads: Reads) -> bool:
    """Whether a file is part of a distribution or of Python itself, which are identified as wholes."""
    return bool(_owner(path)) or ".dist-info/" in path if "-packages/" in path else path.startswith(reads.libraries)


def _owner(path: str) -> str:
    """The `.dist-info` folder of the distribution that installed a file, or nothing."""
    site, _, name = path.rpartition("-packages/")
    return _owners(site + "-packages").get(name, "") if site else ""


@lru_cache(maxsize=16)
def _owners(site: str) -> dict[str, str]:
    """Every file that a distribution has installed in a folder of packages -> its `.dist-info` folder."""
    return {line.split(",")[0]: str(record.parent) for record in Path(site).glob("*.dist-info/RECORD")
            for line in record.read_text(encoding="utf-8").splitlines()}  # fmt: skip
