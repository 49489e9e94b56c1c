"""Which personas shift theory-of-mind accuracy, in which task and direction, and which only the answer format."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.minds.tables.shifts import CELL, adjusted, shifts
from analysis.stats import frame

MOVES, UNSURE, FORM, MUTE, NOTHING = VERDICTS = (
    "moves accuracy",
    "moves accuracy, wording noise unknown",
    "changes the form of the answer only",
    "not testable (constant responses)",
    "no move shown",
)
YES, NO = ("yes", "ja", "sí", "oui"), ("no", "nein", "non")
"""Answers to a question whether, in the languages of the stories."""
FORM_MEASURES = ("mass", "position_bias", "refused", "unread")
"""Option mass, first-option bias, share refused, share that could not be read."""
FORM_SIZE = 0.05
"""Smaller changes are no change of form, however sure: the same words never leave probabilities quite alone."""
ONE_ANSWER = 0.05
"""Where one of yes and no is given less often than this, whatever the story says, hits cannot move."""


def verdicts(table: pd.DataFrame, by: Sequence[str] = CELL, alpha: float = 0.05) -> pd.DataFrame:
    """The lines of `shifts` against the length-matched control, with what they amount to.

    `moves`: rejected under Holm, by a p that allows for other wordings. `form`: one of `forms` moved in this sense
    and by at least FORM_SIZE, and the hits did not. `mute`: nothing of this, but (nearly) every scene is answered alike
    with yes or with no, so that no move could have been seen. Further columns: direction (+1, -1, 0), versus_none
    (shift against the baseline), versus_reverse (against the persona of the reversed trait, if asked), and shift and
    adjusted p of each form measure.
    """
    lines = shifts(table, "hit", "control", by, alpha)
    if lines.empty:
        return lines
    nobody = shifts(table, "hit", "none", by, alpha)
    lines = lines.assign(versus_none=nobody["value"].to_numpy(), versus_none_adjusted=nobody["adjusted"].to_numpy())
    lines = lines.assign(versus_reverse=_against_reverse(lines, opposites(table, "hit", by, alpha), by))
    formal = np.zeros(len(lines), dtype=bool)
    for measure, form in ((str(name), part) for name, part in forms(table, by, alpha).groupby("measure", sort=False)):
        lines = lines.assign(**{measure: form["value"].to_numpy(), f"{measure}_adjusted": form["adjusted"].to_numpy()})
        large = form["value"].astype(float).abs() >= FORM_SIZE
        formal |= (form["rejected"] & large).to_numpy(dtype=bool)
    alike = one_answer(table, by)
    mute = [tuple(line[name] for name in by) in alike for line in lines.to_dict("records")]
    worded = lines["rewording"].notna()
    decided = [_verdict(*each) for each in zip(lines["rejected"], worded, formal, mute, strict=True)]
    moved = np.isin(decided, [MOVES, UNSURE])
    signs = np.sign(lines["value"].astype(float))
    return lines.assign(verdict=decided, direction=np.where(moved, signs, 0).astype(int))


def _against_reverse(lines: pd.DataFrame, ends: pd.DataFrame, by: Sequence[str]) -> list[float]:
    """For the low end of a trait the difference changes its sign."""
    differences = {tuple(line[name] for name in by): float(line["value"]) for line in ends.to_dict("records")}
    differences |= {
        tuple(line["reversed"] if name == "persona" else line[name] for name in by): -float(line["value"])
        for line in ends.to_dict("records")
    }
    return [differences.get(tuple(line[name] for name in by), float("nan")) for line in lines.to_dict("records")]


def forms(table: pd.DataFrame, by: Sequence[str] = CELL, alpha: float = 0.05) -> pd.DataFrame:
    """Shifts of everything that is no ability, one row per measure (see FORM_MEASURES) and cell; Holm in each measure.

    Measures that were never taken, and refusals where nothing was refused, have no lines.
    """
    hits = table[table["measure"] == "hit"]
    states = {"refused": hits["status"] == "refused", "unread": hits["status"].isin(["unscored", "truncated", "error"])}
    derived = [hits.assign(measure=name, value=states[name].astype(float), status="ok") for name in states]
    parts = [table[(table["measure"] == name) & table["value"].notna()] for name in FORM_MEASURES[:2]]
    parts += [part for part in derived if part["value"].any()]
    taken = [part for part in parts if len(part)]
    lines = [shifts(part, str(part["measure"].iloc[0]), "control", by, alpha).assign(measure=part["measure"].iloc[0])
             for part in taken]  # fmt: skip
    return pd.concat(lines, ignore_index=True) if lines else pd.DataFrame(columns=[*by, "measure"])


def one_answer(table: pd.DataFrame, by: Sequence[str] = CELL) -> set[tuple[object, ...]]:
    """Cells of yes-or-no questions in which persona and control say the same of (nearly) every scene."""
    rows = frame.rows(table, "hit")
    if "right" not in rows:
        return set()
    asked = rows[rows["right"].isin([*YES, *NO]) & (rows["guise"] != "none")].dropna(subset=["value"])
    yes = ((asked["value"] == 1) == asked["right"].isin(YES)).groupby([asked[name] for name in by], observed=True)
    shares = yes.mean()
    return set(shares.index[np.minimum(shares, 1 - shares) < ONE_ANSWER]) if len(shares) else set()


def _verdict(rejected: bool, worded: bool, formal: bool, mute: bool) -> str:
    if rejected:
        return MOVES if worded else UNSURE
    return FORM if formal else MUTE if mute else NOTHING


def opposites(table: pd.DataFrame, measure: str = "hit", by: Sequence[str] = CELL, alpha: float = 0.05) -> pd.DataFrame:
    """Score under the high end of a trait minus score under its low end, paired by item: columns as of `shifts`.

    One row per cell, under the name of the high end, with `reversed`, the name of the low one. Only traits of which the
    table holds exactly one persona an end; empty where there is none. What both ends do alike, a persona does by being
    one, not by its trait: this difference is free of it.
    """
    known = table if {"trait", "level"} <= set(table) else table.iloc[:0].assign(trait="", level=0)
    spoken = known[(known["guise"] == "persona") & (known["level"] != 0)]
    names = spoken.groupby(["trait", "level"], observed=True)["persona"].agg(["nunique", "first"])
    ends = names[names["nunique"] == 1]["first"].unstack("level").reindex(columns=[1, -1]).dropna()
    high = spoken[spoken["persona"].isin(ends[1])]
    low = spoken[spoken["persona"].isin(ends[-1])]
    if high.empty:
        return adjusted(pd.DataFrame(), list(by)).assign(reversed="")
    facing = pd.concat([high, low.assign(guise="control", persona=low["trait"].map(ends[1]))], ignore_index=True)
    lines = shifts(facing, measure, "control", by, alpha)
    other = dict(zip(ends[1], ends[-1], strict=True))
    return lines.assign(against="reversed trait", reversed=lines["persona"].map(other))
