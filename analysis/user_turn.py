"""Reading of user-turn tables: rates, classes, perturbation contrasts, controls, and the claims of the report."""

from __future__ import annotations

from typing import Any

import pandas as pd
from statsmodels.stats.multitest import multipletests

from analysis import estimate, frame
from analysis.claims import INSTRUMENT, INTERPRETATION, Claim, Gate, Paper
from analysis.fits import mcnemar

CLASSES = ("follow_up", "restatement", "carry_on", "unrelated", "thanks", "malformed")
SOURCE = "Shekkizhar et al. 2026, arXiv:2604.02315"
WHY = "other prompts, models, labels and judge; only the direction can be compared"
PAPER = {"greedy": 0.0, "hot": 0.22, "gsm8k_low": 0.41, "gsm8k_high": 0.968}
"""Published: follow-up near 0 when greedy, at most 22 % hot; GSM8K accuracy from 41 to 96.8 %."""


def turns(table: pd.DataFrame, perturbation: str | None = "none") -> pd.DataFrame:
    """One line per generated turn (the rows of `follow_up`); `perturbation=None` keeps all."""
    rows = frame.rows(table, "follow_up")
    return rows if perturbation is None else rows[rows["perturbation"] == perturbation]


def rates(table: pd.DataFrame, groups: tuple[str, ...] = ("perturbation", "temperature")) -> pd.DataFrame:
    """Follow-up rate with interval per cell, contexts being the independent units."""
    return estimate.by(turns(table, None), "follow_up", list(groups))


def composition(table: pd.DataFrame, groups: tuple[str, ...] = ("temperature",)) -> pd.DataFrame:
    """Share of every class per cell with interval: columns groups + [class, value, low, high, units, rows, ...]."""
    said = turns(table)
    parts = [
        estimate.by(said.assign(value=(said["class"] == name).astype(float)), "follow_up", list(groups)).assign(
            **{"class": name}
        )
        for name in CLASSES
    ]
    return pd.concat(parts, ignore_index=True)


def contrasts(table: pd.DataFrame, baseline: str = "none") -> pd.DataFrame:
    """Follow-up rate under each perturbation minus `baseline`, paired by context, greedy and sampled apart.

    Greedy turns (one a context) get the exact McNemar p value, sampled ones an interval by context only; `p_holm` is
    adjusted over all greedy contrasts.
    """
    said, lines = turns(table, None), []
    for regime, part in _regimes(said):
        plain = part[part["perturbation"] == baseline]
        for name in [one for one in part["perturbation"].unique() if one != baseline]:
            changed = part[part["perturbation"] == name]
            both = (changed["value"], plain["value"], changed["cluster"].to_numpy(), plain["cluster"].to_numpy())
            line = {"perturbation": name, "decoding": regime, **estimate.difference(*both, kind="proportion").record()}
            lines.append(line | {"p": _exact(changed, plain) if regime == "greedy" else None})
    return _holm(pd.DataFrame(lines))


def _regimes(said: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    parts = [("greedy", said[said["temperature"] == 0]), ("sampled", said[said["temperature"] > 0])]
    return [(name, part) for name, part in parts if len(part)]


def _exact(changed: pd.DataFrame, plain: pd.DataFrame) -> float | None:
    key = [name for name in ("cluster", "depth", "answer_source") if name in changed.columns]
    both = changed.set_index(key)["value"].to_frame("a").join(plain.set_index(key)["value"].rename("b"), how="inner")
    return mcnemar.mcnemar(*mcnemar.pairs(both["a"], both["b"])).p


def _holm(lines: pd.DataFrame) -> pd.DataFrame:
    if lines.empty:
        return lines
    known = lines["p"].notna()
    lines["p_holm"] = None
    if known.any():
        lines.loc[known, "p_holm"] = multipletests(lines.loc[known, "p"].astype(float), method="holm")[1]
    return lines


def examples(table: pd.DataFrame, each: int = 2) -> pd.DataFrame:
    """The first `each` turns of every class at the lowest and the highest temperature: what transcripts show."""
    said = turns(table)
    ends = said[said["temperature"].isin([said["temperature"].min(), said["temperature"].max()])]
    order = ends.assign(place=ends["class"].map(list(CLASSES).index)).sort_values(
        ["place", "temperature"], kind="stable"
    )
    return order.groupby("class", sort=False).head(each).drop(columns="place")


def gates(table: pd.DataFrame, floor: float = 0.1) -> tuple[Gate, ...]:
    """The two controls without which a rate means nothing.

    Positive: with a question appended to the answer, at least `floor` of the turns are follow-ups (a broken template
    gives none). Negative: the same turns read against another context count as follow-ups less often.
    """
    asked = turns(table, "question")
    shown = float(asked["value"].mean()) if asked["value"].notna().any() else None
    positive = Gate(
        "positive control: question appended",
        shown,
        None if shown is None else shown >= floor,
        f"its follow-up rate must reach {floor:g}",
        INSTRUMENT,
    )
    gap = matched_minus_mismatched(table)
    negative = Gate(
        "negative control: another context",
        gap.value,
        None if gap.low is None else gap.low > 0,
        "own context must beat another's: interval above 0",
        INTERPRETATION,
    )
    return positive, negative


def matched_minus_mismatched(table: pd.DataFrame) -> estimate.Estimate:
    """Follow-up rate of the turns read against their own context minus read against another one, paired by context."""
    own, other = turns(table), frame.rows(table, "follow_up_mismatched")
    other = other[other["perturbation"] == "none"]
    return estimate.mean(own["value"].to_numpy() - other["value"].to_numpy(), own["cluster"].to_numpy())


def decoupling(table: pd.DataFrame, by: str = "model") -> pd.DataFrame:
    """Accuracy and follow-up rate side by side per level of `by` (model, domain), on the checkable answers only."""
    said = turns(table)
    right = frame.rows(table, "accuracy").set_index(["key", "row"])["value"]
    said = said.assign(accuracy=right.reindex(pd.MultiIndex.from_frame(said[["key", "row"]])).to_numpy())
    said = said[said["accuracy"].notna()]
    lines = []
    for level, part in said.groupby(by, observed=True):
        pair = (estimate.proportion(part[name], part["cluster"].to_numpy()) for name in ("accuracy", "value"))
        accuracy, follow = (one.record() for one in pair)
        keep = ("value", "low", "high")
        line = {f"accuracy_{k}": accuracy[k] for k in keep} | {f"follow_up_{k}": follow[k] for k in keep}
        lines.append({by: level, **line, "units": follow["units"]})
    return pd.DataFrame(lines)


def claims(table: pd.DataFrame) -> list[Claim]:
    """The first screen: does this model expect a reaction, how sure are we, and what does it write instead."""
    said, checked, name = turns(table), gates(table), str(table["model"].iloc[0])
    found = [_rate_claim(part, table, regime, checked, name) for regime, part in _regimes(said)]
    cold, hot = said[said["temperature"] == 0], said[said["temperature"] == said["temperature"].max()]
    if len(cold) and len(hot) and said["temperature"].max() > 0:
        found.append(_heat_claim(cold, hot, checked, name))
    lifted = contrasts(table)
    for line in lifted[lifted["perturbation"] == "question"].to_dict("records") if len(lifted) else []:
        found.append(_question_claim(line, checked[1:], name))
    return [*found, _instead_claim(said, checked, name)]


def _rate_claim(part: pd.DataFrame, table: pd.DataFrame, regime: str, checked: Any, name: str) -> Claim:
    other = frame.rows(table, "follow_up_mismatched")
    other = other[(other["perturbation"] == "none") & (other["temperature"].isin(part["temperature"].unique()))]
    return Claim(
        f"Does the model expect a reaction to its answer ({regime})?",
        estimate.proportion(part["value"], part["cluster"].to_numpy()),
        "share of user turns",
        null=float(other["value"].mean()),
        null_name="the same turns read against another context",
        subject=f"The genuine follow-up rate of {name}, {regime},",
        gates=checked,
        paper=Paper(PAPER["greedy" if regime == "greedy" else "hot"], SOURCE, "abs", "direction only", WHY),
        units_name="contexts",
    )


def _heat_claim(cold: pd.DataFrame, hot: pd.DataFrame, checked: Any, name: str) -> Claim:
    gap = estimate.difference(
        hot["value"], cold["value"], hot["cluster"].to_numpy(), cold["cluster"].to_numpy(), kind="proportion"
    )
    top = hot["temperature"].iloc[0]
    return Claim(
        "Does heat bring follow-ups out?",
        gap,
        "difference of shares",
        null=0.0,
        null_name="no difference",
        subject=f"The follow-up rate of {name} at temperature {top:g} minus greedy",
        gates=checked,
        paper=Paper(0.22, SOURCE, "abs", "direction only", WHY),
        units_name="contexts",
    )


def _question_claim(line: dict[Any, Any], checked: Any, name: str) -> Claim:
    keep = ("value", "low", "high", "level", "units", "rows", "scored", "asked", "method", "spread", "reason")
    return Claim(
        f"Does a question at the end of the answer raise the rate ({line['decoding']})?",
        estimate.Estimate(**{key: line[key] for key in keep}),
        "difference of shares",
        null=0.0,
        null_name="no difference",
        subject=f"With a question appended, the {line['decoding']} follow-up rate of {name} minus without",
        gates=checked,
        units_name="contexts",
    )


def _instead_claim(said: pd.DataFrame, checked: Any, name: str) -> Claim:
    others = said[said["class"] != "follow_up"]["class"]
    top = str(others.value_counts().index[0]) if len(others) else "nothing else"
    share = estimate.proportion((said["class"] == top).astype(float), said["cluster"].to_numpy())
    return Claim(
        f"What does it write instead? Most often: {top.replace('_', ' ')}",
        share,
        "share of user turns",
        subject=f"Of all user turns of {name}, the share classed as {top.replace('_', ' ')}",
        units_name="contexts",
    )
