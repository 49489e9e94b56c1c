"""From records of `group_chat` to estimates, squares of six chats being the independent units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats import estimate, frame, squares
from analysis.stats.estimate import Estimate


def part(table: pd.DataFrame, measure: str, standing: str = "open") -> pd.DataFrame:
    """The rows of one measure; causes `open`, `settled`, `crossed` or `named`."""
    lines = frame.rows(table, measure)
    return lines[lines["standing"] == standing]


def joins(table: pd.DataFrame, standing: str = "open") -> Estimate:
    """Nats for the response to a chat's own cause over the other responses; 0 where causes are ignored."""
    lines = part(table, "pairing", standing)
    return estimate.mean(lines["value"], lines["cluster"].to_numpy())


def silent(table: pd.DataFrame) -> Estimate:
    """Log-odds of silence where there is no cause, minus where there is an open one, paired by square.

    In nats, since a model whose silence is nearly certain anyway has no room left in probabilities.
    """
    lines = part(table, "silence")
    idle = lines["cause"] == "none"
    return estimate.between(lines[idle], lines[~idle])


def settled(table: pd.DataFrame) -> Estimate:
    """Log-odds of silence after somebody has dealt with the cause, minus after the same about another, by square.

    Both sides hold the same sentences: what these do to silence by themselves, by words or length, is no difference.
    """
    caused = table[table["cause"] != "none"]
    return estimate.between(part(caused, "silence", "settled"), part(caused, "silence", "crossed"))


def responses(table: pd.DataFrame) -> pd.DataFrame:
    """Pairing and hits over all chats of a square, since tastes for responses cancel only there; silence by cause."""
    whole = [
        estimate.by(table, name, ["standing"], kind="mean").assign(measure=name, cause="all")
        for name in ("pairing", "hit")
    ]
    silence = estimate.by(table, "p_silent", ["standing", "cause"], kind="mean").assign(measure="p_silent")
    return pd.concat([*whole, silence], ignore_index=True)


def confusions(table: pd.DataFrame, standing: str = "open") -> tuple[list[str], np.ndarray]:
    """(causes [k], nats [chat, response]): mean over whole squares, tastes for chats and responses taken out."""
    lines = part(table, "pairing", standing)
    whole = squares.whole(lines, "cluster")
    if not whole:
        return [], np.zeros((0, 0))
    return list(whole[0]["cause"]), squares.centred(np.mean([squares.matrix(rows) for rows in whole], axis=0))
