"""A published figure beside a claim, and whether the two can be compared."""

from __future__ import annotations

from dataclasses import dataclass

LABELS = ("full", "abs", "sec", "repo", "calc", "mem", "unknown")
COMPARABLE = ("yes", "no", "direction only")


@dataclass(frozen=True)
class Paper:
    """A published figure: evidence `label` (full, abs, sec, repo, calc), and whether ours can be compared, and why."""

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
