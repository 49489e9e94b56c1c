"""How much generated turns look like a user's: features of the words, and their distance from real turns."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.stats import estimate
from analysis.user_turn.tables import main, turns

FEATURES = ("words", "question", "second_person", "first_person", "distinct", "repetition", "assistant_like")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SECOND = frozenset({"you", "your", "yours", "you're", "you've", "you'll", "you'd"})
_FIRST = frozenset({"i", "my", "me", "mine", "i'm", "i've", "i'll", "i'd", "we", "our", "us"})
_ASSISTANT = re.compile(
    r"\b(?:as an ai|let me know|feel free|i hope this helps|happy to help|here (?:is|are)|certainly|"
    r"how can i (?:help|assist)|you're welcome|in (?:conclusion|summary)|step \d)\b",
    re.IGNORECASE,
)


def features(text: str) -> dict[str, float]:
    """Features of one turn, NaN where it has no word.

    words: count. question: 1 if it has a question mark. second_person, first_person: shares of the words. distinct:
    different words over words (of the first 50, so that length does not matter much). repetition: share of three-word
    runs seen before. assistant_like: 1 if a stock phrase of assistants occurs.
    """
    tokens = [word.replace("’", "'") for word in _WORD.findall(text.lower())]
    if not tokens:
        return dict.fromkeys(FEATURES, np.nan) | {"words": 0.0}
    runs = [tuple(tokens[k : k + 3]) for k in range(len(tokens) - 2)]
    return {
        "words": float(len(tokens)),
        "question": float("?" in text),
        "second_person": sum(word in _SECOND for word in tokens) / len(tokens),
        "first_person": sum(word in _FIRST for word in tokens) / len(tokens),
        "distinct": len(set(tokens[:50])) / len(tokens[:50]),
        "repetition": 1 - len(set(runs)) / len(runs) if runs else 0.0,
        "assistant_like": float(bool(_ASSISTANT.search(text))),
    }


def likeness(table: pd.DataFrame, real: Mapping[str, str] | None = None, by: str = "temperature") -> pd.DataFrame:
    """Mean of every feature per level of `by` with limits by context, beside that of `real` turns (context -> text).

    Columns: `by`, feature, value, low, high, units, real, distance (see `distance`).
    """
    written = turns(main(table))
    known = pd.DataFrame([features(text) for text in real.values()]) if real else None
    lines = []
    for level, part in written.groupby(by, observed=True):
        values = pd.DataFrame([features(text) for text in part["text"]], index=part.index)
        for name in FEATURES:
            average = estimate.mean(values[name], part["cluster"].to_numpy()).record()
            line = {by: level, "feature": name, **{key: average[key] for key in ("value", "low", "high", "units")}}
            beside = (
                {"real": known[name].mean(), "distance": distance(values[name], known[name])}
                if known is not None
                else {}
            )
            lines.append(line | beside)
    return pd.DataFrame(lines)


def distance(generated: pd.Series, real: pd.Series) -> float | None:
    """Kolmogorov-Smirnov distance of two distributions: 0 the same, 1 no overlap; None where one is empty."""
    one, other = (np.sort(values.dropna().to_numpy(dtype=float)) for values in (generated, real))
    if not len(one) or not len(other):
        return None
    grid = np.concatenate([one, other])
    shares = (np.searchsorted(values, grid, side="right") / len(values) for values in (one, other))
    return float(np.abs(np.subtract(*shares)).max())


def real_turns(table: pd.DataFrame) -> dict[str, str]:
    """The real next turns in a likelihood table: context -> text."""
    rows = table.loc[table["kind"] == "true"].drop_duplicates("key")
    return dict(zip(rows["cluster"], rows["turn"], strict=True))
