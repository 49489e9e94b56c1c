"""What thinking did in a run: how many thoughts there were, how many the budget cut, and how far they decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from probes import schema


def sentences(run: str | Path) -> list[str]:
    """A sentence for each probe of a run whose model thought; of one whose records cannot be read, none."""
    found = []
    for about in schema.manifests(run):
        if (about.get("model_info") or {}).get("thinking"):
            with suppress(schema.Unreadable, OSError, LookupError):
                trials = schema.trials(run, str(about["probe"])).values()
                asked = [one for trial in trials for one in trial.get("asked", []) if one.get("thoughts")]
                found += [f"{about['probe']}: {sentence(asked)}"] if asked else []
    return found


def sentence(replies: Iterable[Mapping[str, Any]]) -> str:
    """How many thoughts, which share was closed by the budget, and which share of the variance lies between thoughts.

    Examples
    --------
    >>> thoughts = [{"stop": "length", "logprobs": {"A": 0.0}}, {"stop": "end_of_turn", "logprobs": {"A": 0.0}}]
    >>> sentence([{"thoughts": thoughts}])
    '2 thoughts, 50 % cut at the budget'
    """
    replies = list(replies)
    thoughts = [thought for reply in replies for thought in reply["thoughts"]]
    if not thoughts:
        return ""
    cut = np.mean([thought.get("stop") == "length" for thought in thoughts])
    said = f"{len(thoughts):,} thought{'s' * (len(thoughts) != 1)}, {100 * cut:.0f} % cut at the budget"
    share = share_between(list(_probabilities(replies)))
    if share is None:
        return said
    return f"{said}; {100 * share:.0f} % of the variance of a choice lies between thoughts on one question"


def share_between(questions: Iterable[np.ndarray]) -> float | None:
    """Mean variance within questions over the variance of all values; None where nothing varies.

    Parameters
    ----------
    questions : iterable of ndarray
        For each question the probability of its first option after each thought, at least two.

    Returns
    -------
    float or None

    Examples
    --------
    >>> share_between([np.array([0.2, 0.8]), np.array([0.8, 0.2])])
    1.0
    >>> share_between([np.array([0.1, 0.1]), np.array([0.9, 0.9])])
    0.0
    """
    groups = [group for group in questions if len(group) > 1]
    if len(groups) < 2:
        return None
    within = float(np.mean([group.var(ddof=1) for group in groups]))
    sizes = np.mean([len(group) for group in groups])
    between = float(np.var([group.mean() for group in groups], ddof=1)) - within / float(sizes)
    total = within + max(between, 0.0)
    return within / total if total > 0 else None


def _probabilities(replies: Iterable[Mapping[str, Any]]) -> Iterator[np.ndarray]:
    """Of every forced choice the probability of its first option, among all, after each thought."""
    for reply in replies:
        rows = [list(thought["logprobs"].values()) for thought in reply["thoughts"] if thought.get("logprobs")]
        if rows:
            odds = np.exp(np.array(rows) - np.max(rows, axis=1, keepdims=True))
            yield odds[:, 0] / odds.sum(axis=1)
