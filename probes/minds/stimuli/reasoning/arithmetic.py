"""Word problems of two or three steps with whole numbers."""

from __future__ import annotations

import numpy as np

from probes.minds.stimuli.reasoning._problem import Problem

_SHOPS = ("baker", "florist", "stall keeper", "librarian", "toymaker", "grocer")
_GOODS = ("rolls", "roses", "oranges", "postcards", "kites", "jars of honey")


def make(rng: np.random.Generator) -> Problem:
    """Boxes of goods, some given away, and either a delivery or a price at the end."""
    who, goods = _SHOPS[rng.integers(len(_SHOPS))], _GOODS[rng.integers(len(_GOODS))]
    boxes, each, gone, third = (int(rng.integers(low, high)) for low, high in ((3, 10), (4, 13), (2, 12), (2, 10)))
    left = boxes * each - gone
    start = f"A {who} has {boxes} boxes with {each} {goods} in each and gives {gone} {goods} away."
    if rng.integers(2):
        return Problem(
            f"{start} Then {third} more {goods} arrive. How many {goods} are there now?", str(left + third), "number"
        )
    return Problem(
        f"{start} The rest is sold at {third} coins apiece. How many coins does that bring?",
        str(left * third),
        "number",
    )
