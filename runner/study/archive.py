"""A run as one file that can be cited: `zip` packs it with its plan and its checksums; `unpack` opens it elsewhere."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from probes.schema import checksum, read, replacing
from probes.schema.forms import RECEIPT, STATUS
from probes.schema.published import FILE as CLAIMS
from runner.files import trouble
from runner.parameters import Refused
from runner.study.lock import OWN, plan_file
from runner.study.runs import finished_run
from runner.terminal import refuse, show, tell

MANIFEST = "interlocutor.json"
KIND = "interlocutor run, version 1"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of every entry: the same run gives the same bytes."""
PIECE = 1 << 20
AGAIN = "the same command as before makes it again"
TAKEN = ("index.html", "plans", "sweeps")
"""Names in a folder of runs that are none of runs."""


def nameable(run: str) -> bool:
    """Whether a run may have this name: letters, digits, spaces, `. _ - ( )`, and no name of something else."""
    return bool(re.fullmatch(r"\w[\w .()-]*", run)) and run.isprintable() and run.casefold() not in TAKEN


def problem(name: str) -> str:
    """Why a file of a run, named from within its folder, can be in no archive; nothing where it can."""
    inside = PurePosixPath(name)
    if inside.as_posix() != name or inside.is_absolute() or not inside.parts or {"..", "."} & set(inside.parts):
        return "leads out of the folder of the run"
    if not name.isprintable() or "\\" in name or ":" in name:  # others would read them as folders, drives, controls
        return "has characters that a name in an archive must not have"
    return "is hidden: no run has such a file in an archive" if any(p.startswith(".") for p in inside.parts) else ""


def alike(names: Iterable[str]) -> list[str]:
    """Names that are one where upper and lower case are not told apart."""
    seen: dict[str, str] = {}
    return [name for name in names if seen.setdefault(name.casefold(), name) != name]


def changed(run: Path) -> Iterator[tuple[str, str]]:
    """Pages of a run that are not as its receipt has them, and why: an archive holds what the run wrote."""
    for name, left in read(run / "receipt.json", RECEIPT).get("outputs", {}).items():
        if "/" not in name and name != CLAIMS:  # records and claims have readers of their own
            if not (run / name).is_file():
                yield name, f"is missing; {AGAIN}"
            elif checksum(run / name) != left:
                yield name, f"changed since the run finished; {AGAIN}"


def packing(run: str, root: Path, to: Path | None) -> int:
    """`pack` for the command line: prints the file and its checksum; the exit code."""
    try:
        file = pack(run, root, to)
    except Refused as refused:
        return refuse(refused.problems)
    except OSError as error:
        return refuse([f"the archive cannot be written: {trouble(error)}"])
    tell(f"cite the file by its checksum: sha256 {checksum(file)}", "packed:", "green")
    show(file)
    return 0


def pack(run: str, root: Path, to: Path | None = None) -> Path:
    """Write a finished run, with the plan that it was made under, as one zip with a manifest of checksums; its path.

    Hidden files (locks) stay out. Refused where the run is unknown or unfinished, or its folder holds a link.
    """
    folder = finished_run(run, root)
    files = sorted(_files(folder))
    problems = [f"{str(folder / name)!a} {why}; rename it" for name, _ in files if (why := problem(name))]
    if not nameable(folder.name):
        problems.append(f"the run's name {folder.name!a} is none that an archive can have; copy it under another name")
    problems += [f"{folder / name} {why}" for name, why in changed(folder)]
    problems += [f"{folder / name} differs from another file only in case; rename it" for name in alike([*dict(files)])]
    target = (to or Path(f"{folder.name}.zip")).expanduser()
    if target.exists() and not (target.is_file() and zipfile.is_zipfile(target)):
        kind = "a folder" if target.is_dir() else "a file of yours" if target.is_file() else "a pipe or a device"
        problems.append(f"{target} is {kind}; give a new name with --to")
    if Path(os.path.realpath(target)).is_relative_to(os.path.realpath(folder)):
        problems.append(f"{target} lies in the run that it is to hold; give another place with --to")
    if problems:
        raise Refused(problems)
    if (plan := plan_file(folder)) and OWN not in dict(files):
        files = sorted([*files, (OWN, plan)])
    manifest = {"kind": KIND, "run": folder.name, "files": {name: checksum(path) for name, path in files},
            "environment": read(folder / "status.json", STATUS).get("provenance", {})}  # fmt: skip
    with replacing(target) as packed, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_info(MANIFEST), json.dumps(manifest, indent=1, ensure_ascii=True).encode())
        for name, path in files:
            with (
                archive.open(_info(f"{folder.name}/{name}"), "w", force_zip64=True) as entry,
                path.open("rb") as stream,
            ):
                while piece := stream.read(PIECE):
                    entry.write(piece)
    return target


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts):
            continue
        if path.is_symlink():
            raise Refused([f"{path} is a link: an archive holds files only; put the file in its place"])
        if path.is_file():
            yield name.as_posix(), path
        elif not path.is_dir():
            raise Refused([f"{path} is a pipe or a device: an archive holds files only; remove it"])


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return info
