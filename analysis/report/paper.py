"""A published figure beside a claim, and whether the two can be compared."""

from __future__ import annotations

from dataclasses import dataclass

LABELS = ("full", "abs", "sec", "repo", "calc", "mem", "unknown")
COMPARABLE = ("yes", "no", "direction only")


@dataclass(frozen=True)
class Paper:
    """A published figure, and whether ours can be compared with it.

    Parameters
    ----------
    value : float
        As published, in the unit of the claim.
    source : str
        Authors and year, and what was measured on.
    label : {"full", "abs", "sec", "repo", "calc", "mem", "unknown"}
        How it is known: full text, abstract, secondary source, repository, calculated from published data, memory.
    comparable : {"yes", "no", "direction only"}
        Whether it can stand beside ours.
    why : str
        What makes it comparable or not.

    Raises
    ------
    ValueError
        For another label, another word for comparable, or an empty reason.

    Examples
    --------
    >>> Paper(0.85, "Akata et al. 2025", "full", "direction only", "a larger model").comparable
    'direction only'
    """

    value: float
    source: str
    label: str
    comparable: str
    why: str

    def __post_init__(self) -> None:
        if self.label not in LABELS or self.comparable not in COMPARABLE:
            raise ValueError(f"label is one of {LABELS}, comparable one of {COMPARABLE}")
        if not self.why:
            raise ValueError("say why the figure is or is not comparable")
