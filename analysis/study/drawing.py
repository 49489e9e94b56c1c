"""Drawing a sheet: turns of a run, stratified by what the instrument said, blind, shuffled, dealt out to labellers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.report.show.stored import behind, replied
from analysis.study.sheets import ADJUDICATED, INSTRUMENT, ITEM, READ, STATUS, YES_NO, Item, Sheet, instrument
from probes import schema

RESERVED = (ADJUDICATED, INSTRUMENT, ITEM)
"""Names that no labeller can have: they stand beside the labellers in tables."""
ASKED = {
    STATUS: "Was it answered (ok), refused, left without a readable answer (unscored), or cut off (truncated)?",
    "correct": "Is the answer correct?",
    "hit": "Does the last turn fit what stands above it?",
}
CHOOSE = "Which class is the last turn?"
_COUNTED = re.compile(r"1 if (.+?)(?:, else 0)?")
"""How a measure of zeros and ones says what it counts."""
LONGEST_NAME = 40
"""Characters of a labeller's name, which becomes part of a file's."""
MOST_CLASSES = 9
"""Classes that digits can choose."""


def draw(out: str | Path, probe: str, n: int, labellers: Sequence[str], overlap: int = 0, measure: str = "",
         seed: int = 0, question: str = "") -> Sheet:  # fmt: skip
    """Draw `n` turns of a run, `overlap` of which every labeller gets; the others are dealt out.

    Strata are the instrument's classes: half of the sheet is dealt out alike to all of them, so that rare ones are
    seen, half in proportion; the weights undo it. `question` is what labellers are asked, in place of the measure's
    own words. ValueError says which number does not fit.
    """
    rows, measure = instrument(out, probe, measure)
    people = list(dict.fromkeys(labellers))
    _check(n, overlap, people, labellers, len(rows))
    if seed < 0:
        raise ValueError(f"--seed {seed} must be 0 or more")
    if question and not question.strip():
        raise ValueError("--question is blank: say what labellers are asked, or leave it out")
    rng = np.random.default_rng(seed)
    chosen = stratified(rows, n, rng)
    order = chosen.iloc[rng.permutation(len(chosen))].reset_index(drop=True)
    dealt = [tuple(people) if at < overlap else (people[at % len(people)],) for at in range(len(order))]
    mixed = rng.permutation(len(order))
    items = [_item(row, dealt[at], one) for at, (row, (one, _)) in
             enumerate(zip(order.to_dict("records"), behind(order, out), strict=True))]  # fmt: skip
    declared = schema.manifest(out, probe).get("measures", {})
    classes = _classes(rows)
    said = asked(measure, str(declared.get(measure, ""))) if classes == YES_NO else ASKED.get(measure, CHOOSE)
    return Sheet(Path(out).name, probe, measure, question or said, classes, tuple(people), seed,
                 tuple(items[at] for at in mixed))  # fmt: skip


def asked(measure: str, declared: str) -> str:
    """What labellers are asked about a yes-or-no measure, from what its probe says that it counts.

    >>> asked("asks", "1 if the turn asks something back, else 0"), asked("told", "0 or 1")
    ('Yes or no: the turn asks something back.', 'Yes or no: told?')
    """
    counted = _COUNTED.fullmatch(declared)
    return f"Yes or no: {counted[1]}." if counted else ASKED.get(measure, f"Yes or no: {measure.replace('_', ' ')}?")


def _check(n: int, overlap: int, people: Sequence[str], given: Sequence[str], rows: int) -> None:
    if not people or len({*map(str.casefold, people)}) < len(given) or not all(map(str.isidentifier, people)):
        raise ValueError("give each labeller once, by a name of letters, digits and underscores: --labellers ann,bo")
    if long := [name for name in people if len(name) > LONGEST_NAME]:
        raise ValueError(f"the name {long[0][:20]}... is longer than {LONGEST_NAME} characters")
    if taken := [name for name in people if name.lower() in RESERVED]:
        raise ValueError(
            f"{taken[0]!r} has a meaning of its own here ({', '.join(RESERVED)}); give the labeller another name"
        )
    if not 2 <= n <= rows:
        raise ValueError(f"--n {n}: this run has {rows} turns that the instrument read; give 2 to {rows}")
    if not 0 <= overlap <= n:
        raise ValueError(f"--overlap {overlap} must lie between 0 and --n {n}")


def _classes(rows: pd.DataFrame) -> tuple[str, ...]:
    there = set(rows["instrument"])
    classes = next((known for known in (YES_NO, schema.CLASSES, READ) if there <= set(known)), tuple(sorted(there)))
    if len(classes) > MOST_CLASSES:
        raise ValueError(f"{len(classes)} classes are more than the {MOST_CLASSES} that can be chosen by a digit")
    return classes


def stratified(rows: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """`n` rows with their weights; at least two of every class that has as many."""
    sizes = rows["instrument"].value_counts(sort=False)
    wanted = np.maximum(0.5 * n / len(sizes) + 0.5 * n * sizes / len(rows), np.minimum(2, sizes))
    take = np.minimum(np.floor(wanted).astype(int), sizes)
    while take.sum() != n:  # rounding, and classes smaller than their share
        room = take < sizes if take.sum() < n else take > 1
        gap = (wanted - take).where(room, -np.inf if take.sum() < n else np.inf)
        take[gap.idxmax() if take.sum() < n else gap.idxmin()] += 1 if take.sum() < n else -1
    parts = [part.iloc[rng.permutation(len(part))[: take[name]]].assign(weight=sizes[name] / take[name])
             for name, part in rows.groupby("instrument", sort=False) if take[name]]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _item(row: Mapping[Any, Any], labellers: Iterable[str], exchange: Mapping[str, Any]) -> Item:
    turns = [(str(turn[0]), str(turn[1])) for turn in exchange.get("turns", [])]
    turns = [("user", str(row["under"]))] if row.get("under") else turns  # a response of a square, under its own state
    said = (str(exchange.get("role", "assistant")), str(exchange.get("prefill", "")) + replied(exchange))
    name = hashlib.sha256(f"{row['key']} {row['row']}".encode()).hexdigest()[:12]
    return Item(name, str(row["key"]), int(row["row"]), str(row["cluster"]), str(row["instrument"]),
                float(row["weight"]), tuple(labellers), (*turns, said))  # fmt: skip
