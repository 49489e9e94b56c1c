"""Users of released conversations whose system message is a profile (LMSYS-USP), read from a local copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from probes.characters.users import SIZE, Place, squares, stimuli
from probes.shared.datasets import messages_jsonl


@dataclass(frozen=True)
class Published:
    """A user of a released conversation: the profile as it stands there, and the real first message."""

    user: str
    profile: str
    message: str
    domain: ClassVar[str] = "released"
    manner: ClassVar[str] = ""
    origin: ClassVar[str] = "true"

    @property
    def words(self) -> Mapping[str, Any]:
        """What is said around a talk: that of everyday help."""
        return dict(stimuli()["help"])

    def lines(self, form: str = "list") -> list[str]:
        """The profile as it was released, in any form but `none`."""
        return [self.profile] if form != "none" else []

    def written(self, turn: int) -> str:
        """The real first message."""
        return self.message


def places(path: str | Path, users: int, seed: int = 0) -> Iterator[Place]:
    """`users` places in squares of four, nobody twice.

    Raises
    ------
    ValueError
        Where `users` is no multiple of four, or the file has fewer conversations with a profile.
    """
    count = squares(users)
    known = [Published(one.id, one.system, one.query()) for one in messages_jsonl.load(path) if one.system.strip()]
    if len(known) < users:
        raise ValueError(f"{Path(path).name}: {len(known)} conversations have a profile as system message, not {users}")
    drawn = [known[at] for at in np.random.default_rng(seed).permutation(len(known))[:users]]
    for number in range(count):
        cast = tuple(drawn[number * SIZE : (number + 1) * SIZE])
        yield from (Place(number, at, cast) for at in range(SIZE))
