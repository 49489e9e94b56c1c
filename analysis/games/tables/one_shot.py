"""From records of `one_shot_game` to what is given and refused, beside uniform choice and people."""

from __future__ import annotations

import pandas as pd

from analysis.stats import estimate, frame

PEOPLE = {
    "dictator": (0.28, "mem", "Engel 2011, doi:10.1007/s10683-011-9283-7, mean over experiments"),
    "ultimatum_proposer": (0.40, "abs", "Oosterbeek et al. 2004, doi:10.1023/B:EXEC.0000026978.14316.74, mean offer"),
    "trust_investor": (0.50, "mem", "Johnson and Mislin 2011, doi:10.1016/j.joep.2011.05.007, mean share sent"),
    "trust_trustee": (0.37, "mem", "Johnson and Mislin 2011, doi:10.1016/j.joep.2011.05.007, mean share returned"),
    "public_goods": (0.38, "mem", "Zelmer 2003, doi:10.1023/A:1026277420119, mean contribution"),
}
"""People's mean shares in meta-analyses: value, evidence, source. `abs`: in the abstract; `mem`: from memory."""
EVIDENCE = {"abs": "abstract", "mem": "from memory, not checked"}
UNIFORM = "the mean of uniform choice"


def shares(table: pd.DataFrame) -> pd.DataFrame:
    """One row per role: expected share given with its interval, beside uniform choice and people."""
    cells = estimate.by(table, "share", ["role"], kind="mean")[["role", "value", "low", "high", "units"]]
    alike = table.groupby("role")["uniform_share"].mean()
    people = pd.DataFrame(PEOPLE, index=["people", "evidence", "source"]).T
    cells = cells.join(alike.rename(UNIFORM), on="role").join(people, on="role")
    return cells.assign(evidence=cells["evidence"].map(EVIDENCE), role=cells["role"].str.replace("_", " "))


def refusals(table: pd.DataFrame) -> pd.DataFrame:
    """Probability of refusing by the share offered: columns share_offered, value, low, high, units."""
    rows = frame.rows(table[table["role"] == "ultimatum_responder"], "p_selfish")
    rows = rows.assign(value=1 - rows["value"], share_offered=rows["given"] / rows["stake"])
    return estimate.by(rows, "p_selfish", ["share_offered"])[["share_offered", "value", "low", "high", "units"]]
