"""Rates of user-turn tables: follow-ups, classes, controls, accuracy. Contexts are the units."""

from __future__ import annotations

import pandas as pd

from analysis.stats import estimate, frame
from probes.schema import CLASSES


def turns(table: pd.DataFrame, perturbation: str | None = "none", measure: str = "follow_up") -> pd.DataFrame:
    """One line per generated turn, `value` being `measure`; `perturbation=None` keeps all."""
    rows = frame.rows(table, measure)
    return rows if perturbation is None else rows[rows["perturbation"] == perturbation]


def rates(table: pd.DataFrame, groups: tuple[str, ...] = ("perturbation", "temperature")) -> pd.DataFrame:
    """Follow-up rate with interval per cell, contexts being the independent units."""
    return estimate.by(turns(main(table), None), "follow_up", list(groups))


def elsewhere(table: pd.DataFrame) -> pd.DataFrame:
    """The null of the rates by temperature: the same untouched turns, read against another context."""
    read = turns(main(table), "none", "follow_up_mismatched")
    return estimate.by(read, "follow_up_mismatched", ["temperature"])


def composition(table: pd.DataFrame, groups: tuple[str, ...] = ("temperature",)) -> pd.DataFrame:
    """Share of every class per cell with interval: columns groups + [class, value, low, high, units, rows, ...]."""
    written = turns(main(table)).dropna(subset=["value"])
    parts = [
        estimate.by(written.assign(value=(written["class"] == name).astype(float)), "follow_up", list(groups)).assign(
            **{"class": name}
        )
        for name in CLASSES
    ]
    return pd.concat(parts, ignore_index=True)


def main(table: pd.DataFrame) -> pd.DataFrame:
    """The rows claims are about: the model's own answers to the first query, where the table has such."""
    for fact, wanted in (("answer_source", "own"), ("depth", 1)):
        if (table[fact] == wanted).any():
            table = table[table[fact] == wanted]
    return table


def regimes(written: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Greedy and sampled turns, those of the two that exist."""
    parts = [("greedy", written[written["temperature"] == 0]), ("sampled", written[written["temperature"] > 0])]
    return [(name, part) for name, part in parts if len(part)]


def examples(table: pd.DataFrame, each: int = 2) -> pd.DataFrame:
    """The first `each` turns of every class at the lowest and the highest temperature: what transcripts show."""
    written = turns(table)
    ends = written[written["temperature"].isin([written["temperature"].min(), written["temperature"].max()])]
    order = ends.assign(place=ends["class"].map(list(CLASSES).index)).sort_values(
        ["place", "temperature"], kind="stable"
    )
    return order.groupby("class", sort=False).head(each).drop(columns="place")


def matched_minus_mismatched(table: pd.DataFrame) -> estimate.Estimate:
    """Follow-up rate of the turns read against their own context minus read against another one, paired by context."""
    return estimate.between(turns(table), turns(table, "none", "follow_up_mismatched"), "proportion")


def net(table: pd.DataFrame) -> pd.DataFrame:
    """The untouched turns, `value` their reading in place minus the same turn read against another context."""
    own, other = turns(table), turns(table, "none", "follow_up_mismatched")
    return own.assign(value=own["value"].to_numpy() - other["value"].to_numpy())


def controlled(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the positive control: after given answers where the table has a question appended to such, else those
    claims are about. After broken answers of its own a model may have nothing to react to."""
    control = table[(table["answer_source"] == "given") & (table["depth"] == 1)]
    return control if (control["perturbation"] == "question").any() else main(table)


def question_rise(kept: pd.DataFrame) -> estimate.Estimate:
    """Follow-up rate with a question appended minus without, paired by context, all decodings together."""
    return estimate.between(turns(kept, "question"), unasked(kept, turns(kept)), "proportion")


def unasked(table: pd.DataFrame, plain: pd.DataFrame) -> pd.DataFrame:
    """The untouched turns `plain`, read as if the question had stood there.

    The rules take "no" for a reaction only after a question, so that one raises the rate of turns that ignore it.
    """
    read = frame.rows(table, "follow_up_if_asked").set_index(["key", "row"])["value"]
    values = read.reindex(pd.MultiIndex.from_frame(plain[["key", "row"]])).to_numpy()
    return plain.assign(value=values)


def checked(table: pd.DataFrame) -> pd.DataFrame:
    """Turns after answers that could be checked, with the `accuracy` of the answer beside the turn's `value`."""
    written = turns(table)
    right = frame.rows(table, "accuracy").set_index(["key", "row"])["value"]
    written = written.assign(accuracy=right.reindex(pd.MultiIndex.from_frame(written[["key", "row"]])).to_numpy())
    return written[written["accuracy"].notna()]


def decoupling(table: pd.DataFrame, by: str = "model") -> pd.DataFrame:
    """Accuracy and follow-up rate side by side per level of `by` (model, domain), on the checkable answers only."""
    written = checked(main(table))
    lines = []
    for level, part in written.groupby(by, observed=True):
        pair = (estimate.proportion(part[name], part["cluster"].to_numpy()) for name in ("accuracy", "value"))
        accuracy, follow = (one.record() for one in pair)
        keep = ("value", "low", "high")
        line = {f"accuracy_{k}": accuracy[k] for k in keep} | {f"follow_up_{k}": follow[k] for k in keep}
        lines.append({by: level, **line, "units": follow["units"]})
    return pd.DataFrame(lines)


def brief(lines: pd.DataFrame) -> pd.DataFrame:
    """Estimates for readers: value, limits and units beside what they are of; a reason only where there is one."""
    kept = lines.drop(columns=["level", "rows", "scored", "asked", "method", "spread"], errors="ignore")
    return kept if (kept["reason"] != "").any() else kept.drop(columns="reason")
