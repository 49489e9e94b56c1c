"""Rates of user-turn tables: follow-ups, classes, perturbation contrasts, accuracy. Contexts are the units."""

from __future__ import annotations

import pandas as pd

from analysis import estimate, frame
from analysis.fits import holm, mcnemar

CLASSES = ("follow_up", "restatement", "carry_on", "unrelated", "thanks", "malformed")


def turns(table: pd.DataFrame, perturbation: str | None = "none", measure: str = "follow_up") -> pd.DataFrame:
    """One line per generated turn, `value` being `measure`; `perturbation=None` keeps all."""
    rows = frame.rows(table, measure)
    return rows if perturbation is None else rows[rows["perturbation"] == perturbation]


def rates(table: pd.DataFrame, groups: tuple[str, ...] = ("perturbation", "temperature")) -> pd.DataFrame:
    """Follow-up rate with interval per cell, contexts being the independent units."""
    return estimate.by(turns(main(table), None), "follow_up", list(groups))


def composition(table: pd.DataFrame, groups: tuple[str, ...] = ("temperature",)) -> pd.DataFrame:
    """Share of every class per cell with interval: columns groups + [class, value, low, high, units, rows, ...]."""
    said = turns(main(table)).dropna(subset=["value"])
    parts = [
        estimate.by(said.assign(value=(said["class"] == name).astype(float)), "follow_up", list(groups)).assign(
            **{"class": name}
        )
        for name in CLASSES
    ]
    return pd.concat(parts, ignore_index=True)


FACTORS = {"perturbation": "none", "answer_source": "given", "depth": 1}
"""What is varied, and the level each is compared with."""


def main(table: pd.DataFrame) -> pd.DataFrame:
    """The rows claims are about: the model's own answers to the first query, where the table has such."""
    for fact, wanted in (("answer_source", "own"), ("depth", 1)):
        if (table[fact] == wanted).any():
            table = table[table[fact] == wanted]
    return table


def contrasts(table: pd.DataFrame) -> pd.DataFrame:
    """Follow-up rate at each level of each varied factor minus its baseline, paired by context, decodings apart.

    The other factors stay at the main condition. Greedy turns (one a context) get McNemar's mid-p value, sampled
    ones an interval by context only; `p_holm` is adjusted over all greedy contrasts.
    """
    lines = []
    for factor, baseline in FACTORS.items():
        said = _varied(table, factor)
        for decoding, part in regimes(said):
            plain = part[part[factor] == baseline]
            for level in [one for one in part[factor].unique() if one != baseline and len(plain)]:
                changed = part[part[factor] == level]
                gap = estimate.between(changed, plain, "proportion")
                line = {"factor": factor, "condition": str(level), "decoding": decoding, **gap.record()}
                lines.append(line | {"p": _mid_p(changed, plain) if decoding == "greedy" else None})
    return _adjusted(pd.DataFrame(lines, columns=None if lines else ["factor", "condition", "decoding", "value", "p"]))


def _varied(table: pd.DataFrame, factor: str) -> pd.DataFrame:
    """All levels of one factor, the others at their main level."""
    kept = turns(table, None if factor == "perturbation" else "none")
    if factor == "perturbation":
        return main(kept)
    other, wanted = ("depth", 1) if factor == "answer_source" else ("answer_source", "given")
    return kept[kept[other] == wanted] if (kept[other] == wanted).any() else kept


def regimes(said: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Greedy and sampled turns, those of the two that exist."""
    parts = [("greedy", said[said["temperature"] == 0]), ("sampled", said[said["temperature"] > 0])]
    return [(name, part) for name, part in parts if len(part)]


def _mid_p(changed: pd.DataFrame, plain: pd.DataFrame) -> float | None:
    both = changed.set_index("cluster")["value"].to_frame("a").join(plain.set_index("cluster")["value"].rename("b"))
    both = both.dropna()
    return mcnemar.mcnemar(*mcnemar.pairs(both["a"], both["b"]), mid=True).p


def _adjusted(lines: pd.DataFrame) -> pd.DataFrame:
    names = lines["factor"] + " " + lines["condition"] + " " + lines["decoding"]
    greedy = lines["decoding"] == "greedy"
    known = dict(zip(names[greedy], (None if pd.isna(p) else p for p in lines["p"][greedy]), strict=True))
    adjusted = holm.holm(known, list(known)).set_index("test")["adjusted"] if known else pd.Series(dtype=float)
    return lines.assign(p_holm=names.map(adjusted))


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
    own, other = turns(table), turns(table, "none", "follow_up_mismatched")
    return estimate.mean(own["value"].to_numpy() - other["value"].to_numpy(), own["cluster"].to_numpy())


def controlled(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the positive control: after given answers where the table has a question appended to such, else those
    claims are about. After broken answers of its own a model may have nothing to react to."""
    given = table[(table["answer_source"] == "given") & (table["depth"] == 1)]
    return given if (given["perturbation"] == "question").any() else main(table)


def question_rise(kept: pd.DataFrame) -> estimate.Estimate:
    """Follow-up rate with a question appended minus without, paired by context, all decodings together."""
    return estimate.between(turns(kept, "question"), turns(kept, "none"), "proportion")


def checked(table: pd.DataFrame) -> pd.DataFrame:
    """Turns after answers that could be checked, with the `accuracy` of the answer beside the turn's `value`."""
    said = turns(table)
    right = frame.rows(table, "accuracy").set_index(["key", "row"])["value"]
    said = said.assign(accuracy=right.reindex(pd.MultiIndex.from_frame(said[["key", "row"]])).to_numpy())
    return said[said["accuracy"].notna()]


def decoupling(table: pd.DataFrame, by: str = "model") -> pd.DataFrame:
    """Accuracy and follow-up rate side by side per level of `by` (model, domain), on the checkable answers only."""
    said = checked(main(table))
    lines = []
    for level, part in said.groupby(by, observed=True):
        pair = (estimate.proportion(part[name], part["cluster"].to_numpy()) for name in ("accuracy", "value"))
        accuracy, follow = (one.record() for one in pair)
        keep = ("value", "low", "high")
        line = {f"accuracy_{k}": accuracy[k] for k in keep} | {f"follow_up_{k}": follow[k] for k in keep}
        lines.append({by: level, **line, "units": follow["units"]})
    return pd.DataFrame(lines)
