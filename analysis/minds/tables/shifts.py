"""What a persona changes against nothing, and against as many words that say nothing: paired by item."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.minds.tables import wording
from analysis.stats import estimate, frame, screen
from analysis.stats.fits import gee_logit, holm, mcnemar, power
from analysis.stats.turns import plain

CELL = ("placement", "persona", "task")
EMPTY = ("against", "value", "low", "high", "p", "adjusted", "rejected", "rewording", "mde")


def shifts(
    table: pd.DataFrame,
    measure: str = "hit",
    against: str = "control",
    by: Sequence[str] = CELL,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """One row per cell of `by`: score under the persona minus score under `control` or `none`, over the same scenes.

    Parameters
    ----------
    by : facts that make a cell; `persona` must be among them, what is left out is pooled.
    alpha : of the family, which is declared here: every line of this table, before any of it is seen.

    Columns beside `by`: value, low, high, units, rows, scored, asked; gained and lost (items, first wording); test, p,
    adjusted, rejected (Holm); wording_sd, yardstick, rewording; mde (minimum detectable shift with 80 % power at the
    family's alpha); reason. Where wordings were repeated, p and mde are those of a shift over other
    scenes in other words: `rewording` is the half-width that words add to the interval over scenes. The interval itself
    is over scenes in these words.
    """
    if "persona" not in by:
        raise ValueError("a cell needs its persona: `by` must name it")
    rows = frame.rows(plain(table), measure)
    noise = wording.wording_noise(table, measure, [name for name in by if name != "persona"])
    cells, lines = rows[rows["guise"] == "persona"].groupby(list(by), observed=True, sort=False), []
    for cell, part in cells:
        facts = dict(zip(by, cell if isinstance(cell, tuple) else (cell,), strict=True))
        base = baseline(rows, against, facts)
        words = _words(part, base, noise, facts)
        lines.append(
            facts | {"against": against} | _compare(part, base, measure, alpha / len(cells), words["rewording"]) | words
        )
    return adjusted(pd.DataFrame(lines), list(by), alpha)


def baseline(rows: pd.DataFrame, against: str, facts: dict[str, Any]) -> pd.DataFrame:
    """Rows to compare with: the control of the same persona and place, or those where nothing was said."""
    keep = rows["guise"] == against
    for name, value in facts.items():
        if against != "none" or name not in ("persona", "placement"):
            keep &= rows[name] == value
    return rows[keep]


def _compare(part: pd.DataFrame, base: pd.DataFrame, measure: str, alpha: float, words: float) -> dict[str, Any]:
    shift = estimate.between(part, base, "proportion" if measure == "hit" else "mean")
    smallest = smallest_shift(part, base, alpha)
    if words == words and shift.low is not None and shift.high is not None:
        test, p = "t by scene and wording", screen.p_value(estimate.simultaneous(shift, 1, words), 0.0)
        smallest = smallest and smallest * math.hypot(1, 2 * words / (shift.high - shift.low))
    else:
        test, p = _in_these_words(part, base, measure, shift)
    kept = {k: v for k, v in shift.record().items() if k not in ("level", "spread")}
    return kept | (_changed(part, base) if measure == "hit" else {}) | {"test": test, "p": p, "mde": smallest}


def smallest_shift(part: pd.DataFrame, base: pd.DataFrame, alpha: float = 0.05) -> float | None:
    """The shift that these scenes would show at this alpha with a power of 80 %, given how much their changes differ
    among them; None where not one scene changed. `alpha`: of the verdict, .05 over the family where that is Holm's."""
    spoken, plain = (rows.groupby("cluster")["value"].mean() for rows in (part, base))
    changes = (spoken - plain).dropna()
    if not changes.abs().gt(1e-12).any():  # nothing changed: how much scenes differ in their changes is not known
        return None
    return power.paired(len(changes), float(changes.std(ddof=1)), alpha).estimate


def _in_these_words(part: pd.DataFrame, base: pd.DataFrame, measure: str,
                    shift: estimate.Estimate) -> tuple[str, float | None]:  # fmt: skip
    """Exact McNemar where every scene gives one pair of hits; where scenes repeat, GEE by scene, or t if it refuses."""
    if measure == "hit" and not (part["cluster"].duplicated().any() or base["cluster"].duplicated().any()):
        gained, lost = _changed(part, base).values()
        return "McNemar", mcnemar.mcnemar(gained, lost).p if gained + lost else None
    by_scene = _gee(part, base) if measure == "hit" and shift.low is not None else None
    return ("t by scene", screen.p_value(shift, 0.0)) if by_scene is None else ("GEE by scene", by_scene)


def _changed(part: pd.DataFrame, base: pd.DataFrame) -> dict[str, int]:
    """Items that the persona gained and lost, in their first wording."""
    spoken, plain = _first(part).align(_first(base), join="inner")
    return dict(zip(("gained", "lost"), mcnemar.pairs(spoken, plain), strict=True))


def _gee(part: pd.DataFrame, base: pd.DataFrame) -> float | None:
    both = pd.concat([part.assign(spoken=1.0), base.assign(spoken=0.0)])
    return gee_logit.gee_logit(both["value"], both[["spoken"]], both["cluster"].to_numpy()).p


def _first(rows: pd.DataFrame) -> pd.Series:
    """Value of each item in its first wording that was scored (and, where places are pooled, in its first place)."""
    scored = rows.loc[rows["value"].notna(), ["item", "wording", "value"]].sort_values("wording", kind="stable")
    return scored.drop_duplicates("item").set_index("item")["value"]


def _words(part: pd.DataFrame, base: pd.DataFrame, noise: pd.DataFrame, facts: dict[str, Any]) -> dict[str, float]:
    line = noise
    for name in (name for name in facts if name != "persona" and len(noise)):
        line = line[line[name] == facts[name]]
    sd, df, chance = (float(line[name].iloc[0]) if len(line) else float("nan") for name in ("sd", "df", "chance"))
    sides = wording.effective(part["wording"]), 0.0
    if not (base["guise"] == "none").all():
        sides = sides[0], wording.effective(base["wording"])
    limit = wording.yardstick(sd, df, *sides)
    return {"wording_sd": sd, "yardstick": limit, "rewording": wording.rewording(limit, chance, *sides)}


def adjusted(lines: pd.DataFrame, by: list[str], alpha: float = 0.05) -> pd.DataFrame:
    """Lines with `adjusted` and `rejected`: Holm over all, which `by` names apart. What could not be tested counts as
    not rejected."""
    if lines.empty:
        return pd.DataFrame(columns=[*by, *EMPTY])
    names = lines[by].astype(str).agg(" / ".join, axis=1)
    known = (None if value is None or value != value else float(value) for value in lines["p"])
    done = holm.holm(dict(zip(names, known, strict=True)), list(names), alpha).set_index("test").loc[names]
    return lines.assign(adjusted=done["adjusted"].to_numpy(), rejected=done["rejected"].to_numpy())


BELIEFS = ("true_belief", "false_belief")


def pull(table: pd.DataFrame, by: Sequence[str] = ("placement", "persona"), alpha: float = 0.05) -> pd.DataFrame:
    """Shift, against the control, of the share of first-order beliefs answered with the present state: as `shifts`.

    Up is towards the model's own knowledge: true beliefs more often right, false ones less. Accuracy over both together
    cannot show it, each alone shows half of it. Empty where no beliefs with their `egocentric` answer were asked.
    """
    asked = table[(table["measure"] == "hit") & table["task"].isin(BELIEFS)]
    if asked.empty or "egocentric" not in asked:
        return adjusted(pd.DataFrame(), list(by), alpha)
    own = asked["value"].astype(float) == asked["egocentric"].astype(float)
    agrees = np.where(asked["value"].isna(), np.nan, own.astype(float))
    return shifts(asked.assign(value=agrees), "hit", "control", by, alpha)
