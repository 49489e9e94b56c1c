"""Generated user turns with every token coloured by how much its own conversation, and no other, makes it likely."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.show import Shown, text
from analysis.show.stored import asked, stored
from analysis.user_turn.tables import CLASSES, turns

NOTHING = 0.3
"""Weight of nothing in the mixture, as in `probes.user_turn.grounding`."""
STEPS = (0.25, 1.0, 2.0, 4.0)
"""Nats over the mean of the mismatched contexts from which a token gets the next darker shade."""


def by_token(scored: dict[str, Any]) -> np.ndarray:
    """Nats [tokens] of a stored grounding reply: own over the mixture of nothing (first) and the others."""
    nothing, *others = np.asarray(scored["under"], dtype=float)
    elsewhere = np.logaddexp.reduce(others, axis=0) - np.log(len(others))
    mixture = np.logaddexp(elsewhere + np.log(1 - NOTHING), nothing + np.log(NOTHING))
    return np.asarray(scored["logprobs"], dtype=float) - mixture


def coloured(table: pd.DataFrame, out: str | Path, each: int = 3) -> Shown:
    """The first `each` turns of every class that were scored, a fold each; query and answer above the turn.

    `out` is the run folder: the tokens come from its records.
    """
    rows = table[(table["measure"] == "grounding") & (table["status"] == "ok")]
    said = turns(table).set_index(["key", "row"]).loc[pd.MultiIndex.from_frame(rows[["key", "row"]])].reset_index()
    said["evidence"] = rows["value"].to_numpy()
    records = {record["key"]: record for record in stored(out, "user_turn") if record["key"] in set(said["key"])}
    parts: list[str] = []
    for name in CLASSES:
        part = said[said["class"] == name]
        shown = [_turn(row, records.get(row["key"], {}), opened=not parts and not k)
                 for k, (_, row) in enumerate(part.head(each).iterrows())]  # fmt: skip
        head = f"{name.replace('_', ' ')}: {len(part)} of {len(said)} turns, {len(shown)} shown"
        parts += [f'<p class="il-facts">{text(head)}</p>', *shown] if shown else []
    return Shown(f'<div class="il-transcripts il-trials">{"".join(parts)}</div>', f"{len(said)} turns with grounding")


def _turn(row: pd.Series[Any], record: dict[str, Any], opened: bool) -> str:
    """One conversation to unfold; its title begins with the class, by which the report's search field filters."""
    found = [one for one in asked(record) if one.get("kind") == "Scored" and one.get("text") == row["text"]]
    spans = _spans(found[-1]) if found else text(row["text"])
    parts = [
        ("user", text(row["query"], 600)),
        ("assistant", text(row["answer"], 600)),
        ("user, written by the model", spans),
    ]
    shown = "".join(
        f'<div class="il-turn il-turn--{role.partition(",")[0]}"><p class="il-role">{role}</p>'
        f'<p class="il-text il-tokens">{body}</p></div>'
        for role, body in parts
    )
    about = f"temperature {row['temperature']:g}, context {row['cluster']}, evidence {row['evidence']:+.1f} nats"
    title = f"<strong>{text(row['class'].replace('_', ' '))}</strong> <span class='il-facts'>{text(about)}</span>"
    fold = f'<details class="il-trial"{" open" if opened else ""}><summary>{title}</summary>'
    return f'{fold}<div class="il-transcript">{shown}</div></details>'


def _spans(scored: dict[str, Any]) -> str:
    gains = by_token(scored)
    return "".join(
        f'<span class="il-p{sum(gain > step for step in STEPS)}" title="{gain:+.2f} nats">{text(token)}</span>'
        for token, gain in zip(scored["tokens"], gains, strict=True)
    )
