"""The article's figures in four columns: published, as the released script computes, as mended, as found here."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.games.tables import released, scores
from analysis.report import reference
from analysis.stats import frame
from analysis.stats.fits import jzs, logit, paired_t, random_intercept, welch
from analysis.stats.fits._fit import Fit

GAMES = {"pd": "prisoners_dilemma", "bos": "battle_of_the_sexes"}
OTHERS = {"llama2": "llama2", "davinci003": "gpt35", "claude2": "claude2", "claude1": "claude1"}


def table(folder: str | Path) -> pd.DataFrame:
    """One row per figure: what, unit, published, script, corrected, found; `found` is computed now from the files."""
    known = reference.table().loc["akata2025"]
    computed = pd.Series({**groups(folder), **sweep(folder), **people(folder)}, name="found")
    columns = ["what", "unit", "published", "script", "corrected"]
    return known[columns].join(computed, how="right").reset_index(names="figure")


def groups(folder: str | Path) -> dict[str, float]:
    """GPT-4 against all others as the script stacks rows: all of player 1, and of player 2 only round 10."""
    figures: dict[str, float] = {}
    for short, game in GAMES.items():
        points = frame.rows(released.tournament(folder, game), "points")
        points = points[(points["seat"] == "row") | (points["round"] == 10)]
        own = points["model"] == "gpt4"
        fit = welch.welch(points.loc[own, "value"], points.loc[~own, "value"])
        figures |= {f"{short}_welch_t": _known(fit.statistic), f"{short}_welch_df": _known(fit.df)}
        figures |= {f"{short}_pooled_t": fit.details["pooled_t"], f"{short}_d": fit.details["d"]}
        factor = jzs.jzs(fit.details["pooled_t"], int(own.sum()), int((~own).sum()))
        figures[f"{short}_bf"] = _known(factor.estimate)
    return figures


def by_match(folder: str | Path) -> pd.DataFrame:
    """The same comparison with the match as unit, GPT-4 and the others as player 1: what the data can carry."""
    lines = []
    for game in GAMES.values():
        points = frame.rows(released.tournament(folder, game), "points").query("seat == 'row'")
        own, other = (points[points["model"].eq("gpt4") == is_own] for is_own in (True, False))
        fit = welch.welch(own["value"], other["value"], own["cluster"].to_numpy(), other["cluster"].to_numpy())
        kept = {
            "difference": fit.estimate,
            "low": fit.low,
            "high": fit.high,
            "t": fit.statistic,
            "df": fit.df,
            "p": fit.p,
        }
        lines.append({"game": game, **kept, "matches": fit.units})
    return pd.DataFrame(lines)


def sweep(folder: str | Path) -> dict[str, float]:
    """GPT-4 against each other model in the 144 games, totals paired within the match."""
    rows, figures = released.sweep(folder), dict[str, float]()
    for name, model in OTHERS.items():
        both = scores.paired(rows, "gpt4", model)
        fit = paired_t.paired_t(both["gpt4"], both[model])
        figures[f"all_{name}_t"] = _known(fit.statistic)
        figures |= {f"all_{name}_d": fit.details["d"]} if name == "llama2" else {}
    return figures


def people(folder: str | Path) -> dict[str, float]:
    """Prompted minus base: scores with a random intercept a person; coordination over rows, as published."""
    rows, figures = frame.rows(released.humans(folder), "points"), dict[str, float]()
    rows["prompted"] = (rows["opponent"] == "Prompted").astype(float)
    for short, game in GAMES.items():
        part = rows[rows["game"] == game]
        fit = random_intercept.random_intercept(part["value"], part[["prompted"]], part["cluster"])
        figures |= {f"human_{short}_score": _known(fit.estimate), f"human_{short}_score_t": _known(fit.statistic)}
    coded = {"bos_coordination": ("bos", (7, 10)), "pd_defection": ("pd", (5,)), "pd_cooperation": ("pd", (8,))}
    for name, (short, counted) in coded.items():
        part = rows[rows["game"] == GAMES[short]]
        odds: Fit = logit.logit(part["value"].isin(counted).astype(float), part[["prompted"]])
        figures |= {f"human_{name}": _known(odds.estimate), f"human_{name}_z": _known(odds.statistic)}
    return figures


def _known(value: float | None) -> float:
    return float("nan") if value is None else float(value)
