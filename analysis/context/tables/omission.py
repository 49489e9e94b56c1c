"""When to leave a model's earlier replies out: a sparse classifier by conversation, and what each rule costs and saves.

Source of the idea: the adaptive filter of Huang et al. 2026 (arXiv 2602.24287): L1 logistic regression on turn facts,
full context where it is likely enough to win. Here it wins where it raises the log-probability of the right reply by
more than a margin (a smaller gain counts as a tie, and ties go to the short context); no judge is asked, and features
are what is known before the reply: no author's label, no embedding.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.stats import estimate, frame

FEATURES = ("round", "user_chars", "assistant_chars", "feedback", "no_feedback")
SPLITS = 5
MARGIN = 0.25
"""Nats per token: gains up to this are not worth the longer context."""
STRENGTHS = (0.03, 0.1, 1.0)
"""Inverse strengths of the L1 penalty, chosen within each training fold."""


@dataclass(frozen=True)
class Omission:
    """Out-of-fold probabilities that the full context wins, and how good they are; `reason` where nothing was fitted.

    `f1` of the classifier at one half; `f1_always` of saying "full" every time; `weights` of the fit on all rounds.
    """

    p: np.ndarray
    margin: float = MARGIN
    f1: float | None = None
    f1_always: float | None = None
    weights: dict[str, float] = field(default_factory=dict)
    reason: str = ""


def rounds(table: pd.DataFrame, context: str = "last_turn") -> pd.DataFrame:
    """`own_words`: one row per round with the features, `gain` of the full context over a reduced one, and `kept`, the
    reduced context's length as a share of the full one. By default the newest message stays alone."""
    rows = frame.rows(table, "gain").query("target == 'reply' and context == @context")
    saved = frame.rows(table, "saved").query("target == 'reply' and context == @context")
    named = rows.rename(columns={"value": "gain"}).assign(kept=1 - saved["value"].to_numpy())
    for name in ("feedback", "no_feedback"):
        named[name] = (named["rule_type"] == name).astype(float)
    columns = ["cluster", "kind", "type", "rule_type", "gain", "kept", *FEATURES]
    return named[columns].dropna(subset=["gain"]).reset_index(drop=True)


def omission(lines: pd.DataFrame, rng: np.random.Generator, margin: float = MARGIN) -> Omission:
    """Fit on `rounds`; folds hold whole conversations. Refuses with fewer than ten conversations or one outcome."""
    wins, groups = (lines["gain"] > margin).to_numpy(), lines["cluster"].to_numpy()
    empty = np.full(len(lines), np.nan)
    if lines["cluster"].nunique() < 2 * SPLITS:
        return Omission(empty, margin, reason=f"fewer than {2 * SPLITS} conversations")
    if min(wins.sum(), (~wins).sum()) < 2 * SPLITS:
        return Omission(empty, margin, reason="the full context wins nearly always or nearly never")
    from sklearn.metrics import f1_score
    from sklearn.model_selection import GroupKFold

    seed = int(rng.integers(2**31))
    folds = GroupKFold(SPLITS, shuffle=True, random_state=seed)
    x, p = lines[list(FEATURES)].to_numpy(dtype=float), empty
    for train, test in folds.split(x, wins, groups):
        p[test] = _fitted(x[train], wins[train], groups[train], seed).predict_proba(x[test])[:, 1]
    final = _fitted(x, wins, groups, seed).best_estimator_[-1]
    weights = dict(zip(FEATURES, final.coef_[0].tolist(), strict=True))
    return Omission(
        p,
        margin,
        float(f1_score(wins, p >= 0.5, zero_division=0.0)),
        float(f1_score(wins, np.ones_like(wins))),
        weights,
    )


def tradeoff(lines: pd.DataFrame, fit: Omission, thresholds: int = 21) -> pd.DataFrame:
    """What each rule keeps and costs: columns rule, threshold, kept, value, low, high (+ counts).

    kept: characters of context as a share of always full. value: mean loss of log-probability of the right reply
    against always full, nats per token (below 0: better than full), interval by conversation. Rules: `filter` at every
    threshold, `always full`, `always omit`, `omit new asks` (by rule), and `oracle`, which knows the outcome.
    """
    wins = (lines["gain"] > fit.margin).to_numpy()
    fixed = {"always full": np.ones(len(lines), bool), "always omit": np.zeros(len(lines), bool),
             "omit new asks": (lines["rule_type"] != "new_ask").to_numpy(), "oracle": wins}  # fmt: skip
    swept = [("filter", float(t), fit.p >= t) for t in np.linspace(0, 1, thresholds)] if not fit.reason else []
    full = (lines["user_chars"] + lines["assistant_chars"]).to_numpy(dtype=float)
    outcomes = []
    for rule, threshold, keep in [*swept, *((name, np.nan, keep) for name, keep in fixed.items())]:
        kept = float((full * np.where(keep, 1.0, lines["kept"])).sum() / full.sum()) if len(lines) else np.nan
        loss = estimate.mean(np.where(keep, 0.0, lines["gain"]), lines["cluster"].to_numpy())
        outcomes.append({"rule": rule, "threshold": threshold, "kept": kept, **loss.record()})
    return pd.DataFrame(outcomes)


def _fitted(x: np.ndarray, y: np.ndarray, groups: np.ndarray, seed: int) -> Any:
    """Standardised L1 logistic regression, classes balanced, strength chosen by grouped cross-validation on F1."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score, make_scorer
    from sklearn.model_selection import GridSearchCV, GroupKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    sparse = LogisticRegression(l1_ratio=1.0, solver="liblinear", class_weight="balanced", random_state=seed)
    search = GridSearchCV(
        make_pipeline(StandardScaler(), sparse),
        {"logisticregression__C": list(STRENGTHS)},
        scoring=make_scorer(f1_score, zero_division=0.0),
        cv=GroupKFold(3),
    )
    return search.fit(x, y, groups=groups)
