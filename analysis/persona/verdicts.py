"""In words: which personas move theory of mind, in which task and direction, and which only the form of the answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.persona.shifts import CELL, shifts

MOVES, UNSURE, FORM, NOTHING = VERDICTS = (
    "moves accuracy",
    "moves accuracy, wording noise unknown",
    "changes the form of the answer only",
    "no move shown",
)
FORM_MEASURES = ("mass", "position_bias")


def verdicts(table: pd.DataFrame, by: Sequence[str] = CELL, alpha: float = 0.05) -> pd.DataFrame:
    """The lines of `shifts` against the length-matched control, with what they amount to.

    `moves`: rejected under Holm and beyond what a change of wording does. `form`: the probability of all answers
    together, or the pull of the answer listed first, moved in this sense and the hits did not. Further columns:
    direction (+1, -1, 0), versus_none (shift against nobody), and shift and p of each form measure.
    """
    lines = shifts(table, "hit", "control", by, alpha)
    if lines.empty:
        return lines
    nobody = shifts(table, "hit", "none", by, alpha)
    lines = lines.assign(versus_none=nobody["value"].to_numpy(), versus_none_adjusted=nobody["adjusted"].to_numpy())
    formal = np.zeros(len(lines), dtype=bool)
    for measure in (name for name in FORM_MEASURES if (table["measure"] == name).any()):
        form = shifts(table, measure, "control", by, alpha)
        lines = lines.assign(**{measure: form["value"].to_numpy(), f"{measure}_adjusted": form["adjusted"].to_numpy()})
        formal |= (form["rejected"] & (form["beyond_wording"] != False)).to_numpy(dtype=bool)  # noqa: E712
    said = [_verdict(*each) for each in zip(lines["rejected"], lines["beyond_wording"], formal, strict=True)]
    moved = np.isin(said, [MOVES, UNSURE])
    return lines.assign(verdict=said, direction=np.where(moved, np.sign(lines["value"].astype(float)), 0).astype(int))


def _verdict(rejected: bool, beyond: bool | None, formal: bool) -> str:
    if rejected and beyond is not False:
        return UNSURE if beyond is None else MOVES
    return FORM if formal else NOTHING
