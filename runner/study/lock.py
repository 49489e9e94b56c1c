"""A plan that is locked before the run, and what a run made under it did otherwise."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from probes.core.provenance import now
from runner.files import read_json, write_json

FOLDER = "plans"
EXCLUSIONS = "rows whose status is not ok have no value; claims whose gate failed decide nothing"
ADDED = ("{}: {} units, planned {}; where units were added after a look, read the interval that holds for any number "
         "of looks{}")  # fmt: skip
TORN = "is no plan any more: it was edited or torn; put the file back as it was locked"
TESTS = "95 % intervals by independent unit; Holm over the findings of the report"


def lock(content: Mapping[str, Any], root: Path, run: str) -> Path:
    """Write the plan of a run with the hash of all it says; the path. A plan that is there stays as it is.

    FileExistsError where another plan of this run was locked before.
    """
    path = root / FOLDER / f"{run}.json"
    plain = json.loads(json.dumps(content, default=str))
    there = read_json(path, {})
    if path.is_file() and not there:
        raise FileExistsError(f"{path} {TORN}")
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


def plan_of(run: Path) -> dict[str, Any]:
    """The plan that a run was made under: its own, else the latest of the same notebook and model; empty for none."""
    path = run.parent / FOLDER / f"{run.name}.json"
    if path.is_file():
        return dict(read_json(path, {})) or {"torn": f"{path.name} {TORN}"}
    parameters = read_json(run / "parameters.json", {})
    known = [read_json(path, {}) for path in sorted((run.parent / FOLDER).glob("*.json"))]
    known = [plan for plan in known if isinstance(plan.get("parameters"), dict)]
    name, model = Path(str(parameters.get("notebook", ""))).stem, parameters.get("resolved", {}).get("model")
    alike = [plan for plan in known if plan.get("notebook") == name and plan["parameters"].get("model") == model]
    return max(alike, key=lambda plan: str(plan.get("locked")), default={})


def adherence(run: Path, status: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """`plan` (its hash), `as_planned` and `deviations` of a run that has ended; empty where there is no plan."""
    plan = plan_of(run)
    if not plan:
        return {}
    deviations = list(_deviations(plan, run, status or read_json(run / "status.json", {})))
    known = {"plan": str(plan.get("hash", "unreadable"))[:16], "locked": plan.get("locked", "unknown")}
    return {**known, "as_planned": not deviations, "deviations": deviations}


def _deviations(plan: Mapping[str, Any], run: Path, status: Mapping[str, Any]) -> Iterator[str]:
    if "torn" in plan:
        yield plan["torn"]
        return
    if digest(plan) != plan.get("hash"):
        yield "the plan was edited after it was locked: its hash is not that of its content"
    try:
        yield from _departures(plan, run, status)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        yield f"{run.name}.json {TORN} ({type(error).__name__}: {error})"[:300]


def _departures(plan: Mapping[str, Any], run: Path, status: Mapping[str, Any]) -> Iterator[str]:
    """What was done otherwise than a plan says."""
    if str(status.get("started", "")) < str(plan.get("locked", "")):
        yield f"the run began {status.get('started')}, before the plan was locked {plan.get('locked')}"
    resolved = read_json(run / "parameters.json", {}).get("resolved", {})
    for name, planned in plan.get("parameters", {}).items():
        if name != "out" and resolved.get(name) != planned:
            yield f"parameter {name}: planned {planned!r}, ran {resolved.get(name)!r}"
    code = (status.get("provenance") or {}).get("code")
    if code and plan.get("code") and code != plan["code"]:
        yield "the code of the packages is not that of the plan"
    yield from _stimuli(plan, run)
    yield from _claims(plan, run)


def _stimuli(plan: Mapping[str, Any], run: Path) -> Iterator[str]:
    from analysis.report import records
    from runner.study.sample import digest as names_digest

    for asked in plan.get("asked", ()):
        try:
            units = set(records.rows(run, asked["probe"])["cluster"].astype(str))
        except (OSError, ValueError) as error:
            yield f"{asked['probe']}: its records cannot be read ({error})"[:300]
            continue
        if len(units) > asked["units"]:
            yield ADDED.format(asked["probe"], len(units), asked["units"], _always(plan, run))
        elif len(units) < asked["units"]:
            yield f"{asked['probe']}: {len(units)} units, planned {asked['units']}"
        elif names_digest(list(units)) != asked["stimuli"]:
            yield f"{asked['probe']}: other stimuli than planned"


def _always(plan: Mapping[str, Any], run: Path) -> str:
    """The always-valid interval of the headline claim, in words; nothing where it has no interval."""
    from analysis.report.sentences import limits
    from analysis.stats.fits._units import quantile
    from analysis.study.sequential import SOURCE, half_width

    claims = read_json(run / "claims.json", {}).get("claims") or [{}]
    first = claims[0]
    if first.get("low") is None or first.get("high") is None or first.get("units", 0) < 2:
        return ""
    sd = (first["high"] - first["low"]) / 2 / quantile(first["level"], first["units"] - 1) * first["units"] ** 0.5
    half = half_width(sd, first["units"], max(asked["units"] for asked in plan["asked"]), first["level"])
    return f": {first['id']} {limits(first['value'] - half, first['value'] + half, first['unit'])} ({SOURCE})"


def _claims(plan: Mapping[str, Any], run: Path) -> Iterator[str]:
    """Claims that are gone, new, or have another margin. A plan without a pilot names none."""
    planned = {claim["id"]: claim for claim in plan.get("claims", ())}
    made = {claim.get("id"): claim for claim in read_json(run / "claims.json", {}).get("claims") or []}
    if not planned:
        return
    for name in dict.fromkeys([*planned, *made]):
        if name not in made or name not in planned:
            yield f"claim {name} was {'not made' if name in planned else 'not planned'}"
        elif planned[name]["margin"] != made[name].get("margin"):
            yield f"claim {name}: margin {made[name].get('margin')}, planned {planned[name]['margin']}"
