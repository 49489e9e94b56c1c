"""Which runs of a folder count, and what they observed on every axis."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from analysis.report import records
from probes import schema
from probes.schema.forms import STATUS

AXES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("axes.yaml").read_text(encoding="utf-8"))
ASKED = {str(axis["probe"]) for axis in AXES.values()}
"""Probes whose rows are read."""
NOBODY, FILLER = "none", " (filler)"
OWN = "our own items"
GUESSING = ("guessing", "always stating the chance of a guess")
"""Names of the nulls that depend on how many options an item offers."""


@dataclass(frozen=True)
class Survey:
    """`rows`: one observation of one axis a row (measure = axis, value, status, cluster, model, persona, run).
    `runs`: every run found, whether it counts and why not. `gates`: axis and model -> what keeps it from being read.
    """

    rows: pd.DataFrame
    runs: pd.DataFrame
    gates: dict[tuple[str, str], str]

    @property
    def models(self) -> list[str]:
        """Models with at least one observation."""
        return sorted(self.rows["model"].unique())


def survey(folder: str | Path) -> Survey:
    """All finished runs below `folder`. Of several runs of one probe by one model the largest counts, of equal ones the
    one that the runner finished last, by its own count; where it has counted neither, the first by name.

    A run counts when its status says finished or, made by hand, when it published its claims; the others are listed
    with the reason. Damaged files leave a run out; they never stop the atlas.
    """
    folders = {path.parent for name in ("claims", "status") for path in Path(folder).glob(f"*/{name}.json")}
    runs = [_run(path) for path in sorted(folders)]
    counting = [run for run in runs if run["counts"] == "yes"]
    sets = _sets(counting)
    best = _best(counting, sets)
    parts, gates = [], {}
    for name, axis in AXES.items():
        for (probe, model), run in best.items():
            if probe != axis["probe"]:
                continue
            rows = _observed(run["path"], name, axis)
            if rows is not None:
                parts.append(rows.assign(model=model, run=run["run"], data=sets[probe] or OWN))
                gates[name, model] = _gate(run["claims"], axis.get("claim", ""))
    empty = pd.DataFrame(columns=["measure", "value", "status", "cluster", "chance", "model", "persona", "run", "data"])
    listed = pd.DataFrame([{k: run[k] for k in ("run", "model", "probes", "counts")} for run in runs],
                          columns=["run", "model", "probes", "counts"])  # fmt: skip
    used = {run["run"] for run in best.values()}
    for run in counting:
        others = {str(manifest.get("probe")): _data(manifest) for manifest in run["manifests"]}
        if run["run"] not in used and all(sets[probe] != data for probe, data in others.items()):
            why = "; ".join(f"{probe} is compared on {sets[probe] or OWN}, this is {data or OWN}"
                            for probe, data in others.items())  # fmt: skip
            listed.loc[listed["run"] == run["run"], "counts"] = f"no: {why}"
    stale = (listed["counts"] == "yes") & ~listed["run"].isin(used) & (listed["probes"] != "")
    listed.loc[stale, "counts"] = "no: a larger or later run of the same probes and model does"
    return Survey(pd.concat(parts, ignore_index=True) if parts else empty, listed, gates)


def _run(path: Path) -> dict[str, Any]:
    status: dict[str, Any] = {}
    published: dict[str, Any] = {}
    manifests: list[dict[str, Any]] = []
    try:
        schema.unaltered(path)
        status, published = schema.read(path / "status.json", STATUS), schema.published(path)
        manifests = [about for about in schema.manifests(path, strict=True) if about.get("finished")]
        state = schema.state(path)
        state = ("finished" if published.get("finished") else "unfinished") if state == "absent" else state
        counts = "yes" if state == "finished" and published else f"no: {state}"
        for probe in {str(about.get("probe")) for about in manifests if counts == "yes"} & ASKED:
            schema.table(path, probe)
    except (schema.Unreadable, OSError) as error:
        counts = f"no: {error}"
    if counts == "yes" and not manifests:
        counts = "no: it has no records of a model"
    return {
        "run": path.name, "path": path, "counts": counts, "manifests": manifests, "number": status.get("number", 0),
        "model": ", ".join(sorted({str(manifest.get("model")) for manifest in manifests})),
        "probes": ", ".join(sorted(str(manifest.get("probe")) for manifest in manifests)),
        "claims": published.get("claims", []),
    }  # fmt: skip


def _data(manifest: dict[str, Any]) -> str:
    """The data set a probe was asked with; empty for our own items."""
    parameters = manifest.get("parameters")
    known = parameters if isinstance(parameters, dict) else {}
    return str(known.get("dataset") or known.get("data") or "")


def _sets(runs: list[dict[str, Any]]) -> dict[str, str]:
    """Probe -> the data set on which most models were asked, so that like is compared with like; our own first."""
    models: dict[str, dict[str, set[str]]] = {}
    for run in runs:
        for manifest in run["manifests"]:
            models.setdefault(str(manifest.get("probe")), {}).setdefault(_data(manifest), set()).add(
                str(manifest.get("model"))
            )
    return {probe: min(sets, key=lambda data: (-len(sets[data]), data)) for probe, sets in models.items()}


def _best(runs: list[dict[str, Any]], sets: dict[str, str]) -> dict[tuple[str, str], dict[str, Any]]:
    """(probe, model) -> the run that speaks for it, on the data set of the probe. Equal names with other weights get
    their fingerprint."""
    prints: dict[str, set[str]] = {}
    for run in runs:
        for manifest in run["manifests"]:
            prints.setdefault(str(manifest.get("model")), set()).add(str(manifest.get("fingerprint")))
    best: dict[tuple[str, str], tuple[tuple[int, int], dict[str, Any]]] = {}
    for run in runs:
        for manifest in (
            manifest for manifest in run["manifests"] if _data(manifest) == sets[str(manifest.get("probe"))]
        ):
            name, mark = str(manifest.get("model")), str(manifest.get("fingerprint"))
            key = str(manifest.get("probe")), name if len(prints[name]) == 1 else f"{name} ({mark[:6]})"
            rank = int(manifest.get("asked") or 0), run["number"]
            if key not in best or rank > best[key][0]:
                best[key] = (rank, run)
    return {key: run for key, (_, run) in best.items()}


def _gate(claims: list[dict[str, Any]], name: str) -> str:
    """The gates that failed in the claim of this id and in those below it, or nothing."""
    asked = [claim for claim in claims if name and f"{claim.get('id')}.".startswith(f"{name}.")]
    if name and not asked:  # better unread than read without its gates
        return "the run published no claim whose gates could be checked"
    failed = [gate for claim in asked for gate in claim.get("gates") or [] if gate.get("passed") is False]
    return "; ".join(dict.fromkeys(str(gate.get("name")) for gate in failed))


def _observed(path: Path, name: str, axis: dict[str, Any]) -> pd.DataFrame | None:
    """Observations of an axis as rows of a records table, or nothing where the records cannot be read or have none."""
    try:
        table = records.rows(path, axis["probe"])
        for fact, level in axis.get("where", {}).items():
            drop = fact.startswith("not ")
            table = table[table[fact.removeprefix("not ")].isin(level if isinstance(level, list) else [level]) != drop]
        for fact, level in axis.get("prefer", {}).items():
            liked = table[fact] == level if fact in table else pd.Series(False, table.index)
            table = table[liked] if liked.any() else table
        ids = table[table["measure"] == axis["measure"]].set_index(["key", "row"])
        other = axis.get("minus") or axis.get("against")
        beside = (
            table[table["measure"] == other].set_index(["key", "row"])["value"].reindex(ids.index) if other else 0.0
        )
    except (OSError, ValueError, KeyError):
        return None
    chance = _chance(ids, axis)
    value = _combined(ids["value"].astype(float), beside, axis, chance)
    status = ids["status"].where(value.notna() | (ids["status"] != "ok"), "unscored")
    unit = ids[axis["unit"]] if axis.get("unit") in ids else ids["cluster"]
    rows = pd.DataFrame({"value": value.where(status == "ok"), "status": status, "cluster": unit.astype(str)})
    rows["chance"] = chance if axis["chance"] else axis["chance"]
    return rows.assign(measure=name, persona=_personas(ids)).reset_index(drop=True) if len(rows) else None


def _chance(ids: pd.DataFrame, axis: dict[str, Any]) -> Any:
    """Of every observation the probability that guessing is right, where the number of `choices` is on record."""
    usual = float(axis.get("skill", axis["chance"]))
    if "choices" not in ids or axis.get("chance_name") not in GUESSING:
        return pd.Series(usual, ids.index)
    return (1 / ids["choices"].astype(float)).fillna(usual)


def _combined(value: Any, beside: Any, axis: dict[str, Any], chance: Any) -> Any:
    if "skill" in axis:
        return (chance - beside) ** 2 - (value - beside) ** 2
    return value - beside


def _personas(ids: pd.DataFrame) -> Any:
    """Names of personas; behind a length-matched filler the name of the persona it matches, with `(filler)`."""
    if "persona" not in ids:
        return NOBODY
    names = ids["persona"].fillna(NOBODY).astype(str)
    guise = ids["guise"].astype(str) if "guise" in ids else names
    return np.where(guise == "control", names + FILLER, names)
