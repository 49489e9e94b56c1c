"""The games by name: one YAML file each in `stimuli/catalogue/`, and the generated `ordinal_001` to `ordinal_144`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from probes.core.registry import Registry
from probes.games import ordinal
from probes.games.game import Game

CATALOGUE = Path(__file__).parent / "stimuli" / "catalogue"
_FIELDS = {"title", "family", "actions", "payoffs", "source"}


def read(path: Path) -> Game:
    """The game in one YAML file, named after it. `actions` is one list for both players, or one list each.

    Raises ValueError naming the file when fields are missing or unknown, or do not make a game.
    """
    fields: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(fields, dict) or set(fields) != _FIELDS:
        raise ValueError(f"{path.name}: a game file has exactly the fields {', '.join(sorted(_FIELDS))}")
    listed = fields["actions"]
    each = listed if isinstance(listed[0], list) else [listed, listed]
    matrix = tuple(tuple((float(a), float(b)) for a, b in row) for row in fields["payoffs"])
    texts = {field: str(fields[field]) for field in ("title", "family", "source")}
    return Game(path.stem, (tuple(each[0]), tuple(each[1])), matrix, **texts)


def shelf(folder: Path = CATALOGUE) -> Registry[Game]:
    """A folder of YAML games and the ordinal games; each is read or made when it is first asked for."""

    def names() -> list[str]:
        return [*sorted(path.stem for path in folder.glob("*.yaml")), *ordinal.NAMES]

    def game(name: str) -> Game:
        return ordinal.ordinal(name) if name in ordinal.NAMES else read(folder / f"{name}.yaml")

    return Registry("game", names, game, lambda game: f"{game.title}: {game.family}".strip(": "))
