"""The same turns through every instrument: its rate, and how far it agrees with labels on turns a model wrote."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.stats import estimate, frame
from analysis.user_turn.tables import main, turns
from analysis.user_turn.tables.instruments import BOTH, FRESH, GROUNDED, agreement, agrees

TURN = ["context", "temperature", "sample", "depth", "answer_source"]
"""What a turn that a judge read is known by."""


def by_instrument(table: pd.DataFrame, checks: pd.DataFrame, judged: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per instrument: follow-up rate of the untouched turns, all decodings, and its kappa with the labels.

    Columns: instrument, value, low, high, units, kappa, kappa_low, kappa_high, verdict. `checks` is a table of
    `user_turn_instruments`, `judged` one of `user_turn_judge`. Kappa is that on the fresh turns of SmolLM2-135M.
    """
    rng = np.random.default_rng(0)
    known = agreement(checks, rng).set_index("pair")
    lines = [_line("rules", turns(main(table)), known.loc[FRESH])]
    if known.loc[BOTH, "turns"] and both(table)["value"].notna().any():
        hottest = main(table)["temperature"].max()
        lines.append(_line(f"rules and grounding, temperature {hottest:g}", both(table), known.loc[BOTH]))
    if judged is not None:
        rows = frame.rows(judged, "follow_up")
        fresh = rows[rows["origin"] == "labelled"]
        judgements = fresh["value"].map({1.0: "follow_up", 0.0: "other"})
        name = f"judge: {judged['model'].iloc[0]}"
        kappa = agrees("judge", fresh["other_says"], judgements, fresh["cluster"], rng)
        lines.append(_line(name, main(rows[rows["origin"] == "run"]), pd.Series(kappa)))
    return pd.DataFrame(lines)


def both(table: pd.DataFrame) -> pd.DataFrame:
    """The untouched turns with `value` 1 where the rules see a follow-up and grounding puts it into its context.

    Grounding reads the first sample at the highest temperature alone; an empty turn there needs none.
    """
    rules, grounding = turns(main(table)), turns(main(table), "none", "grounding")
    here = pd.Series(grounding["value"].to_numpy(), pd.MultiIndex.from_frame(grounding[["key", "row"]]))
    nats = here.reindex(pd.MultiIndex.from_frame(rules[["key", "row"]])).to_numpy()
    asked = (rules["sample"] == 0) & (rules["temperature"] == rules["temperature"].max())
    unread = np.isnan(nats) & (~asked | (rules["text"].fillna("").str.strip() != "")).to_numpy()
    return rules.assign(value=np.where(unread, np.nan, rules["value"] * (nats > GROUNDED)))


def readings(table: pd.DataFrame, judged: pd.DataFrame | None = None) -> pd.DataFrame:
    """The untouched turns that rates are about, with the rules' `class` and, where one read them, `judge_class`."""
    rows = turns(main(table))
    if judged is None:
        return rows
    read = judged[(judged["measure"] == "follow_up") & (judged["origin"] == "run")].set_index(TURN)["class"]
    return rows.assign(judge_class=read.reindex(pd.MultiIndex.from_frame(rows[TURN])).to_numpy())


def _line(name: str, rows: pd.DataFrame, known: Any) -> dict[str, Any]:
    rate = estimate.proportion(rows["value"], rows["cluster"].to_numpy()).record()
    trust = {"kappa": known["kappa"], "kappa_low": known["low"], "kappa_high": known["high"]}
    return (
        {"instrument": name}
        | {key: rate[key] for key in ("value", "low", "high", "units")}
        | trust
        | {"verdict": known["verdict"]}
    )


def companion(real: pd.DataFrame) -> pd.DataFrame:
    """What the conversation tells about real next turns, nats a token: mean over contexts with limits, true ones and,
    as the null, those of another context."""
    names = ("information", "answer_information", "role_contrast")
    parts = [estimate.by(real, name, ["kind"], "mean").assign(measure=name) for name in names]
    lines = pd.concat(parts, ignore_index=True)
    lines = lines[lines["kind"] != "restated"]
    return lines[["measure", "kind", "value", "low", "high", "units"]]
