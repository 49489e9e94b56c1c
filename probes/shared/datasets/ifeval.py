"""IFEval (arXiv 2311.07911): instructions whose following can be verified, read from a local `input_data.jsonl`.

The checks are our own reading of the instruction names, not the authors' code; what we do not check is unscored.
"""

from __future__ import annotations

from pathlib import Path

from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._read import Record, source
from probes.shared.items.contexts import Context

RELEASE, LICENCE = "github.com/google-research/google-research (instruction_following_eval)", "Apache-2.0"
GROUP = "prompt"


def load(path: str | Path, limit: int | None = None, spread: bool = False) -> Loaded[Context]:
    """One context per prompt; the first instruction's family is its domain."""
    return collect(source(path, "input_data.jsonl", "*.jsonl"), _context, limit, spread)


def _context(record: Record) -> Context:
    names, arguments = record.get("instruction_id_list", list), record.get("kwargs", list)
    if not names or len(names) != len(arguments) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{record.where}: 'instruction_id_list' and 'kwargs' must be equally long lists, not empty")
    if not all(isinstance(one, dict) for one in arguments):
        raise ValueError(f"{record.where}: field 'kwargs' must hold objects")
    check = {"instructions": list(zip(names, arguments, strict=True))}
    key = record.get("key", (int, str))
    return Context(f"ifeval-{key}", names[0].partition(":")[0], (record.get("prompt", str),), check=check)
