"""Counterbalanced presentations: labels, orders and wordings balanced, so that position says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

LETTERS = tuple(ascii_uppercase)


@dataclass(frozen=True)
class Arm:
    """One presentation of the options of a question.

    Parameters
    ----------
    shown : tuple of (str, str)
        (label, meaning) pairs in the order shown.

    Examples
    --------
    >>> arm = Arm((("A", "yes"), ("B", "no")))
    >>> arm.options, arm.first, arm.label("no")
    ({'A': 'yes', 'B': 'no'}, 'yes', 'B')
    """

    shown: tuple[tuple[str, str], ...]

    @property
    def options(self) -> dict[str, str]:
        """Label -> meaning, in the order shown: what `Choose` takes."""
        return dict(self.shown)

    def label(self, meaning: str) -> str:
        """The label that stands for a meaning here."""
        return {shown: label for label, shown in self.shown}[meaning]

    @property
    def first(self) -> str:
        """The meaning shown first."""
        return self.shown[0][1]

    def facts(self) -> dict[str, str]:
        """The columns an arm brings to a record."""
        return {"arm": " ".join(f"{label}={meaning}" for label, meaning in self.shown), "first_option": self.first}

    def lines(self, texts: dict[str, str] | None = None) -> str:
        """The options as lines `A) text`, meanings themselves where no texts are given."""
        return "\n".join(f"{label}) {(texts or {}).get(meaning, meaning)}" for label, meaning in self.shown)


def _rotations(items: Sequence[str]) -> list[tuple[str, ...]]:
    return [(*items[k:], *items[:k]) for k in range(len(items))]


def arms(meanings: Sequence[str], labels: Sequence[str] = LETTERS, tied: bool = True) -> list[Arm]:
    """Balanced presentations of k meanings.

    Parameters
    ----------
    meanings : sequence of str
        What the options mean: k >= 2, all different.
    labels : sequence of str
        At least k labels; the first k are used.
    tied : bool
        Whether labels follow position (the first shown is always A); else labels and positions are crossed.

    Returns
    -------
    list of Arm
        k arms where tied, each meaning once at each position; else k * k, each meaning equally often under each label
        at each position.

    Raises
    ------
    ValueError
        For fewer than two meanings, equal ones, or too few labels.

    Examples
    --------
    >>> [arm.options for arm in arms(("yes", "no"))]
    [{'A': 'yes', 'B': 'no'}, {'A': 'no', 'B': 'yes'}]
    >>> len(arms(("yes", "no"), tied=False))
    4
    """
    if len(set(meanings)) != len(meanings) or len(meanings) < 2:
        raise ValueError("meanings must be at least two and all different")
    if len(labels) < len(meanings):
        raise ValueError(f"{len(meanings)} meanings need as many labels, got {len(labels)}")
    names = list(labels[: len(meanings)])
    if tied:
        return [Arm(tuple(zip(names, order, strict=True))) for order in _rotations(meanings)]
    return [
        Arm(tuple((given[meaning], meaning) for meaning in order))
        for assignment in _rotations(names)
        for given in [dict(zip(meanings, assignment, strict=True))]
        for order in _rotations(meanings)
    ]
