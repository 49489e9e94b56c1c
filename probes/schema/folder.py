"""The one reader of a run folder: exactly the run that the manifest describes, with every checksum looked at.

A folder may hold several runs of a probe (other models, seeds or parameters). The manifest describes the last one that
finished; its fingerprint, seed and parameters pick the rows, and their keys pick the records. What was altered, removed
or copied since then is refused in words, and so is a folder without checksums: neither becomes another number.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probes.schema.files import checksum
from probes.schema.forms import MANIFEST as FORM
from probes.schema.forms import Unreadable, read, told
from probes.schema.lines import RecordsNewer, walk
from probes.schema.names import COLUMNS, SCHEMA, TAIL

if TYPE_CHECKING:
    import pyarrow as pa

MANIFEST, TABLE, SHARDS = "manifest.json", "trials.parquet", "trials-*.jsonl"
OWN = (MANIFEST, TABLE, "*-*.jsonl", "activations*")
"""Files of a probe's records; others among them are strangers."""
_AGAIN = "run the same command again: what can be kept is kept, the rest is asked again"


def probes(out: str | Path) -> list[str]:
    """Names of the probes that have a manifest in a run folder, finished or not."""
    return [path.parent.name for path in sorted(Path(out).glob(f"records/*/{MANIFEST}"))]


def manifests(out: str | Path, strict: bool = False) -> list[dict[str, Any]]:
    """All manifests of a run folder that can be read, unfinished ones included: for listings, not for numbers.

    `strict`: Unreadable where one cannot.
    """
    contents = ((read if strict else told)(path, FORM) for path in sorted(Path(out).glob(f"records/*/{MANIFEST}")))
    return [about for about in contents if about]


def located(path: str | Path) -> tuple[Path, str] | None:
    """(Run folder, probe) of a probe's records folder or of the table in it; None where `path` is neither."""
    folder = Path(path).parent if Path(path).name == TABLE else Path(path)
    folder = Path(os.path.realpath(folder))  # resolve() raises of a link to itself
    inside = folder.parent.name == "records" and (folder / MANIFEST).is_file()
    return (folder.parent.parent, folder.name) if inside else None


def manifest(out: str | Path, probe: str) -> dict[str, Any]:
    """What the last run of a probe says about itself.

    Raises FileNotFoundError where there is none, Unreadable where it is not finished or not of this probe.
    """
    path = _folder(out, probe) / MANIFEST
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: no run of {probe} in this folder")
    about = read(path, FORM)
    if about.get("schema", SCHEMA) > SCHEMA:
        raise RecordsNewer(f"{path} is of schema {about['schema']}, this version reads up to {SCHEMA}; update it")
    if about.get("probe") != probe:
        raise Unreadable(f"{path} describes a run of {about.get('probe')!r}: it belongs to another folder; {_AGAIN}")
    if not about.get("finished"):
        raise Unreadable(f"the run of {probe} in {out} is not finished; the same command continues it")
    return about


def table(out: str | Path, probe: str) -> pa.Table:
    """Rows of the run that the manifest describes: COLUMNS, facts, TAIL.

    Raises Unreadable where the file was altered, cut or replaced since the run finished, FileNotFoundError where it is
    missing.
    """
    about, path = manifest(out, probe), _folder(out, probe) / TABLE
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; {_AGAIN}")
    whole = _arrow(path, about)
    kept = whole.filter(_of_run(whole, about, path))
    if len(kept) < len(whole):  # columns that only the others have
        kept = kept.select([n for n in kept.column_names if n in (*COLUMNS, *TAIL) or kept[n].null_count < len(kept)])
    _check(kept, about, path)
    return kept.drop_columns(["parameters"])


def trials(out: str | Path, probe: str, keys: Iterable[str] | None = None) -> dict[str, dict[str, Any]]:
    """Trial key -> its latest record. Without `keys` those of the run that the manifest describes, in their order.

    Raises Unreadable where a line was altered or a shard removed since the run finished, or a trial has no record.
    """
    about, folder = manifest(out, probe), _folder(out, probe)
    wanted = dict.fromkeys(table(out, probe)["key"].to_pylist() if keys is None else keys)
    _unchanged(folder, about)
    latest: dict[str, dict[str, Any]] = {}
    damaged = -int(about.get("damaged_lines", 0))  # known when the run finished, and asked again by it
    for _, record in walk(sorted(folder.glob(SHARDS))):
        if record is None:
            damaged += 1
        elif record.get("key") in wanted:
            latest[record["key"]] = record
    if damaged > 0:
        raise Unreadable(f"{damaged} lines of {folder} were altered since the run finished; {_AGAIN}")
    if missing := [key for key in wanted if key not in latest]:
        raise Unreadable(f"{len(missing)} of {len(wanted)} trials have no record in {folder}; {_AGAIN}")
    return {key: latest[key] for key in wanted}


def intact(out: str | Path, probe: str) -> None:
    """Raises Unreadable, naming the file, where one of a finished run was altered, torn, added or removed since."""
    about, folder = manifest(out, probe), _folder(out, probe)
    _unchanged(folder, about)
    table(out, probe)


def sealed(folder: Path) -> dict[str, Any]:
    """What a finished run writes into its manifest so that a reader can tell whether its files are still the same."""
    return {"table": checksum(folder / TABLE), "shards": _marks(folder)}


def _marks(folder: Path) -> dict[str, str]:
    return {path.name: checksum(path) for path in sorted(folder.glob(SHARDS)) if path.stat().st_size}


def _unchanged(folder: Path, about: dict[str, Any]) -> None:
    """The shards are those that the run left: none altered, removed or added."""
    known, there = _seal(about, folder)["shards"], _marks(folder)
    if other := sorted(name for name in {*known, *there} if known.get(name) != there.get(name)):
        raise Unreadable(f"{', '.join(other[:3])} in {folder} changed since the run finished; {_AGAIN}")


def _seal(about: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What the manifest says of the files. Without it nobody can tell whether they are those of the run: refused."""
    seal = about.get("sealed")
    if isinstance(seal, dict) and {"table", "shards"} <= set(seal):
        return seal
    raise Unreadable(f"{folder} has no checksums of its files: it was made by an earlier version; {_AGAIN}")


def _folder(out: str | Path, probe: str) -> Path:
    return Path(out) / "records" / probe


def _arrow(path: Path, about: dict[str, Any]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if _seal(about, path.parent)["table"] != checksum(path):
        raise Unreadable(f"{path} was changed since the run finished; {_AGAIN}")
    try:
        return pq.read_table(path, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise Unreadable(f"{path} cannot be read ({type(error).__name__}: {str(error)[:80]}); {_AGAIN}") from error


def _of_run(whole: pa.Table, about: dict[str, Any], path: Path) -> Any:
    """Which rows have the manifest's fingerprint, seed and parameters."""
    import pyarrow as pa
    import pyarrow.compute as pc

    digest = about.get("parameters_digest") or _digest(about.get("parameters"))
    wanted = {"fingerprint": about.get("fingerprint"), "seed": about.get("seed"), "parameters": digest}
    missing = [name for name in (*wanted, *COLUMNS, *TAIL) if name not in whole.column_names]
    if missing:
        raise Unreadable(f"{path} lacks the columns {', '.join(missing)}: it was made by another version; {_AGAIN}")
    same = pa.scalar(True)
    for name, value in wanted.items():
        same = pc.and_(same, pc.equal(whole[name].cast(pa.large_string()), str(value)))
    return pc.fill_null(same, False)


def _digest(content: Any) -> str:
    """As the writer digests parameters."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _check(kept: pa.Table, about: dict[str, Any], path: Path) -> None:
    """The rows are as many trials as the run had, each row once."""
    trials, asked = len(kept["key"].unique()), about.get("asked")
    if asked is not None and (trials > asked or (asked and not trials)):
        run = f"{about.get('model')}, seed {about.get('seed')}"
        raise Unreadable(f"{path} holds {trials} trials of {run}; the manifest says {asked}; {_AGAIN}")
    names = ["key", "row", "measure"]
    if len(kept.select(names).group_by(names).aggregate([])) < len(kept):
        raise Unreadable(f"{path} holds rows of its run twice; {_AGAIN}")
