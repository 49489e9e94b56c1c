"""Run folders for analysis: the table of a finished run, and its trials with what was asked. See `probes.schema`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from probes import schema
from probes.schema.forms import OBJECT, PARAMETERS, STATUS

_TRIAL = (*schema.COLUMNS, *schema.TAIL)


def rows(out: str | Path, probe: str) -> pd.DataFrame:
    """The long table of the run that the manifest describes, one row per measure, as `probes.run` returned it.

    Parameters
    ----------
    out, probe : str
        A run folder, and a probe that ran there.

    Returns
    -------
    DataFrame
        `analysis.frame.COLUMNS` and the facts of the trials.

    Raises
    ------
    FileNotFoundError
        Where there is no such run.
    schema.Unreadable
        A ValueError: the run is unfinished, altered or incomplete; it says what to do.

    Examples
    --------
    >>> rows("reports/no_such_run", "user_turn")
    Traceback (most recent call last):
    FileNotFoundError: reports/no_such_run/records/user_turn/manifest.json is missing: no run of user_turn ...
    """
    table = schema.table(out, probe).to_pandas()
    return table.assign(question=table["question"].astype("Int64"), value=table["value"].astype(float))


def trials(out: str | Path, probe: str, keys: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """Trials of the run that the manifest describes: numbers and facts from its table, exchanges from its records.

    Parameters
    ----------
    out, probe : str
        A run folder, and a probe that ran there.
    keys : iterable of str or None
        Trial keys; all by default.

    Returns
    -------
    list of dict
        Each has `probe`, `key`, `cluster`, `facts`, `rows` (`values`: measure -> number or status; `facts`;
        `question`), `asked` (as recorded) and `error`.

    Raises
    ------
    FileNotFoundError, schema.Unreadable
        As for `rows`.

    Examples
    --------
    >>> trials("reports/no_such_run", "user_turn")
    Traceback (most recent call last):
    FileNotFoundError: reports/no_such_run/records/user_turn/manifest.json is missing: no run of user_turn ...
    """
    lines: dict[str, list[dict[str, Any]]] = {}
    for line in schema.table(out, probe).to_pylist():
        lines.setdefault(line["key"], []).append(line)
    wanted = list(lines) if keys is None else [key for key in keys if key in lines]
    records = schema.trials(out, probe, wanted)
    return [_trial(probe, lines[key], records[key]) for key in wanted]


def written(out: str | Path, name: str) -> dict[str, Any]:
    """What the runner wrote beside the records of a run, finished or not.

    Parameters
    ----------
    out, name : str
        A run folder, and `status`, `claims` or `parameters`.

    Returns
    -------
    dict
        Empty where there is no such file or it is not of its form.

    Examples
    --------
    >>> written("reports/no_such_run", "status")
    {}
    """
    return schema.told(Path(out) / f"{name}.json", {"status": STATUS, "claims": OBJECT, "parameters": PARAMETERS}[name])


def _trial(probe: str, lines: list[dict[str, Any]], record: dict[str, Any]) -> dict[str, Any]:
    names = [name for name in lines[0] if name not in _TRIAL]
    common = [name for name in names if all(line[name] == lines[0][name] for line in lines)]
    rows: dict[int, dict[str, Any]] = {}
    for line in lines:
        facts = {name: line[name] for name in names if name not in common and line[name] is not None}
        row = rows.setdefault(line["row"], {"values": {}, "facts": facts, "question": line["question"]})
        row["values"][line["measure"]] = line["value"] if line["status"] == "ok" else line["status"]
    facts = {name: lines[0][name] for name in common if lines[0][name] is not None}
    told = {"key": lines[0]["key"], "cluster": lines[0]["cluster"], "error": record.get("error") or ""}
    return {"probe": probe, "facts": facts, "rows": list(rows.values()), "asked": record["asked"], **told}
