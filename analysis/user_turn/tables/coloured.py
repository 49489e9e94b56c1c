"""Generated user turns with every token coloured by how much its own conversation, and no other, makes it likely."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.report.show import Shown, text
from analysis.report.show.stored import behind
from analysis.user_turn.tables import CLASSES, turns
from probes.schema import gains, trials

STEPS = (0.25, 1.0, 2.0, 4.0)
"""Nats over the mean of the mismatched contexts from which a token gets the next darker shade."""


def by_token(scored: Mapping[str, Any]) -> np.ndarray:
    """Nats [tokens] of a stored grounding reply: own over the mixture of nothing (first) and the others."""
    nothing, *others = np.asarray(scored["under"], dtype=float)
    return gains(np.asarray(scored["logprobs"], dtype=float), nothing, np.asarray(others))


def coloured(table: pd.DataFrame, out: str | Path, each: int = 3) -> Shown:
    """The first `each` turns of every class that were scored, a fold each; query and answer above the turn.

    `out` is the run folder: the tokens come from its records.
    """
    rows = table[(table["measure"] == "grounding") & (table["status"] == "ok")]
    scored = turns(table).set_index(["key", "row"]).loc[pd.MultiIndex.from_frame(rows[["key", "row"]])].reset_index()
    scored["evidence"] = rows["value"].to_numpy()
    kept = trials(out, "user_turn", scored["key"])
    parts: list[str] = []
    for name in CLASSES:
        part = scored[scored["class"] == name]
        first = part.head(each)
        exchanges = [one for one, _ in behind(first, out)]
        folds = [_turn(row, one, kept[row["key"]]["asked"], opened=not parts and not k)
                 for k, ((_, row), one) in enumerate(zip(first.iterrows(), exchanges, strict=True))]  # fmt: skip
        head = f"{name.replace('_', ' ')}: {len(part)} of {len(scored)} turns, {len(folds)} shown"
        parts += [f'<p class="il-facts">{text(head)}</p>', *folds] if folds else []
    return Shown(f'<div class="il-transcripts il-trials">{"".join(parts)}</div>', f"{len(scored)} turns with grounding")


def _turn(row: pd.Series[Any], one: dict[str, Any], asked: list[dict[str, Any]], opened: bool) -> str:
    """One conversation to unfold; its title begins with the class, by which the report's search field filters.

    The turns are those that the model was shown. Its scoring has the same turns and the text that was written there.
    """
    scorings = [x for x in asked if x["kind"] == "Scored" and (x["turns"], x["text"]) == (one["turns"], one["text"])]
    spans = _spans(scorings[0]) if scorings else text(one["text"])
    parts = [(role, text(content)) for role, content, *_ in one["turns"]] + [("user, written by the model", spans)]
    divs = "".join(
        f'<div class="il-turn il-turn--{role.partition(",")[0]}"><p class="il-role">{role}</p>'
        f'<p class="il-text il-tokens">{body}</p></div>'
        for role, body in parts
    )
    about = f"temperature {row['temperature']:g}, context {row['cluster']}, evidence {row['evidence']:+.1f} nats"
    title = f"<strong>{text(row['class'].replace('_', ' '))}</strong> <span class='il-facts'>{text(about)}</span>"
    fold = f'<details class="il-trial"{" open" if opened else ""}><summary>{title}</summary>'
    return f'{fold}<div class="il-transcript">{divs}</div></details>'


def _spans(scored: dict[str, Any]) -> str:
    gains = by_token(scored)
    return "".join(
        f'<span class="il-p{sum(gain > step for step in STEPS)}" title="{gain:+.2f} nats">{text(token)}</span>'
        for token, gain in zip(scored["tokens"], gains, strict=True)
    )
