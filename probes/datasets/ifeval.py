"""IFEval (arXiv 2311.07911): instructions whose following can be verified, read from a local `input_data.jsonl`.

The checks are our own reading of the instruction names, not the authors' code; what we do not check is unscored.
"""

from __future__ import annotations

from pathlib import Path

from probes.user_turn.contexts import Context, read_jsonl


def load(path: str | Path) -> list[Context]:
    """One context a prompt; the first instruction's family is its domain."""
    place = Path(path)
    rows = read_jsonl(place / "input_data.jsonl" if place.is_dir() else place)
    return [
        Context(
            f"ifeval-{row['key']}",
            row["instruction_id_list"][0].partition(":")[0],
            (row["prompt"],),
            check={"instructions": list(zip(row["instruction_id_list"], row["kwargs"], strict=True))},
        )
        for row in rows
    ]
