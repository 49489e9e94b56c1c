"""Conversions between units whose ratio is exact."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from probes.calibration.tongue import decimal, filled, tongue
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


def make(level: int, rng: np.random.Generator, language: str = "en") -> Draft:
    """1: whole large units to small. 2: halves of large units. 3: small to large with quarters. 4: a sum of both."""
    small, large, ratio = RATIOS[int(rng.integers(len(RATIOS)))]
    said = tongue(language)["units"]
    whole = int(rng.integers(2, 10))
    part = Fraction(int(rng.integers(1, 4)), 4) if level > 2 else Fraction(1, 2) * (level - 1)
    amount = whole + part
    if level == 3:
        return _draft(_quantity(amount * ratio, small, language), large, amount, ratio, language)
    if level == 4:
        extra = int(rng.integers(2, 10))
        both = said["sum"].format(_quantity(amount, large, language), _quantity(extra, small, language))
        return _draft(both, small, amount * ratio + extra, ratio, language)
    return _draft(_quantity(amount, large, language), small, amount * ratio, ratio, language)


def _draft(quantity: str, wanted: str, value: Fraction, ratio: int, language: str) -> Draft:
    said = tongue(language)["units"]
    wordings = filled(said["asks"], wanted=said["names"][wanted], quantity=quantity)
    slips = (value * 10, value / 10, value + Fraction(ratio, 2), value + 1, value * 2)
    return Draft(wordings, _shown(value, language), tuple(_shown(slip, language) for slip in slips))


def _quantity(amount: Fraction | int, unit: str, language: str) -> str:
    return f"{_shown(amount, language)} {tongue(language)['units']['names'][unit]}"


def _shown(value: Fraction | int, language: str) -> str:
    """Decimal without trailing zeros; all values here have a finite one."""
    text = f"{float(value):.4f}"
    return decimal(text.rstrip("0").rstrip("."), language)
