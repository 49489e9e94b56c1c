"""The claims of the report on personas."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.minds.findings import turns
from analysis.minds.findings.manipulation import restored, took
from analysis.minds.tables.omnibus import DIFFERS, UNTESTED, omnibus
from analysis.minds.tables.shifts import baseline, pull, shifts
from analysis.minds.tables.traits import controllability
from analysis.minds.tables.verdicts import FORM, MOVES, MUTE, UNSURE, forms, verdicts
from analysis.minds.tables.words import (
    by_task,
    cell,
    changes,
    dicts,
    listed,
    p_value,
    pairs,
    points,
    size,
    span,
    titled,
)
from analysis.report.claims import INTERPRETATION, Claim, Gate, identifier, option_mass, position_bias
from analysis.report.verdicts import ABOVE, BELOW, compared
from analysis.stats import estimate, frame, target
from analysis.stats.estimate import simultaneous
from analysis.stats.turns import plain

EXPECTED = "p_right"
"""What is right in expectation, were answers drawn from their probabilities; written answers have none."""
READING = ("fact", "memory", "reality")
"""Tasks that need the story and no mind: a model that fails them cannot be measured on the others."""
FORMS = {"mass": "the option mass", "position_bias": "first-option bias",
        "refused": "the share refused", "unread": "the share that could not be read"}  # fmt: skip
FAMILIES = "story families"
MARGIN, WANTED = 0.05, 0.08
"""Shifts within five points, interval and all, are of no practical size; one of eight must be detected."""


def claims(tom: pd.DataFrame, inventory: pd.DataFrame | None = None) -> list[Claim]:
    """Which personas move theory of mind, one claim each and all pairs counted; does the model read the stories; do the
    personas change their own trait; which only change the form of the answer; does anything differ at all; do they give
    others the model's own knowledge.

    Shifts are against the length-matched control, over the tasks that need a mind to be read: of pairs of persona and
    task by the answers given, of a persona by the probability of the right answer, which the same scenes tell far more
    closely (by the answers, where these were written). A shift whose interval leaves zero but stays within what a
    change of wording does is not interpreted.
    """
    told, tom = tom, plain(tom)
    minds = tom[~tom["task"].isin(READING)] if not tom["task"].isin(READING).all() else tom
    varied, lines, reading = _varied(minds), verdicts(minds), _reading(tom)
    measure = EXPECTED if varied.loc[varied["measure"] == EXPECTED, "value"].notna().any() else "hit"
    pooled, cells = shifts(varied, measure, by=("persona",)), shifts(varied, measure)
    listing = [
        _persona(line, lines, _ways(cells, line["persona"]), reading, _new_families(varied, line["persona"], measure))
        for line in dicts(pooled)
    ]
    listing += [_headline(lines, reading), reading]
    listing += [*([] if inventory is None else [took(line) for line in dicts(controllability(inventory))])]
    listing += [*_form(forms(minds), lines), _anything(omnibus(minds), lines), *_own(pull(minds), reading)]
    return [*listing, *turns.claims(told, (*reading.gates, _follows(reading)))]


def _varied(minds: pd.DataFrame) -> pd.DataFrame:
    """Without tasks in which no persona, control or wording ever changed a hit: their zeros would only narrow an
    interval. All tasks where none varied."""
    hits = frame.rows(minds, "hit")
    several = hits.groupby(["task", "item"], observed=True)["value"].nunique().groupby(level="task").max() > 1
    kept = minds[minds["task"].isin(several.index[several])]
    return kept if len(kept) else minds


def _gates(tom: pd.DataFrame) -> tuple[Gate, Gate]:
    nobody = tom[tom["guise"] == "none"]
    rows = frame.rows(nobody, "position_bias")
    pull = (rows["value"] / (1 - chances(rows))).mean()  # 1: always the answer listed first
    return option_mass(frame.option_mass(nobody)), position_bias(None if pull != pull else float(pull))


def chances(rows: pd.DataFrame) -> pd.Series:
    """Of every row the probability that a blind choice is right: imported items have any number of `choices`."""
    many = rows["choices"] if "choices" in rows else pd.Series(2.0, rows.index)
    return 1 / many.astype(float).fillna(2.0)


def _reading(tom: pd.DataFrame) -> Claim:
    """Accuracy without a persona where no mind has to be read."""
    nobody = frame.rows(tom[tom["guise"] == "none"], "hit")
    rows = nobody[nobody["task"].isin(READING)] if nobody["task"].isin(READING).any() else nobody
    value = estimate.proportion(rows["value"], rows["cluster"].to_numpy())
    shares = rows.groupby("task", observed=True)["value"].mean()
    named = ", ".join(f"{task} {100 * share:.0f} %" for task, share in shares.items())
    null = estimate.proportion(chances(rows), rows["cluster"].to_numpy()).value
    return Claim("Does the model follow the stories?", value, "share of right answers", null, _gates(tom),
                 subject=f"Accuracy without a persona, on {named}; together", units_name="scenes",
                 id="minds.comprehension", topic="accuracy on story comprehension", kinds_name=FAMILIES,
                 kinds=target.across(rows, "family", measure="proportion"))  # fmt: skip


def _follows(reading: Claim) -> Gate:
    low, null = reading.estimate.low, reading.null
    why = "its lower limit must exceed " + ("chance" if null is None else f"the {100 * null:.0f} % of chance")
    finding = "it answers comprehension questions at chance: shifts are not shifts of ability"
    passed = None if low is None or null is None else low > null
    return Gate("story comprehension", reading.estimate.value, passed, why, INTERPRETATION, finding, "share")


def _headline(lines: pd.DataFrame, reading: Claim) -> Claim:
    """How many pairs shifted, by task and name, how many are not testable, and the largest shift in the subject."""
    moved, mute = lines[lines["verdict"].isin([MOVES, UNSURE])], lines[lines["verdict"] == MUTE]
    largest = max(dicts(moved if len(moved) else lines), key=size)
    unsure = " (wording noise unknown)" if (moved["verdict"] == UNSURE).any() else ""
    silent = f"; {len(mute)} not testable ({listed(mute['task'])}: constant responses)" if len(mute) else ""
    subject = (
        f"The largest {'shift' if len(moved) else 'difference, not significant,'} is {span(largest)},"
        f" {cell(largest)} (Holm p = {p_value(largest['adjusted'])}, minimum detectable effect"
        f" {points(largest['mde'])}). Shifts beyond wording noise under Holm{unsure}"
    )
    return Claim("Which personas shift theory-of-mind accuracy beyond wording noise?", _count(len(moved), largest),
                 pairs(lines, by_task(moved, lines), "showed a change") + silent, None,
                 (*reading.gates, _follows(reading)), subject=subject, units_name="scenes", id="minds.shifts",
                 topic="persona shifts of theory-of-mind accuracy")  # fmt: skip


def _anything(cells: pd.DataFrame, lines: pd.DataFrame) -> Claim:
    """Cochran's Q, the first question: where it finds nothing, no pair needs to be looked at."""
    untested = cells["reading"].str.startswith(UNTESTED)
    differ = cells[cells["reading"] == DIFFERS]
    refused = "; ".join(map(changes, dicts(cells[untested])))
    subject = (
        f"Cochran's Q over the no-persona baseline and {lines['persona'].nunique()} personas, Holm over {len(cells)}"
        f" tasks and placements{f' (not tested, too few changed: {refused})' if refused else ''}. Significant"
    )
    value = float(len(differ)) if not untested.all() else None
    scenes = int(cells["units"].max())
    counts = {name: scenes for name in ("units", "rows", "scored", "asked")}
    why = "a count has no interval" if value is not None else f"too few scenes changed to test: {refused}"
    count = estimate.Estimate(value, None, None, 0.95, method="Cochran's Q, Holm", reason=why, **counts)
    named = "; ".join(f"{line['task']} ({line['placement']})" for line in dicts(differ)).replace("_", " ")
    tested = int((~untested).sum())
    unit = f"of {tested} task{'' if tested == 1 else 's'} that could be tested{f': {named}' if named else ''}"
    return Claim("Do answers differ between personas at all?", count, unit, subject=subject, units_name="scenes",
                 id="minds.omnibus", part_of="minds.shifts", topic="tasks with any difference")  # fmt: skip


def _own(lines: pd.DataFrame, reading: Claim) -> list[Claim]:
    """How many personas move beliefs towards what the model itself knows, or away from it."""
    if lines.empty:
        return []
    moved = lines[lines["rejected"]].assign(task="own knowledge")
    largest = max(dicts(lines), key=size)
    subject = (
        f"Egocentric answers to belief questions, relative to length-matched filler, Holm over {len(lines)}; the"
        f" largest shift is {span(largest)}, {largest['persona']} ({largest['placement']}), minimum detectable effect"
        f" {points(largest['mde'])}. Shifted"
    ).replace("_", " ")
    listing = "; ".join(by_task(moved, lines))
    return [Claim("Do personas increase egocentric errors?", _count(len(moved), largest),
                  f"of {len(lines)} personas and placements{f': {listing}' if listing else ' moved'}", None,
                  (*reading.gates, _follows(reading)), subject=subject, units_name="scenes", id="minds.egocentric",
                  topic="persona shifts of egocentric errors")]  # fmt: skip


def _form(changed: pd.DataFrame, lines: pd.DataFrame) -> list[Claim]:
    """Changes of the answer format; they may be read whether or not the stories are understood."""
    if changed.empty:
        return []
    only = lines[lines["verdict"] == FORM]
    largest = max(dicts(changed), key=size)
    subject = (
        f"The largest change is {span(largest)} in {FORMS[largest['measure']]}, {cell(largest)}"
        f" (Holm p = {p_value(largest['adjusted'])}; rewording alone changes up to {points(largest['yardstick'])})."
        " Changed the format of the answer beyond wording noise, but not accuracy"
    )
    return [Claim("Which personas change only the format of the answer?", _count(len(only), largest),
                  pairs(lines, by_task(only, lines, False), "changed only their format"), subject=subject,
                  units_name="scenes",
                  id="minds.format", topic="personas that change only the format")]  # fmt: skip


def _count(number: int, largest: dict[str, Any]) -> estimate.Estimate:
    """So many pairs of a family, with the counts of its largest line."""
    counts = {name: int(largest[name]) for name in ("units", "rows", "scored", "asked")}
    value = None if largest["value"] is None or largest["value"] != largest["value"] else float(number)
    why = "a count has no interval" if value is not None else str(largest["reason"])
    return estimate.Estimate(value, None, None, 0.95, method="Holm over all pairs", reason=why, **counts)


def _new_families(varied: pd.DataFrame, persona: Any, measure: str) -> estimate.Estimate | None:
    """The shift of a persona with the interval for new story families."""
    rows, kind = frame.rows(varied, measure), "proportion" if measure == "hit" else "mean"
    spoken = rows[(rows["guise"] == "persona") & (rows["persona"] == persona)]
    return target.across(spoken, "family", baseline(rows, "control", {"persona": persona}), kind)


def _persona(line: dict[str, Any], lines: pd.DataFrame, apart: str, reading: Claim,
             new: estimate.Estimate | None) -> Claim:  # fmt: skip
    """One persona over all tasks; its interval includes the effect of rewording.

    Where no wording was repeated, how much that is stays unknown, and nothing is decided.
    """
    known = line["rewording"] == line["rewording"]
    why = "a second wording shows how much rewording alone shifts; the interval then includes it"
    repeated = Gate("wordings repeated", line["yardstick"] if known else None, True if known else None, why)
    gates = (*reading.gates, _follows(reading), repeated)
    shift = simultaneous(restored(line), 1, line["rewording"] if known else 0.0)
    name = f"the {titled(line['persona'])} persona"
    tasks = lines[lines["persona"] == line["persona"]]
    shifted = "; ".join(f"{verdict} in {listed(part['task'])}" for verdict, part in tasks.groupby("verdict", sort=False)
                      if verdict in (MOVES, UNSURE, FORM))  # fmt: skip
    subject = (
        f"Probability of the right answer with {name} minus that with length-matched filler, over the belief tasks with"
        " any change"
        f" ({shifted or 'no task shifted'}{f'; task by task, each on its own, {apart}' if apart else ''})"
    )
    return Claim(f"Does {name} shift theory-of-mind accuracy?", shift, "percentage points", 0.0,
                 gates, subject=subject, null_name="no shift over all tasks", margin=0 if apart else MARGIN,
                 wanted=WANTED, units_name="scenes", id=identifier("minds", "shift", line["persona"]),
                 family="minds.shift",
                 detectable=estimate.known(line["mde"]), topic=f"accuracy shift under {name}",
                 kinds=new, kinds_name=FAMILIES)  # fmt: skip


def _ways(cells: pd.DataFrame, persona: Any) -> str:
    """The tasks in which a persona's shift, each on its own, leaves zero and is not negligible, by direction."""
    tasks = cells[cells["persona"] == persona]
    ways = tasks.apply(_leaves, axis=1)
    up, down = (listed(tasks.loc[ways == way, "task"]) for way in (1, -1))
    return "; ".join(f"{way} in {named}" for way, named in (("up", up), ("down", down)) if named)


def _leaves(line: Any) -> int:
    """Which way a task's own interval leaves zero, if it does: then shifts that cancel are no equivalence."""
    if line["low"] is None or line["low"] != line["low"]:
        return 0
    return {ABOVE: 1, BELOW: -1}.get(compared(line["low"], line["high"], 0.0, MARGIN), 0)
