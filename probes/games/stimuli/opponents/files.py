"""Opponents from a file: a table from the other player's moves so far to the next move, as used with human players."""

from __future__ import annotations

import json
from pathlib import Path

LETTERS = "JF"


def read(path: Path) -> dict[str, int]:
    """Moves so far of the other (action numbers as digits, `""` before round 1) -> number of the action to take.

    The file is JSON from strings of J (first action) and F (second action) to J or F.
    Raises ValueError when it is anything else, or lacks the opening move.
    """
    moves = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(moves, dict) or "" not in moves:
        raise ValueError(f"{path.name}: a look-up table is an object with at least the opening move under the key ''")
    if any(set(past) - set(LETTERS) or move not in ("J", "F") for past, move in moves.items()):
        raise ValueError(f"{path.name}: pasts and moves must be made of the letters J and F")
    digits = str.maketrans(LETTERS, "01")
    return {past.translate(digits): LETTERS.index(move) for past, move in moves.items()}
