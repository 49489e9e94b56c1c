"""A personality inventory in our own words, one axis a YAML file: `inventory.SHELF["openness"].statements`."""

from __future__ import annotations

from pathlib import Path

from probes.core.registry import Registry, of_files
from probes.shared.items.statement import Axis, Statement, read

__all__ = ["BIG_FIVE", "DARK_TRIAD", "SHELF", "Axis", "Statement", "axis", "read"]

_FOLDER = Path(__file__).parent
SHELF: Registry[Axis] = of_files("inventory axis", _FOLDER, ".yaml", read, lambda axis: axis.statements[0].text)


def axis(name: str, language: str = "en") -> Axis:
    """An axis in the words of a language. ValueError names the languages there are."""
    if language != "en" and not (_FOLDER / language).is_dir():
        known = sorted(path.name for path in _FOLDER.iterdir() if path.is_dir() and not path.name.startswith("_"))
        raise ValueError(f"no inventory in {language!r}; there are: {', '.join(['en', *known])}")
    return SHELF[name] if language == "en" else SHELF[name].told(_FOLDER / language)
