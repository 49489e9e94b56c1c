"""Estimates from the contrast probes' tables, conversations (or cases) being the independent units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.fits._fit import Fit
from analysis.stats.fits.kappa import kappa

TYPES = ("new_ask", "feedback", "no_feedback")


def gains(table: pd.DataFrame, groups: Sequence[str] = ("context",), target: str = "reply") -> pd.DataFrame:
    """`own_words`: mean gain of the full context over each reduced one, nats per token, per cell of `groups`."""
    return estimate.by(table[table["target"] == target], "gain", list(groups), kind="mean")


def pull(table: pd.DataFrame, context: str = "user_joined") -> pd.DataFrame:
    """`own_words`, planted rounds: how much more the earlier replies help the error than the right reply.

    One line per conversation and round: `error` and `reply` (gains), `pull` = error - reply in nats per token; above 0
    where the model's past error draws the next reply towards it.
    """
    rows = frame.rows(table, "gain").query("planted and context == @context")
    keys = ["cluster", "round"]
    lines = rows.pivot_table(index=keys, columns="target", values="value").reset_index()
    lines.columns.name = None
    for name in ("error", "reply"):
        lines[name] = lines.get(name, np.nan)
    return lines[[*keys, "error", "reply"]].assign(pull=lines["error"] - lines["reply"])


def polluted(table: pd.DataFrame, context: str = "user_joined", top: int = 10) -> pd.DataFrame:
    """Rounds where leaving out the earlier replies helps the right reply most: candidates for context pollution.

    Columns cluster, round, kind, type, planted, gain (negative: omission helps). A ranking, not a test: the extremes of
    any noisy list look strong.
    """
    rows = frame.rows(table, "gain").query("target == 'reply' and context == @context")
    named = rows.rename(columns={"value": "gain"})[["cluster", "round", "kind", "type", "planted", "gain"]]
    return named.sort_values("gain", kind="stable").head(top).reset_index(drop=True)


def quality(table: pd.DataFrame, measure: str = "correct", against: str = "full") -> pd.DataFrame:
    """`own_rounds`: every context minus `against`, paired by conversation, from round 2 on; one row per context.

    `correct` is compared on checkable rounds, `next_user` where a next message exists.
    """
    rows = frame.rows(table, measure).query("round > 1")
    if measure == "correct":
        rows = rows[rows["checkable"]]
    if measure == "next_user":
        rows = rows[rows["round"] < rows["rounds"]]
    base = rows[rows["context"] == against]
    kind = "proportion" if measure == "correct" else "mean"
    lines = []
    for name, part in rows[rows["context"] != against].groupby("context", sort=False):
        lines.append({"context": name, "measure": measure, **estimate.between(part, base, kind).record()})
    return pd.DataFrame(lines)


def savings(table: pd.DataFrame, against: str = "full") -> pd.DataFrame:
    """`own_rounds`: length of each context as a share of the full one, per round; ratio of sums with interval."""
    rows = frame.rows(table, "context_chars").query("round > 1")
    chars = rows.pivot_table(index=["cluster", "round"], columns="context", values="value").dropna().reset_index()
    lines = [
        {"context": name, "round": number, **share.record()}
        for name in [name for name in rows["context"].unique() if name != against]
        for number, part in [("all", chars), *chars.groupby("round")]
        for share in [estimate.ratio(part[name], part[against], part["cluster"].to_numpy())]
    ]
    return pd.DataFrame(lines)


def hindsight(table: pd.DataFrame, measure: str = "over_unrelated", groups: Sequence[str] = ()) -> pd.DataFrame:
    """`hindsight`: mean advantage per kind of message, nats per token. Baselines: `over_unrelated`, `over_empty`."""
    return estimate.by(table, measure, ["message", *groups], kind="mean")


def profile(table: pd.DataFrame, measure: str = "kl", edit: str = "mask") -> pd.DataFrame:
    """`information_gain`: effect of overwriting each user turn on the last reply, one line per conversation and turn.

    Columns cluster, kind, type, needs, turn, back (turns before the last user turn: 0 is the last), value.
    """
    rows = frame.rows(table, measure).query("edit == @edit and reply_to == rounds")
    named = rows.assign(back=(rows["rounds"] - rows["turn"]).astype(int))
    return named[["cluster", "kind", "type", "needs", "turn", "back", "value"]].reset_index(drop=True)


def agreement(table: pd.DataFrame, rng: np.random.Generator) -> dict[str, Fit]:
    """`turn_type`: Cohen's kappa of rule with author, judge with author and judge with rule, over later user turns.

    The judge's type is that of the largest mean probability over the orders of the options.
    """
    p = {name: frame.wide(table, f"p_{name}", "type", ["cluster", "round"]).mean(axis=1) for name in TYPES}
    judged = pd.DataFrame(p).idxmax(axis=1)
    facts = table.drop_duplicates(["cluster", "round"]).set_index(["cluster", "round"])[["type", "rule_type"]]
    both = facts.join(judged.rename("judge"), how="inner").reset_index()
    pairs = {"rule and author": ("rule_type", "type"), "judge and author": ("judge", "type"),
             "judge and rule": ("judge", "rule_type")}  # fmt: skip
    clusters = both["cluster"].to_numpy()
    return {name: kappa(both[a], both[b], clusters=clusters, rng=rng) for name, (a, b) in pairs.items()}


def kappas(fits: dict[str, Fit]) -> pd.DataFrame:
    """`agreement` as lines: pair, kappa, low, high, agreement (share of turns), turns, reason."""
    return pd.DataFrame(
        {"pair": name, "kappa": fit.estimate, "low": fit.low, "high": fit.high,
         "agreement": fit.details.get("agreement"), "turns": fit.rows, "reason": fit.reason}
        for name, fit in fits.items()
    )  # fmt: skip


def verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """`own_judge`: preference for the full context, position bias and ties per view, both orders averaged first."""
    rows = table.assign(arm=table["shown_first"])
    parts = [estimate.by(rows, name, ["view"], kind="mean").assign(measure=name) for name in
             ("preference", "first", "tie")]  # fmt: skip
    return pd.concat(parts, ignore_index=True)
