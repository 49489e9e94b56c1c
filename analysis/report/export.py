"""Runs for other tools: Parquet and CSV, Inspect log, lm-eval-style samples, Every Eval Ever. See docs/columns.md."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.report import records
from analysis.report.every_eval_ever import every_eval_ever as every_eval_ever
from analysis.report.formulas import guarded
from analysis.stats import estimate
from probes import schema

ROLES = ("system", "user", "assistant")


def tidy(table: pd.DataFrame, path: str | os.PathLike[str]) -> Path:
    """The records table for other tools, whole or not at all.

    Parameters
    ----------
    table : DataFrame
        Any table; usually what `probes.run` returned.
    path : str or PathLike
        Ends in `.parquet` or `.csv`. In a CSV, text that a spreadsheet would run as a formula gets a leading
        apostrophe; numbers written as text stay.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        For another ending.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tidy(pd.DataFrame({"text": ["=1+1", "hello"]}), f"{folder}/table.csv").read_text().splitlines()
    ['text', "'=1+1", 'hello']
    """
    target = Path(path)
    if target.suffix not in (".parquet", ".csv"):
        raise ValueError(f"give a path that ends in .parquet or .csv, not {target.name}")
    with schema.replacing(target) as stream:
        if target.suffix == ".parquet":
            table.to_parquet(stream, index=False)
        else:
            text = table.select_dtypes(exclude=["number", "bool"]).columns
            safe = table.assign(**{name: table[name].map(guarded, na_action="ignore") for name in text})
            safe.rename(columns=guarded).to_csv(stream, index=False, lineterminator="\n", encoding="utf-8")
    return target


def inspect_log(out: str | Path, probe: str, folder: str | os.PathLike[str]) -> Path:
    """One probe of a run folder as an Inspect eval log (version 2, JSON), which `inspect view` opens.

    One sample a trial; a measure's score is its mean over the trial's scored rows and absent where none was scored.

    Parameters
    ----------
    out, probe : str
        A run folder, and a probe that ran there.
    folder : str or PathLike
        Where the log goes, as `<start>_<probe>_<run>.json`: Inspect lists only files whose names begin with a time.

    Returns
    -------
    Path

    Raises
    ------
    FileNotFoundError, schema.Unreadable
        As for `analysis.records.rows`.

    Examples
    --------
    >>> inspect_log("reports/no_such_run", "user_turn", "logs")
    Traceback (most recent call last):
    FileNotFoundError: reports/no_such_run/records/user_turn/manifest.json is missing: no run of user_turn ...
    """
    about, trials = schema.manifest(out, probe), records.trials(out, probe)
    samples = [_sample(trial, about) for trial in trials]
    log = {
        "version": 2,
        "status": "success",
        "eval": _spec(about, probe, [sample["id"] for sample in samples]),
        "plan": {"name": probe, "steps": [], "config": {}},  # Inspect's reader of headers insists on one
        "results": _results(about, probe, trials),
        "stats": {"started_at": about.get("started", ""), "completed_at": about.get("ended", "")},
        "samples": samples,
    }
    started = str(about.get("started", "")).replace(":", "-") or "1970-01-01T00-00-00"
    name = "_".join(re.sub(r"[^\w.+]+|_", "-", str(part)) for part in (probe, about.get("run", "run")))
    return _write(Path(folder) / f"{started}_{name}.json", json.dumps(log, allow_nan=False, indent=1))


def samples(out: str | Path, probe: str, path: str | os.PathLike[str]) -> Path:
    """One probe of a run folder as JSON lines in the manner of lm-eval's `samples_*.jsonl`, one row per trial.

    Unlike lm-eval a measure that could not be scored is null, never zero, and `status` says why.

    Parameters
    ----------
    out, probe : str
        A run folder, and a probe that ran there.
    path : str or PathLike
        The file to write.

    Returns
    -------
    Path

    Raises
    ------
    FileNotFoundError, schema.Unreadable
        As for `analysis.records.rows`.

    Examples
    --------
    >>> samples("reports/no_such_run", "user_turn", "samples.jsonl")
    Traceback (most recent call last):
    FileNotFoundError: reports/no_such_run/records/user_turn/manifest.json is missing: no run of user_turn ...
    """
    about, trials = schema.manifest(out, probe), records.trials(out, probe)
    return _write(path, "".join(json.dumps(line, allow_nan=False) + "\n" for line in _lines(trials, about)))


def _spec(about: Mapping[str, Any], probe: str, ids: list[str]) -> dict[str, Any]:
    commit = about.get("commit")
    return {
        "eval_id": str(about.get("run", "")),
        "run_id": str(about.get("run", "")),
        "created": about.get("started", ""),
        "task": probe,
        "task_version": about.get("version", 0),
        "task_args": about.get("parameters", {}),
        "dataset": {"name": probe, "samples": len(ids), "sample_ids": ids},
        "model": str(about.get("model", "")),
        "model_args": {"fingerprint": about.get("fingerprint", "")},
        "config": {},
        "packages": about.get("packages", {}),
        **({"revision": {"type": "git", "origin": "", "commit": commit}} if commit else {}),
        "metadata": {key: about[key] for key in ("seed", "source", "measures", "chance", "unit") if key in about},
    }


def _values(trial: Mapping[str, Any], measure: str) -> list[float]:
    given = (row["values"].get(measure) for row in trial["rows"])
    return [float(value) for value in given if not isinstance(value, str) and value is not None]


def _statuses(trial: Mapping[str, Any], measure: str) -> list[str]:
    given = (row["values"].get(measure) for row in trial["rows"])
    return [value if isinstance(value, str) else "ok" for value in given]


def _results(about: Mapping[str, Any], probe: str, trials: list[dict[str, Any]]) -> dict[str, Any]:
    scores = []
    for measure in about.get("measures", {}):
        means = [float(np.mean(values)) if (values := _values(trial, measure)) else np.nan for trial in trials]
        whole = estimate.mean(means, [str(trial["cluster"]) for trial in trials])
        named = {"mean": whole.value, "low_95": whole.low, "high_95": whole.high, "independent_units": whole.units}
        metrics = {name: {"name": name, "value": value} for name, value in named.items() if value is not None}
        counts = {"scored_samples": whole.scored, "unscored_samples": whole.asked - whole.scored}
        scores.append({"name": measure, "scorer": probe, **counts, "metrics": metrics})
    done = sum(not trial["error"] for trial in trials)
    return {"total_samples": len(trials), "completed_samples": done, "scores": scores}


def _sample(trial: Mapping[str, Any], about: Mapping[str, Any]) -> dict[str, Any]:
    model, exchanges = str(about.get("model", "")), [one for one in trial["asked"] if not one.get("to")]  # its own
    last: Mapping[str, Any] = exchanges[-1] if exchanges else {}
    said, prompt = _said(last), _messages(last)
    reply = {"role": last.get("role", "assistant"), "content": said, "source": "generate"}
    stop = "max_tokens" if last.get("stop") == "length" else "stop"
    choice = {"message": {**reply, "role": "assistant", "model": model}, "stop_reason": stop}
    measures = about.get("measures", {})
    scores = {name: {"value": float(np.mean(values))} for name in measures if (values := _values(trial, name))}
    extra = {"rows": trial["rows"], "asked": trial["asked"], "cluster": trial["cluster"], "open_turn": reply["role"]}
    return {
        "id": str(trial["key"])[:16],
        "epoch": 1,
        "input": _messages(exchanges[0]) if exchanges else "",
        "target": "",
        "messages": [*prompt, reply] if exchanges else [],
        "output": {"model": model, "choices": [choice] if exchanges else [], "completion": said},
        "scores": scores,
        "metadata": {**trial["facts"], **extra},
        **({"error": {"message": trial["error"], "traceback": "", "traceback_ansi": ""}} if trial["error"] else {}),
    }


def _messages(exchange: Mapping[str, Any]) -> list[dict[str, str]]:
    turns = [(str(turn[0]), str(turn[1])) for turn in exchange.get("turns", [])]
    return [{"role": role if role in ROLES else "user", "content": text} for role, text in turns]


def _said(exchange: Mapping[str, Any]) -> str:
    if exchange.get("text") or not exchange.get("logprobs"):
        return str(exchange.get("prefill", "")) + str(exchange.get("text", ""))
    likely = exchange["logprobs"]
    best = max(likely, key=lambda label: likely[label]) if isinstance(likely, dict) else ""
    return str(exchange.get("prefill", "")) + str(best)


def _lines(trials: Iterable[Mapping[str, Any]], about: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    measures = list(about.get("measures", {}))
    for at, trial in enumerate(trials):
        exchanges = trial["asked"]
        prompts = [_messages(one) for one in exchanges]
        replies = [[_said(one)] for one in exchanges]
        metrics = {name: float(np.mean(values)) if (values := _values(trial, name)) else None for name in measures}
        yield {
            "doc_id": at,
            "doc": {**trial["facts"], "cluster": trial["cluster"], "key": trial["key"]},
            "target": "",
            "arguments": {f"gen_args_{k}": {"arg_0": prompt} for k, prompt in enumerate(prompts)},
            "asked_of": [one.get("to", "") for one in exchanges],
            "resps": replies,
            "filtered_resps": replies,
            "filter": "none",
            "metrics": measures,
            "doc_hash": _hash(trial["facts"]),
            "prompt_hash": _hash(prompts),
            "target_hash": _hash(""),
            **metrics,
            "status": {name: _statuses(trial, name) for name in measures},
        }


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _write(path: str | os.PathLike[str], text: str) -> Path:
    with schema.replacing(path) as stream:
        stream.write(text.encode())
    return Path(path)
