"""Which of three numbers is the largest: whole numbers, decimals, fractions, and mixed forms."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from probes.calibration.tongue import decimal, filled, tongue
from probes.shared.items.known import Draft


def make(level: int, rng: np.random.Generator, language: str = "en") -> Draft:
    """1: whole numbers. 2: decimals of unequal length. 3: fractions. 4: a fraction, a decimal and a percentage."""
    while True:
        numbers = _numbers(level, rng, language)
        if len(numbers) == 3 == len(set(numbers.values())):
            break
    texts = list(numbers)
    order = [texts[k] for k in rng.permutation(3)]
    largest = max(numbers, key=lambda text: numbers[text])
    said = tongue(language)["comparisons"]
    wordings = filled(said["asks"], listed=said["listed"].format(*order))
    return Draft(wordings, largest, tuple(text for text in order if text != largest))


def _numbers(level: int, rng: np.random.Generator, language: str) -> dict[str, Fraction]:
    if level == 1:
        return {str(n): Fraction(int(n)) for n in rng.choice(np.arange(100, 1000), 3, replace=False)}
    if level == 2:
        whole = int(rng.integers(0, 10))
        digits = [int(rng.integers(1, 10)), int(rng.integers(11, 100)), int(rng.integers(101, 1000))]
        return {decimal(f"{whole}.{d}", language): whole + Fraction(d, 10 ** len(str(d))) for d in digits}
    below = [int(n) for n in rng.choice(np.arange(3, 13), 3, replace=False)]
    above = [int(rng.integers(1, b)) for b in below]
    fractions = [Fraction(a, b) for a, b in zip(above, below, strict=True)]
    if level == 3:
        return {f"{a}/{b}": value for a, b, value in zip(above, below, fractions, strict=True)}
    hundredths = [int(rng.integers(5, 96)) for _ in range(2)]
    return {
        f"{above[0]}/{below[0]}": fractions[0],
        decimal(f"0.{hundredths[0]:02d}", language): Fraction(hundredths[0], 100),
        tongue(language)["comparisons"]["hundredths"].format(hundredths[1]): Fraction(hundredths[1], 100),
    }
