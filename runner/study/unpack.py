"""`interlocutor open`: a packed run is checked, unpacked into the folder of runs, and held to its plan."""

from __future__ import annotations

import hashlib
import json
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

from probes.core.provenance import now
from probes.schema import checksum
from runner.files import trouble, write_json
from runner.parameters import Refused
from runner.study.adherence import adhered
from runner.study.archive import KIND, MANIFEST, PIECE, alike, nameable, problem
from runner.study.lock import OPENED
from runner.terminal import refuse, show, tell

LARGEST = 64 << 30
"""Bytes an archive may unpack to."""
MOST = 100_000
"""Files it may hold."""
UNREADABLE = (zipfile.BadZipFile, RuntimeError, EOFError, ValueError, LookupError, zlib.error, struct.error)
"""What reading a zip raises where its bytes are not those that were written."""


def opening(file: Path, root: Path) -> int:
    """`unpack` for the command line: writes the index and prints the report; the exit code."""
    from runner.index import write_index

    try:
        folder = unpack(file, root)
        write_index(root)
    except Refused as refused:
        return refuse(refused.problems)
    except OSError as error:
        return refuse([trouble(error, root)])
    tell(f"every file is as it was packed: {folder.name}", "opened:", "green")
    tell("its page was written elsewhere: in a browser it can do what any page of a stranger can", "note:", "yellow")
    adhered(folder)
    show(folder / "report.html")
    return 0


def unpack(file: Path, root: Path) -> Path:
    """Check an archive and unpack its run into `root`; the run's folder.

    Names are checked before anything is written, content while it is written beside the target, and only a run whose
    every checksum is right takes its place. Refused for anything else, and where another run of that name is there.
    """
    if file.exists() and not file.is_file():
        raise Refused([f"{file} is {'a folder' if file.is_dir() else 'a pipe or a device'}, not an archive"])
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive, file)
            _check_names(archive, manifest, file)
            return _unpacked(archive, manifest, root, file)
    except UNREADABLE as error:
        raise Refused([f"{file} cannot be read as an archive ({type(error).__name__}: {error})"[:300]]) from error


def _manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    try:
        info = archive.getinfo(MANIFEST)
        manifest = json.loads(archive.read(info)) if info.file_size < (64 << 20) else None
    except (KeyError, ValueError):
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND or not isinstance(manifest.get("files"), dict):
        raise Refused([f"{file} holds no {MANIFEST} of a run: interlocutor zip RUN makes such a file"])
    return manifest


def _check_names(archive: zipfile.ZipFile, manifest: dict[str, Any], file: Path) -> None:
    """No path leads out of the run's folder, nothing is a link, nothing is there that the manifest does not name."""
    run, infos = str(manifest.get("run") or ""), [info for info in archive.infolist() if info.filename != MANIFEST]
    problems = [] if nameable(run) else [f"{file}: the run's name {run!a} is none that a run can have"]
    for info in infos:
        name = info.filename
        why = (
            problem(name.removeprefix(f"{run}/"))
            if name.startswith(f"{run}/")
            else "leads out of the folder of the run"
        )
        if why:
            problems.append(f"{file}: {name!r} {why}")
        elif stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            problems.append(f"{file}: {name!r} is a link or no plain file")
    names = [info.filename.removeprefix(f"{run}/") for info in infos]
    if alike(names) or len(set(names)) != len(names) or set(names) != set(manifest["files"]):
        problems.append(f"{file}: its files are not those of its manifest")
    if sum(info.file_size for info in infos) > LARGEST or len(infos) > MOST:
        problems.append(f"{file}: it would unpack to more than {LARGEST >> 30} GiB or {MOST:,} files")
    if problems:
        raise Refused(problems)


def _unpacked(archive: zipfile.ZipFile, manifest: dict[str, Any], root: Path, file: Path) -> Path:
    import shutil
    import tempfile

    run = str(manifest["run"])
    target = root / run
    if target.exists():
        raise Refused([f"{target} exists: open the archive into another folder with --out"])
    root.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=".opening-", dir=root))
    try:
        for name, digest in manifest["files"].items():
            if _copied(archive, f"{run}/{name}", staged / name) != digest:
                raise Refused([f"{file}: {name} is not what was packed (its checksum differs); get the file again"])
        write_json(staged / OPENED, {"file": file.name, "sha256": checksum(file), "opened": now()})
        staged.chmod(0o755)
        staged.rename(target)  # marked as a stranger's: never a moment in this place without the mark
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return target


def _copied(archive: zipfile.ZipFile, name: str, target: Path) -> str:
    """SHA-256 of what was copied; at most as many bytes as the archive announces."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), archive.getinfo(name).file_size
    with archive.open(name) as entry, target.open("xb") as stream:
        while piece := entry.read(PIECE):
            left -= len(piece)
            if left < 0:
                raise Refused([f"{name} is longer than the archive says"])
            digest.update(piece)
            stream.write(piece)
    return digest.hexdigest()
