"""Questions whose truth is exact, and drafts from which generators make them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from probes.shared.datasets._items import Item

UNKNOWN = "It cannot be known from this"
LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Known(Item):
    """An item with what a calibration study needs to know about it.

    wordings : paraphrases of the question, the question itself first. level : 1 (easy) to 4; 0 where not graded.
    answerable : whether the question can be answered from what it says. aliases : further texts that are right.
    """

    wordings: tuple[str, ...] = ()
    level: int = 0
    answerable: bool = True
    aliases: tuple[str, ...] = ()

    @property
    def right(self) -> tuple[str, ...]:
        """All texts that count as right."""
        return (self.answer, *self.aliases)


@dataclass(frozen=True)
class Draft:
    """What a generator makes: paraphrases of a question, the answer (None: it cannot be known), wrong answers."""

    wordings: tuple[str, ...]
    answer: str | None
    wrong: tuple[str, ...]


Maker = Callable[[int, np.random.Generator, str], Draft]
"""(level, random stream, language) to a draft."""


def finish(draft: Draft, name: str, topic: str, level: int, place: int, rng: np.random.Generator,
           unknown: str = UNKNOWN) -> Known:  # fmt: skip
    """The item of a draft: four options, one of them `unknown`, the answer at `place`, the others in random order."""
    answer = unknown if draft.answer is None else draft.answer
    wrong = list(dict.fromkeys(text for text in draft.wrong if text != answer))
    others = wrong[:3] if draft.answer is None else [*wrong[:2], unknown]
    if len(others) < 3:
        raise ValueError(f"{name}: a draft needs {3 if draft.answer is None else 2} different wrong answers")
    options = [others[k] for k in rng.permutation(3)]
    options.insert(place % 4, answer)
    return Known(
        name=name,
        question=draft.wordings[0],
        answer=answer,
        options=tuple(options),
        task=topic,
        group=name,
        wordings=draft.wordings,
        level=level,
        answerable=draft.answer is not None,
    )


def near(value: int, rng: np.random.Generator, offsets: Sequence[int] = (1, 2, 10)) -> tuple[str, ...]:
    """Wrong whole numbers of the kind that slips produce, none negative."""
    wrong = [value + sign * step for step in offsets for sign in (1, -1)]
    return tuple(str(wrong[k]) for k in rng.permutation(len(wrong)) if wrong[k] >= 0)
