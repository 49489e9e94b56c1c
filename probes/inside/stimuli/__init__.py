"""Our own short items, phrases and contexts, as data files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


def lists(name: str) -> dict[str, list[Any]]:
    """A YAML file of this folder: group -> its lines."""
    groups: dict[str, list[Any]] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return groups
