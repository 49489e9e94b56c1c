"""Cover stories, one a YAML file here: the nouns and sentences a matrix is told in, and what it is paid in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from probes.core.registry import of_files


@dataclass(frozen=True)
class Cover:
    """A cover story.

    Parameters
    ----------
    option, partner, watched : what a choice is called, the other player, and both players seen from outside.
    gain : the verb for what a player gets, in the plain form.
    currencies : plural -> singular.
    opening, watching : the first sentences for a player and for an observer.
    """

    name: str
    option: str
    partner: str
    watched: tuple[str, str]
    gain: str
    currencies: Mapping[str, str]
    opening: str
    watching: str

    def amount(self, number: float, currency: str) -> str:
        """`1 point`, `0 points`, `2.5 points`."""
        return f"{abs(number):g} {self.currencies[currency] if abs(number) == 1 else currency}"


def read(path: Path) -> Cover:
    """The cover story in one YAML file, named after it. Raises TypeError for missing or unknown fields."""
    fields = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Cover(path.stem, **(fields | {"watched": tuple(fields["watched"])}))


COVERS = of_files("cover story", Path(__file__).parent, ".yaml", read, lambda cover: cover.opening)
