"""Files of activations: float32 arrays `[questions, width]`; the header has the `ask` and a checksum of every row."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def header(values: Mapping[str, np.ndarray], asks: Sequence[str]) -> dict[str, str]:
    """The metadata of a file that is to hold these arrays."""
    checks = {name: [zlib.crc32(row.tobytes()) for row in array] for name, array in values.items()}
    return {"asks": json.dumps(list(asks)), "checks": json.dumps(checks)}


def intact(path: Path) -> tuple[frozenset[str], dict[int, str]]:
    """(names of the arrays, row -> `ask` of the rows that are as they were written).

    None of either where the file cannot be read or has no checksums. One array is in memory at a time.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as shard:
            about = shard.metadata() or {}
            asks, checks = json.loads(about["asks"]), json.loads(about["checks"])
            names = frozenset(shard.keys())
            altered = {row for name in names for row in _altered(shard.get_tensor(name), checks[name])}
            return names, {row: ask for row, ask in enumerate(asks) if row not in altered}
    except (OSError, SafetensorError, ValueError, KeyError, TypeError):
        return frozenset(), {}


def _altered(values: np.ndarray, checks: Sequence[int]) -> Iterator[int]:
    return (
        at for at, (row, check) in enumerate(zip(values, checks, strict=True)) if zlib.crc32(row.tobytes()) != check
    )
