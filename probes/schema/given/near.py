"""Names that are nearly those of an optional field: `Cluster` is not `cluster`, and nobody would see it is unread."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from functools import lru_cache

NEAR = 0.8
"""Likeness (difflib) from which on a name is taken for a misspelt one."""


def heard(optional: tuple[str, ...], there: Iterable[str], where: str, also: Mapping[str, str] | None = None) -> None:
    """ValueError where a field that may be left out is missing, and another is nearly called so.

    Parameters
    ----------
    optional : names that are read.
    there : names that were given.
    where : file and line, for the message.
    also : names by which others know a field.
    """
    given = list(map(str, there))
    for name in given:
        meant = (also or {}).get(name.casefold()) or _meant(name, optional)
        if name not in optional and meant and meant not in given:
            raise ValueError(f"{where}: {name!r} is not read; did you mean {meant!r}? Rename it, or leave it out")


@lru_cache(4096)
def _meant(name: str, optional: tuple[str, ...]) -> str:
    plain = "".join(character for character in name.casefold() if character.isalnum())
    return next(iter(difflib.get_close_matches(plain, optional, n=1, cutoff=NEAR)), "")
