"""What identifies a file, a listing, an installed distribution, the package code, an interpreter, the environment.

Small files are read each time. Large ones are remembered by device, inode, size, mtime and ctime; ctime cannot be set
back by a program that restores a file's mtime.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from probes.schema import checksum
from runner.files import read_json, write_json

LARGE = 4_000_000
"""Bytes from which a digest is remembered."""
SETTLED = 2.0
"""Seconds a large file must have lain unchanged before its digest is remembered."""
ABSENT = "absent"
SWITCHES = re.compile(
    r"(HF|TRANSFORMERS|TORCH|TORCHINDUCTOR|PYTORCH|CUBLAS|NVIDIA|OMP|MKL|OPENBLAS|KMP|TOKENIZERS|INTERLOCUTOR)_"
    r"|PYTHONHASHSEED|PYTHONPATH|TZ$|LANG$|LC_"
)
"""Environment variables that libraries read out of sight of Python."""
PRIVATE = re.compile(r"TOKEN$|KEY$|SECRET|PASSW|^INTERLOCUTOR_(PROGRESS|CACHE|THREADS)$")
"""Never kept, not even as a digest: credentials; and what only says where to write or how fast."""


def text_digest(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def file_digest(path: str | Path) -> str:
    """SHA-256 of a file's bytes, or `absent`."""
    try:
        info = os.stat(path)
        if not os.path.isfile(path):
            return ABSENT
        if info.st_size < LARGE:
            return hashlib.sha256(Path(path).read_bytes()).hexdigest()
        state = f"{info.st_dev}-{info.st_ino}-{info.st_size}-{info.st_mtime_ns}-{info.st_ctime_ns}"
        return _remembered(str(path), state, abs(time.time() - info.st_ctime) > SETTLED)
    except OSError:
        return ABSENT


def _remembered(path: str, state: str, settled: bool) -> str:
    store = _store() / f"{text_digest(state)[:32]}.json"
    known = read_json(store, {})
    if known.get("state") == state and settled:
        return str(known["sha256"])
    digest = checksum(path)
    if settled:
        with suppress(OSError):  # a full or read-only cache only costs time
            write_json(store, {"state": state, "sha256": digest}, durable=False)
    return digest


def _store() -> Path:
    home = os.environ.get("INTERLOCUTOR_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "interlocutor" / "digests"


def listing_digest(folder: str | Path) -> str:
    """Digest of the names in a folder, hidden ones and bytecode left out."""
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith(".") and name != "__pycache__")
    except OSError:
        return ABSENT
    return text_digest("\0".join(names))


def code_digest() -> str:
    """Digest of all code and data of our packages, as they are now."""
    try:
        from probes.core.provenance import code_digest as digest
        from probes.core.provenance import code_folders
    except Exception as error:  # half-written code is not the code of any finished run
        return f"cannot be imported: {error}"
    return digest(code_folders())


def environment(names: Iterable[str] = ()) -> dict[str, str]:
    """Name -> digest of its value, for these variables and for all that libraries read by themselves."""
    wanted = {*names, *filter(SWITCHES.match, os.environ)}
    return {name: text_digest(os.environ[name]) if name in os.environ else ABSENT
            for name in sorted(wanted) if not PRIVATE.search(name)}  # fmt: skip


@lru_cache(maxsize=4096)
def distribution_digest(info: str) -> str:
    """Digest of an installed distribution: its RECORD, and every file that no longer is what RECORD says.

    Only files touched after the installation are read. Remembered until `cache_clear`: a check of many runs asks often.
    """
    record = Path(info, "RECORD")
    try:
        installed = max(record.stat().st_ctime_ns, record.stat().st_mtime_ns)
        rows = list(csv.reader(record.read_text(encoding="utf-8").splitlines()))
    except OSError:
        return ABSENT
    digest, site = hashlib.sha256(file_digest(record).encode()), os.path.dirname(info)
    hashed = [row[:2] for row in rows if len(row) == 3 and row[1] and not row[0].startswith("..")]
    for name, expected in hashed:
        path = f"{site}/{name}"
        try:
            now = os.stat(path)
        except OSError:
            digest.update(f"{name} {ABSENT}\n".encode())
            continue
        if max(now.st_mtime_ns, now.st_ctime_ns) > installed and (digest_now := file_digest(path)) != _hex(expected):
            digest.update(f"{name} {digest_now}\n".encode())
    return digest.hexdigest()


def _hex(expected: str) -> str:
    """A digest as RECORD writes it (`sha256=` and base64 without padding), in hexadecimal."""
    kind, _, text = expected.partition("=")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).hex() if kind == "sha256" else expected


def kernel_digest(name: str) -> str:
    """Digest of a kernel's definition and of the interpreter that it starts."""
    from jupyter_client.kernelspec import KernelSpecManager

    try:
        spec: Any = KernelSpecManager().get_kernel_spec(name)
    except Exception:  # removed since
        return ABSENT
    import sys

    program = sys.executable if spec.argv[0] in ("python", f"python{sys.version_info[0]}") else spec.argv[0]
    return text_digest(repr((spec.argv, spec.env, sys.version, file_digest(os.path.realpath(program)))))
