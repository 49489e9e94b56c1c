"""Triage judgements by persona and setting. Over- and under-triage, risk propensity and sensitivity as defined here."""

from __future__ import annotations

import pandas as pd

from analysis.stats import estimate, frame

LEVELS = ("low", "raised", "urgent", "emergency")
NAMES = {
    "over": "over-triage",
    "under": "under-triage",
    "propensity": "risk propensity",
    "sensitivity": "risk sensitivity",
    "consistency": "consistency",
}
DEFINITIONS = {
    "over": "share of judgements more urgent than the rule",
    "under": "share of judgements less urgent than the rule",
    "propensity": "under-triage minus over-triage; positive takes risks",
    "sensitivity": "mean judged level of urgent and emergency patients minus that of the others; 0 sees no severity",
    "consistency": "share of patients judged alike in all paraphrases, where there are several",
}


def defined() -> str:
    """The definitions in a sentence each, labelled as ours."""
    listed = "; ".join(f"{NAMES[name]}: {meaning}" for name, meaning in DEFINITIONS.items())
    return f"Our definitions (no published protocol has any). {listed[0].upper()}{listed[1:]}."


def confusion(table: pd.DataFrame) -> pd.DataFrame:
    """One line per persona, setting, true and judged level: count, and share of the true level's judgements."""
    rows = frame.rows(table, "correct")
    rows = rows[rows["status"] == "ok"]
    keys = ["persona", "setting", "truth"]
    counts = rows.groupby([*keys, "answer"], sort=False).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(LEVELS), fill_value=0).rename_axis(columns="answer")
    counts = counts.reset_index().melt(keys, var_name="answer", value_name="count")
    counts["share"] = counts["count"] / counts.groupby(keys)["count"].transform("sum")
    return counts


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """One line per persona, setting and quantity of DEFINITIONS (and accuracy): value, low, high, units."""
    lines = []
    for (persona, setting), part in table.groupby(["persona", "setting"], sort=False, observed=True):
        for name, value in _quantities(part).items():
            lines.append({"persona": persona, "setting": setting, "quantity": name, **value.record()})
    return pd.DataFrame(lines)


def _quantities(part: pd.DataFrame) -> dict[str, estimate.Estimate]:
    values = {name: frame.rows(part, name) for name in ("correct", "over", "under", "shift")}
    shift = values["shift"].assign(judged=values["shift"]["value"] + values["shift"]["truth"].map(LEVELS.index))
    severe = shift["truth"].isin(LEVELS[2:])
    mild, grave = shift[~severe], shift[severe]
    alike = shift.groupby("cluster")["answer"].nunique().eq(1) if shift["paraphrase"].nunique() > 1 else None
    propensity = values["under"]["value"].to_numpy() - values["over"]["value"].to_numpy()
    estimates = {
        "accuracy": estimate.proportion(values["correct"]["value"], values["correct"]["cluster"]),
        "over": estimate.proportion(values["over"]["value"], values["over"]["cluster"]),
        "under": estimate.proportion(values["under"]["value"], values["under"]["cluster"]),
        "propensity": estimate.mean(propensity, values["under"]["cluster"]),
        "sensitivity": estimate.difference(grave["judged"], mild["judged"], grave["cluster"], mild["cluster"]),
    }
    if alike is not None:
        estimates["consistency"] = estimate.proportion(alike.to_numpy(float), alike.index.to_numpy())
    return estimates


def shown(lines: pd.DataFrame) -> pd.DataFrame:
    """`summary` with a row per persona and setting and a column a quantity, intervals as text."""
    parts = zip(lines["value"].astype(float), lines["low"].astype(float), lines["high"].astype(float), lines["reason"],
                strict=True)  # fmt: skip
    texts = [
        reason if a != a else f"{a:.2f}" + (f" ({b:.2f} to {c:.2f})" if b == b else "") for a, b, c, reason in parts
    ]
    keys = ["persona", "setting"]
    wide = lines.assign(text=texts).pivot(index=keys, columns="quantity", values="text")
    order = lines[keys].drop_duplicates()
    wide = wide.loc[list(order.itertuples(index=False, name=None)), list(dict.fromkeys(lines["quantity"]))]
    wide = wide.rename(columns=NAMES)
    return wide.join(lines.groupby(keys)["units"].max().rename("patients")).reset_index()
