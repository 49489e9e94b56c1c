"""JSON files that are written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from probes.schema import replacing


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Strict JSON: a NaN is an error here, not a surprise for the reader."""
    text = json.dumps(content, indent=1, allow_nan=False, default=str)
    with replacing(path) as stream:
        stream.write(text.encode())
