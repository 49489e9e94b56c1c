"""Whether a run kept to its plan: every deviation in words, and what was added afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from probes import schema
from probes.schema.forms import PARAMETERS, STATUS
from runner.study.lock import digest, plan_of
from runner.terminal import tell

LABELS = "labels"
"""Parameter of labels by people, and the family of the claims that they add."""
ADDED = ("{}: {} units, planned {}; where units were added after a look, read the interval that holds for any number "
         "of looks{}")  # fmt: skip


def adherence(run: Path, status: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """`plan` (its hash), `as_planned`, `deviations` and what was `added` to a run that has ended; empty without a plan.

    Labels that people gave the replies afterwards are an addition and no deviation: the model was asked what was
    planned, and the claims of the plan are all there with their margins.
    """
    plan = plan_of(run)
    if not plan:
        return {}
    deviations = list(_deviations(plan, run, status or schema.told(run / "status.json", STATUS)))
    known = {"plan": str(plan.get("hash", "unreadable"))[:16], "locked": plan.get("locked", "unknown")}
    return {**known, "as_planned": not deviations, "deviations": deviations, "added": _added(plan, run)}


def adhered(run: Path) -> None:
    """Say at the terminal whether a run that has ended kept to its plan; nothing where there is none."""
    kept = adherence(run)
    for why in kept.get("deviations", ()):
        tell(why, "not as planned:", "yellow")
    if kept.get("as_planned"):
        tell(f"(plan {kept['plan']}, locked {kept['locked']})", "as planned", "green")
    for what in kept.get("added", ()):
        tell(what, "added:")


def _added(plan: Mapping[str, Any], run: Path) -> list[str]:
    if not _labelled_since(plan, run):
        return []
    with suppress(schema.Unreadable):  # among the deviations
        ids = ", ".join(claim["id"] for claim in _made(run) if claim["family"] == LABELS)
        return [f"labels by people were added after the run{f': {ids}' if ids else ''}"]
    return ["labels by people were added after the run"]


def _labelled_since(plan: Mapping[str, Any], run: Path) -> bool:
    """Whether the run was made again with labels, of which its plan says nothing."""
    given, planned = _resolved(run).get(LABELS), plan.get("parameters")
    return bool(given) and not (planned or {}).get(LABELS)


def _resolved(run: Path) -> dict[str, Any]:
    return dict(schema.told(run / "parameters.json", PARAMETERS).get("resolved", {}))


def _made(run: Path) -> list[dict[str, Any]]:
    """Its claims. Unreadable where a file holds none."""
    return list(schema.published(run).get("claims", ()))


def _deviations(plan: Mapping[str, Any], run: Path, status: Mapping[str, Any]) -> Iterator[str]:
    if "torn" in plan:
        yield plan["torn"]
        return
    if digest(plan) != plan.get("hash"):
        yield "the plan was edited after it was locked: its hash is not that of its content"
    try:
        yield from _departures(plan, run, status)
    except schema.Unreadable as error:
        yield str(error)


def _departures(plan: Mapping[str, Any], run: Path, status: Mapping[str, Any]) -> Iterator[str]:
    """What was done otherwise than a plan says."""
    if str(status.get("started") or "") < str(plan.get("locked", "")):
        yield f"the run began {status.get('started')}, before the plan was locked {plan.get('locked')}"
    resolved, since = _resolved(run), (LABELS,) if _labelled_since(plan, run) else ()
    for name, planned in plan.get("parameters", {}).items():
        if name not in ("out", *since) and resolved.get(name) != planned:
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
        except (OSError, ValueError, schema.RecordsNewer) as error:
            yield f"{asked['probe']}: its records cannot be read ({error})"[:300]
            continue
        if len(units) > asked["units"]:
            yield ADDED.format(asked["probe"], len(units), asked["units"], _always(plan, run))
        elif len(units) < asked["units"]:
            yield f"{asked['probe']}: {len(units)} units, planned {asked['units']}"
        elif names_digest(list(units)) != asked["stimuli"]:
            yield f"{asked['probe']}: not the stimuli that were planned"


def _always(plan: Mapping[str, Any], run: Path) -> str:
    """The always-valid interval of the headline claim, in words; nothing where it has no interval."""
    from analysis.report.numbers import limits
    from analysis.stats.fits._units import quantile
    from analysis.study.sequential import SOURCE, half_width

    first = next(iter(_made(run)), None)
    if first is None or first["low"] is None or first["high"] is None or first["units"] < 2:
        return ""
    sd = (first["high"] - first["low"]) / 2 / quantile(first["level"], first["units"] - 1) * first["units"] ** 0.5
    half = half_width(sd, first["units"], max(asked["units"] for asked in plan["asked"]), first["level"])
    return f": {first['id']} {limits(first['value'] - half, first['value'] + half, first['unit'])} ({SOURCE})"


def _claims(plan: Mapping[str, Any], run: Path) -> Iterator[str]:
    """Claims that are gone, new, or have another margin. A plan without a pilot names none."""
    planned = {claim["id"]: claim for claim in plan.get("claims", ())}
    made = {claim["id"]: claim for claim in _made(run)}
    if not planned:
        return
    since = {name for name, claim in made.items() if _resolved(run).get(LABELS) and claim["family"] == LABELS}
    for name in dict.fromkeys([*planned, *(name for name in made if name not in since)]):
        if name not in made or name not in planned:
            yield f"claim {name} was {'not made' if name in planned else 'not planned'}"
        elif planned[name].get("margin") != made[name]["margin"]:
            yield f"claim {name}: margin {made[name]['margin']}, planned {planned[name].get('margin')}"
