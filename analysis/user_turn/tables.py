"""Rates of user-turn tables: follow-ups, classes, perturbation contrasts, accuracy. Contexts are the units."""

from __future__ import annotations

import pandas as pd

from analysis import estimate, frame
from analysis.fits import holm, mcnemar

CLASSES = ("follow_up", "restatement", "carry_on", "unrelated", "thanks", "malformed")


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
    for regime, part in regimes(said):
        plain = part[part["perturbation"] == baseline]
        for name in [one for one in part["perturbation"].unique() if one != baseline]:
            changed = part[part["perturbation"] == name]
            both = (changed["value"], plain["value"], changed["cluster"].to_numpy(), plain["cluster"].to_numpy())
            line = {"perturbation": name, "decoding": regime, **estimate.difference(*both, kind="proportion").record()}
            lines.append(line | {"p": _exact(changed, plain) if regime == "greedy" else None})
    return _adjusted(pd.DataFrame(lines))


def regimes(said: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Greedy and sampled turns, those of the two that exist."""
    parts = [("greedy", said[said["temperature"] == 0]), ("sampled", said[said["temperature"] > 0])]
    return [(name, part) for name, part in parts if len(part)]


def _exact(changed: pd.DataFrame, plain: pd.DataFrame) -> float | None:
    key = [name for name in ("cluster", "depth", "answer_source") if name in changed.columns]
    both = changed.set_index(key)["value"].to_frame("a").join(plain.set_index(key)["value"].rename("b"), how="inner")
    return mcnemar.mcnemar(*mcnemar.pairs(both["a"], both["b"])).p


def _adjusted(lines: pd.DataFrame) -> pd.DataFrame:
    greedy = lines[lines["decoding"] == "greedy"] if len(lines) else lines
    if greedy.empty:
        return lines.assign(p_holm=None)
    family = list(greedy["perturbation"])
    known = dict(zip(family, (None if pd.isna(p) else p for p in greedy["p"]), strict=True))
    adjusted = holm.holm(known, family).set_index("test")["adjusted"]
    return lines.assign(p_holm=lines["perturbation"].map(adjusted).where(lines["decoding"] == "greedy"))


def examples(table: pd.DataFrame, each: int = 2) -> pd.DataFrame:
    """The first `each` turns of every class at the lowest and the highest temperature: what transcripts show."""
    said = turns(table)
    ends = said[said["temperature"].isin([said["temperature"].min(), said["temperature"].max()])]
    order = ends.assign(place=ends["class"].map(list(CLASSES).index)).sort_values(
        ["place", "temperature"], kind="stable"
    )
    return order.groupby("class", sort=False).head(each).drop(columns="place")


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
