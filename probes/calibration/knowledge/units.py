"""Conversions between units whose ratio is exact."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from probes.shared.items.known import Draft

RATIOS = (
    ("minutes", "hours", 60),
    ("hours", "days", 24),
    ("seconds", "minutes", 60),
    ("grams", "kilograms", 1000),
    ("metres", "kilometres", 1000),
    ("centimetres", "metres", 100),
    ("millimetres", "centimetres", 10),
    ("millilitres", "litres", 1000),
)
"""(small unit, large unit, small ones in a large one)."""


def make(level: int, rng: np.random.Generator) -> Draft:
    """1: whole large units to small. 2: halves of large units. 3: small to large with quarters. 4: a sum of both."""
    small, large, ratio = RATIOS[int(rng.integers(len(RATIOS)))]
    whole = int(rng.integers(2, 10))
    part = Fraction(int(rng.integers(1, 4)), 4) if level > 2 else Fraction(1, 2) * (level - 1)
    amount = whole + part
    if level == 3:
        return _draft(f"{_shown(amount * ratio)} {small}", large, amount, ratio)
    if level == 4:
        extra = int(rng.integers(2, 10))
        return _draft(f"{_shown(amount)} {large} and {extra} {small}", small, amount * ratio + extra, ratio)
    return _draft(f"{_shown(amount)} {large}", small, amount * ratio, ratio)


def _draft(quantity: str, wanted: str, value: Fraction, ratio: int) -> Draft:
    wordings = (f"How many {wanted} are {quantity}?", f"Convert {quantity} into {wanted}. How many {wanted} is that?")
    slips = (value * 10, value / 10, value + Fraction(ratio, 2), value + 1, value * 2)
    return Draft(wordings, _shown(value), tuple(_shown(slip) for slip in slips))


def _shown(value: Fraction | int) -> str:
    """Decimal without trailing zeros; all values here have a finite one."""
    text = f"{float(value):.4f}"
    return text.rstrip("0").rstrip(".")
