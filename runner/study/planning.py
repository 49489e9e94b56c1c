"""`interlocutor plan`: size, cost and power of a study before any of its model time is spent."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.report.numbers import POINTS, numeral
from analysis.study import power
from analysis.study.replay import NotReplayable
from probes import schema
from probes.schema.forms import PARAMETERS
from runner.digests import file_digest
from runner.files import in_words
from runner.parameters import Refused
from runner.plan import Plan, plan
from runner.provenance import command
from runner.study.lock import lock
from runner.study.runs import find_run, write_page
from runner.study.sample import Asked, measured
from runner.terminal import refuse, show, tell

_TARGET = re.compile(r"([0-9]*\.?[0-9]+)\s*(pp|%)?")


@dataclass(frozen=True)
class Wanted:
    """What is asked of a plan besides its notebook: a pilot or a spread, the effect to be found, the power."""

    pilot: str = ""
    sd: float | None = None
    target: str = ""
    power: float = power.POWER
    lock: bool = False


def effect(text: str) -> tuple[float, str] | None:
    """An effect as people write it and its unit: `5pp` are percentage points, `0.1` is in the unit of each claim.

    >>> effect("5pp"), effect("0.1"), effect("")
    ((0.05, 'percentage points'), (0.1, ''), None)
    """
    if not text:
        return None
    found = _TARGET.fullmatch(text.strip())
    if not found or not float(found[1]) > 0:
        raise Refused(
            [f"--target {text!r} is no effect: give 5pp for five percentage points, or 0.1 in the claims' unit"]
        )
    if found[2] and float(found[1]) > 100:
        raise Refused([f"--target {text!r}: two shares differ by 100 percentage points at most; give a smaller one"])
    return (float(found[1]) / 100, POINTS) if found[2] else (float(found[1]), "")


def plan_study(name: str, given: Mapping[str, Any], root: Path, wanted: Wanted) -> int:
    """Plan a notebook, or every run of a sweep file; the exit code."""
    try:
        chosen = _chosen(name, given, root)
        _answerable(wanted, root)
        for one in chosen:
            _plan_one(one, root, wanted)
    except Refused as refused:
        return refuse(refused.problems)
    except FileExistsError as error:
        return refuse([str(error)])
    except (NotReplayable, OSError, RuntimeError, ValueError) as error:
        return refuse([in_words(error)])
    return 0


def _answerable(wanted: Wanted, root: Path) -> None:
    """Refuses what cannot be planned with, before a model is asked anything."""
    effect(wanted.target)
    if wanted.pilot:
        power.spreads(find_run(wanted.pilot, root))
    elif wanted.sd is not None:
        power.stated(wanted.sd)


def _chosen(name: str, given: Mapping[str, Any], root: Path) -> list[Plan]:
    if not name.endswith((".yaml", ".yml")):
        return [plan(name, given, root)]
    if given:
        raise Refused(["a study file has its parameters in it: leave -p out"])
    from runner.sweep.grid import cells

    return [plan(cell.notebook, cell.given, root) for cell in cells(Path(name), root)]


def _plan_one(chosen: Plan, root: Path, wanted: Wanted) -> None:
    asked = measured(chosen.notebook.path, chosen.resolved)
    if not asked:
        raise Refused([f"{chosen.notebook.name} asks no model anything (probes.run): there is nothing to plan"])
    known, without, factor = _known(asked, root, wanted)
    minutes = sum(one.seconds for one in asked) / 60
    units = max((one.units for one in asked), default=0)
    found = power.table(known, factor, effect(wanted.target), units, wanted.power) if known else pd.DataFrame()
    _tell(chosen, asked, minutes, found, without)
    curve = power.curve(known, factor, minutes, units, wanted.power)
    path = lock(content(chosen, asked, known, wanted), root, chosen.folder.name) if wanted.lock else None
    show(_page(chosen, root, asked, found, curve, _command(chosen, root, wanted)))
    if path:
        tell(f"{path}; a run of {chosen.folder.name} will say whether it kept to it", "locked:", "green")


def _known(asked: Sequence[Asked], root: Path, wanted: Wanted) -> tuple[list[power.Spread], list[str], float]:
    """(what is known of the claims, what is not, planned units per unit of the pilot: the least of its probes)."""
    if not wanted.pilot:
        return (power.stated(wanted.sd) if wanted.sd is not None else []), [], 1.0
    folder = find_run(wanted.pilot, root)
    known, without = power.spreads(folder)
    runs = [folder.parent / name for name in _runs(folder)]
    ratios = [one.units / many for one in asked for many in [_units(runs, one.probe)] if many]
    if not ratios:
        raise Refused([f"{folder.name} shares no probe with this notebook: give a pilot of the same notebook"])
    return known, without, min(ratios)


def _runs(folder: Path) -> list[str]:
    """The run itself, or those that a comparison compared."""
    runs = schema.read(folder / "parameters.json", PARAMETERS).get("resolved", {}).get("runs")
    return runs if isinstance(runs, list) and all(isinstance(name, str) for name in runs) else [folder.name]


def _units(runs: Sequence[Path], probe: str) -> int:
    from analysis.report import records

    counts = [records.rows(run, probe)["cluster"].nunique() for run in runs if probe in schema.probes(run)]
    return min(counts, default=0)


def content(chosen: Plan, asked: Sequence[Asked], known: Sequence[power.Spread], wanted: Wanted) -> dict[str, Any]:
    """What a locked plan says: parameters, stimuli, code, claims with their margins, effect and power."""
    from probes.core.provenance import code_digest, code_folders

    parameters = {name: value for name, value in chosen.resolved.items() if name != "out"}
    claims = [{"id": one.id, "unit": one.unit, "margin": one.margin, "sd": one.sd} for one in known if one.units]
    kept = ("probe", "version", "parameters", "trials", "units", "stimuli")
    return {"notebook": chosen.notebook.name, "notebook_digest": file_digest(chosen.notebook.path),
            "parameters": parameters, "code": code_digest(code_folders()),
            "asked": [{name: asdict(one)[name] for name in kept} for one in asked],
            "claims": claims, "power": wanted.power, "alpha": power.ALPHA, "target": wanted.target}  # fmt: skip


def _tell(chosen: Plan, asked: Sequence[Asked], minutes: float, found: pd.DataFrame, without: Sequence[str]) -> None:
    for one in asked:
        counts = f"{one.units} units, {one.trials} trials, {one.rows} rows, {one.questions} questions"
        cost = f"{one.tokens} tokens, {one.seconds / 60:.2g} min (timed on {one.sampled} trials)"
        tell(f"{counts}, {cost}", f"{one.probe}:", "bold")
    tell(f"{minutes:.2g} minutes of model time for {chosen.folder.name}", "in all:", "bold")
    for _, row in found.iterrows():
        least = (
            "" if pd.isna(row["detectable"]) else f"{numeral(row['detectable'], row['unit'])} with {row['units']} units"
        )
        needed = f"more than {power.MOST:,}" if pd.isna(row["needed"]) else row["needed"]
        more = "" if pd.isna(row["effect"]) else f"; {numeral(row['effect'], row['unit'])} need {needed} units"
        tell(f"detects {least}{more} (SD {row['sd']:.3g}, {row['from']})", f"{row['claim']}:", "bold")
    for why in without:
        tell(f"no power for {why}")
    if found.empty:
        tell("no power: name a run or comparison with --pilot, or state a spread between units with --sd")


def _command(chosen: Plan, root: Path, wanted: Wanted) -> str:
    """What to type to get this plan again, without locking it."""
    options = {"--pilot": wanted.pilot, "--sd": wanted.sd, "--target": wanted.target,
               "--power": None if wanted.power == power.POWER else wanted.power}  # fmt: skip
    said = [word for name, value in options.items() if value not in ("", None) for word in (name, str(value))]
    return shlex.join([*shlex.split(command(chosen.notebook.path, chosen.given, root, verb="plan")), *said])


def _page(chosen: Plan, root: Path, asked: Sequence[Asked], found: pd.DataFrame, curve: pd.DataFrame,
          again: str) -> Path:  # fmt: skip
    from analysis.report.show.figures import figure
    from analysis.report.show.tables import table

    size = pd.DataFrame([asdict(one) for one in asked]).drop(columns=["parameters"])
    parts = [("Size and cost", table(size, "For all trials, extrapolated from those sampled"))]
    if len(found):
        picture = figure(power.draw(curve), curve, alt="Minimum detectable effect against units, with minutes above")
        parts += [("Power", table(found, "Minimum detectable effects, under Holm over the claims")),
                  ("Effect against size and cost", picture)]  # fmt: skip
    return write_page(root / f"plan-{chosen.folder.name}", f"Plan of {chosen.folder.name}",
                      again, parts, (), {"run": chosen.folder.name})  # fmt: skip
