"""A plan that is locked before the run: written once, with a hash of all it says, and kept where its run finds it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from probes import schema
from probes.core.provenance import now
from probes.schema.forms import PARAMETERS, PLAN
from runner.files import write_json

FOLDER = "plans"
OWN = "plan.json"
"""Name of a plan inside a run folder: that of an archive travels with its run."""
OPENED = "archive.json"
"""Marks a run folder that was unpacked from an archive: plans of this place are none of its."""
EXCLUSIONS = "rows whose status is not ok have no value; claims whose gate failed decide nothing"
TORN = "is no plan any more: it was edited or torn; put the file back as it was locked"
TESTS = "95 % intervals by independent unit; Holm over the findings of the report"


def lock(content: Mapping[str, Any], root: Path, run: str) -> Path:
    """Write the plan of a run with the hash of all it says; the path. A plan that is there stays as it is.

    FileExistsError where another plan of this run was locked before.
    """
    path = root / FOLDER / f"{run}.json"
    plain = json.loads(json.dumps(content, default=str))
    with schema.alone(path.with_name(".lock")):  # of two at once the second finds the plan of the first
        there = _plan(path)
        if "torn" in there:
            raise FileExistsError(there["torn"])
        if there and {key: there.get(key) for key in plain} != plain:
            raise FileExistsError(f"{path} was locked {there.get('locked')} with other content; a plan is locked once")
        if not there:
            told = {**plain, "run": run, "exclusions": EXCLUSIONS, "tests": TESTS, "locked": now()}
            write_json(path, {**told, "hash": digest(told)})
    return path


def digest(content: Mapping[str, Any]) -> str:
    """Of everything a plan says but its own hash."""
    told = {key: value for key, value in content.items() if key != "hash"}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def plan_file(run: Path) -> Path | None:
    """Where the plan lies that a run was made under: its own, else the latest of the same notebook and model."""
    for path in (run / OWN, run.parent / FOLDER / f"{run.name}.json"):
        if path.is_file():
            return path
        if (run / OPENED).is_file():
            return None
    parameters = schema.told(run / "parameters.json", PARAMETERS)
    known = {path: schema.told(path, PLAN) for path in sorted((run.parent / FOLDER).glob("*.json"))}
    name, model = Path(parameters.get("notebook", "")).stem, parameters.get("resolved", {}).get("model")
    alike = [path for path, plan in known.items() if plan.get("notebook") == name
             and plan.get("parameters", {}).get("model") == model]  # fmt: skip
    return max(alike, key=lambda path: str(known[path].get("locked")), default=None)


def plan_of(run: Path) -> dict[str, Any]:
    """The plan that a run was made under; empty for none."""
    path = plan_file(run)
    return {} if path is None else _plan(path)


def _plan(path: Path) -> dict[str, Any]:
    """A plan, empty where there is none; `torn`: why it is none any more."""
    try:
        found = schema.read(path, PLAN)
    except schema.Unreadable as error:
        return {"torn": f"{path.name} {TORN} ({error})"[:400]}
    return found or ({"torn": f"{path.name} {TORN}"} if path.is_file() else {})
