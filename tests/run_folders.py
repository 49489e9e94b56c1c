"""Finished run folders by hand, for tests of what reads them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from probes import schema

DEFAULTS = {"run": "r", "version": 1, "model": "m", "fingerprint": "f", "seed": 0, "row": 0, "question": None,
            "unit": "", "text": "", "stop": ""}  # fmt: skip


def lines(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The table rows of a record with `key`, `cluster`, `facts` and `rows`."""
    shared = {"key": record["key"], "cluster": record.get("cluster", "c"), **record["facts"]}
    return [
        {**shared, "row": at, "question": row.get("question"), **row["facts"], "measure": name,
         "value": None if isinstance(value, str) else value, "status": value if isinstance(value, str) else "ok",
         "text": row["text"], "stop": row["stop"]}
        for at, row in enumerate(record["rows"]) for name, value in row["values"].items()
    ]  # fmt: skip


def finished(
    out: Path, probe: str, table: pd.DataFrame | list[dict[str, Any]], records: Any = (), **about: Any
) -> pd.DataFrame:
    """A finished run of one model: manifest, records and table, sealed. Returns the table without `parameters`."""
    folder = Path(out) / "records" / probe
    folder.mkdir(parents=True)
    parameters = about.pop("parameters", {})
    given = pd.DataFrame(table)
    given["key"] = given.get("key", pd.Series([f"k{at}" for at in range(len(given))], given.index))
    missing = {name: about.get(name, value) for name, value in DEFAULTS.items() if name not in given.columns}
    frame = given.assign(**missing, probe=probe)
    frame["question"] = frame["question"].astype("Int64")
    digest = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()
    frame.assign(parameters=digest).to_parquet(folder / "trials.parquet")
    if records:
        (folder / "trials-0000-1.jsonl").write_bytes(b"".join(map(schema.encode, records)))
    first = {name: frame[name].iloc[0] for name in ("run", "version", "model", "fingerprint")}
    told = {**first, "probe": probe, "seed": int(frame["seed"].iloc[0]), "asked": int(frame["key"].nunique())}
    ended = {"parameters": parameters, "finished": True, "sealed": schema.sealed(folder)}
    (folder / "manifest.json").write_text(json.dumps({**told, **ended, **about}, default=int))
    return frame
