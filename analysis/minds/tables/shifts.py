"""What a persona changes against nothing, and against as many words that say nothing: paired by item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.minds.tables import wording
from analysis.stats import estimate, frame
from analysis.stats.fits import gee_logit, holm, mcnemar, paired_t, power
from analysis.stats.turns import plain

CELL = ("placement", "persona", "task")
EMPTY = ("against", "value", "low", "high", "p", "adjusted", "rejected", "beyond_wording", "mde")


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
    adjusted, rejected (Holm); mcnemar_p, gee_p; wording_sd, yardstick, beyond_wording; mde (minimum detectable shift
    with 80 % power at the family's alpha); reason.
    """
    if "persona" not in by:
        raise ValueError("a cell needs its persona: `by` must name it")
    rows = frame.rows(plain(table), measure)
    noise = wording.wording_noise(table, measure, [name for name in by if name != "persona"])
    cells, lines = rows[rows["guise"] == "persona"].groupby(list(by), observed=True, sort=False), []
    for cell, part in cells:
        facts = dict(zip(by, cell if isinstance(cell, tuple) else (cell,), strict=True))
        base = baseline(rows, against, facts)
        lines.append(
            facts
            | {"against": against}
            | _compare(part, base, measure, alpha / len(cells))
            | _beyond(part, base, noise, facts)
        )
    return adjusted(pd.DataFrame(lines), list(by), alpha)


def baseline(rows: pd.DataFrame, against: str, facts: dict[str, Any]) -> pd.DataFrame:
    """Rows to compare with: the control of the same persona and place, or those where nothing was said."""
    keep = rows["guise"] == against
    for name, value in facts.items():
        if against != "none" or name not in ("persona", "placement"):
            keep &= rows[name] == value
    return rows[keep]


def _compare(part: pd.DataFrame, base: pd.DataFrame, measure: str, alpha: float) -> dict[str, Any]:
    kind = "proportion" if measure == "hit" else "mean"
    sides = (part["value"], base["value"], part["cluster"].to_numpy(), base["cluster"].to_numpy())
    shift = estimate.between(part, base, kind)
    tests = _tests(part, base) if measure == "hit" else {"test": "paired t", "p": paired_t.paired_t(*sides).p}
    kept = {k: v for k, v in shift.record().items() if k not in ("level", "spread")}
    return kept | tests | {"mde": smallest_shift(part, base, alpha)}


def smallest_shift(part: pd.DataFrame, base: pd.DataFrame, alpha: float = 0.05) -> float | None:
    """The shift that these scenes would show at this alpha with a power of 80 %, given how much their changes differ
    among them; None where not one scene changed. `alpha`: of the verdict, .05 over the family where that is Holm's."""
    spoken, plain = (rows.groupby("cluster")["value"].mean() for rows in (part, base))
    changes = (spoken - plain).dropna()
    if not changes.abs().gt(1e-12).any():  # nothing changed: how much scenes differ in their changes is not known
        return None
    return power.paired(len(changes), float(changes.std(ddof=1)), alpha).estimate


def _tests(part: pd.DataFrame, base: pd.DataFrame) -> dict[str, Any]:
    """Exact McNemar where every scene gives one pair; where scenes repeat, GEE by scene, or McNemar if it refuses."""
    pairs = _first(part).join(_first(base)["value"].rename("plain"), how="inner")
    gained, lost = mcnemar.pairs(pairs["value"], pairs["plain"])
    single = not (part["cluster"].duplicated().any() or base["cluster"].duplicated().any())
    independent = not pairs["cluster"].duplicated().any()
    exact = mcnemar.mcnemar(gained, lost).p if gained + lost and independent else None
    by_scene = None if single else _gee(part, base)
    test, p = ("McNemar", exact) if by_scene is None else ("GEE by scene", by_scene)
    return {"gained": gained, "lost": lost, "test": test, "p": p, "mcnemar_p": exact, "gee_p": by_scene}


def _gee(part: pd.DataFrame, base: pd.DataFrame) -> float | None:
    """None where no scene changed: without a single difference there is nothing that a standard error could rest on."""
    spoken, plain = (rows.groupby("cluster")["value"].mean() for rows in (part, base))
    if not (spoken - plain).abs().gt(1e-12).any():
        return None
    both = pd.concat([part.assign(spoken=1.0), base.assign(spoken=0.0)])
    return gee_logit.gee_logit(both["value"], both[["spoken"]], both["cluster"].to_numpy()).p


def _first(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per item: its first wording (and, where places are pooled, its first place)."""
    return rows.sort_values("wording", kind="stable").groupby("item", sort=False)[["value", "cluster"]].first()


def _beyond(part: pd.DataFrame, base: pd.DataFrame, noise: pd.DataFrame, facts: dict[str, Any]) -> dict[str, Any]:
    line = noise
    for name in (name for name in facts if name != "persona" and len(noise)):
        line = line[line[name] == facts[name]]
    sd, df = (float(line[name].iloc[0]) if len(line) else float("nan") for name in ("sd", "df"))
    against = 0.0 if (base["guise"] == "none").all() else wording.effective(base["wording"])
    limit = wording.yardstick(sd, df, wording.effective(part["wording"]), against)
    shift = part["value"].mean() - base["value"].mean()
    return {
        "wording_sd": sd,
        "yardstick": limit,
        "beyond_wording": bool(abs(shift) > limit) if limit == limit else None,
    }


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
