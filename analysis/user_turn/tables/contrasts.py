"""What each change to the answer does to the follow-up rate: paired by context, tested, Holm over all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.stats import estimate
from analysis.stats.fits import holm, mcnemar, paired_t
from analysis.user_turn.tables import main, regimes, turns, unasked

FACTORS = {"perturbation": "none", "answer_source": "given", "depth": 1}
"""What is varied, and the level each is compared with."""
DRAWS = 400
"""Redraws of the contexts behind the bootstrap limits."""
COLUMNS = ["factor", "condition", "decoding", "value", "low", "high", "boot_low", "boot_high", "test", "p", "p_holm"]


def contrasts(table: pd.DataFrame) -> pd.DataFrame:
    """Follow-up rate at each level of each varied factor minus its baseline, paired by context, decodings apart.

    The other factors stay at the main condition. Greedy turns, one a context, get the exact McNemar test, sampled ones
    the paired t of the contexts' rates and, as `boot_low` and `boot_high`, limits by cluster bootstrap beside those by
    t. `p_holm` is adjusted over all lines; a test that could not be made counts in the family and rejects nothing.
    """
    lines, rng = [], np.random.default_rng(0)
    for factor, baseline in FACTORS.items():
        for decoding, part in regimes(_varied(table, factor)):
            plain = part[part[factor] == baseline]
            for level in [one for one in part[factor].unique() if one != baseline and len(plain)]:
                changed, beside = part[part[factor] == level], unasked(table, plain) if level == "question" else plain
                line = {"factor": factor, "condition": str(level), "decoding": decoding}
                line |= estimate.between(changed, beside, "proportion").record()
                tested = _exact(changed, beside) if decoding == "greedy" else _sampled(changed, beside, rng)
                lines.append(line | tested)
    return _adjusted(pd.DataFrame(lines)) if lines else pd.DataFrame(columns=COLUMNS)


def _varied(table: pd.DataFrame, factor: str) -> pd.DataFrame:
    """All levels of one factor, the others at their main level."""
    kept = turns(table, None if factor == "perturbation" else "none")
    if factor == "perturbation":
        return main(kept)
    other, wanted = ("depth", 1) if factor == "answer_source" else ("answer_source", "given")
    return kept[kept[other] == wanted] if (kept[other] == wanted).any() else kept


def _exact(changed: pd.DataFrame, plain: pd.DataFrame) -> dict[str, Any]:
    both = changed.set_index("cluster")["value"].to_frame("a").join(plain.set_index("cluster")["value"].rename("b"))
    both = both.dropna()
    return {"test": "exact McNemar", "p": mcnemar.mcnemar(*mcnemar.pairs(both["a"], both["b"])).p}


def _sampled(changed: pd.DataFrame, plain: pd.DataFrame, rng: np.random.Generator) -> dict[str, Any]:
    both = pd.concat([changed, plain])
    side = np.repeat([1, 0], [len(changed), len(plain)])
    limits = estimate.bootstrap(_gap, (both["value"], side), both["cluster"].to_numpy(), rng, draws=DRAWS)
    fit = paired_t.paired_t(
        changed["value"], plain["value"], changed["cluster"].to_numpy(), plain["cluster"].to_numpy()
    )
    return {"boot_low": limits.low, "boot_high": limits.high, "test": "paired t by context", "p": fit.p}


def _gap(values: np.ndarray, side: np.ndarray) -> float:
    if side.all() or not side.any():
        return float("nan")
    return float(values[side == 1].mean() - values[side == 0].mean())


def _adjusted(lines: pd.DataFrame) -> pd.DataFrame:
    names = lines["factor"] + " " + lines["condition"] + " " + lines["decoding"]
    known = dict(zip(names, (None if pd.isna(p) else p for p in lines["p"]), strict=True))
    return lines.assign(p_holm=names.map(holm.holm(known, list(known)).set_index("test")["adjusted"]))
