"""Generated questions with exact truth, one topic per file: `generate(("arithmetic",), per_level=4)`.

Every sentence is ours. A topic is a module with `make(level, rng, language)`; modules with an underscore are helpers.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from zlib import crc32

import numpy as np

from probes.calibration.tongue import tongue
from probes.core.registry import of_modules
from probes.shared.items.known import LEVELS, UNKNOWN, Draft, Known, finish

__all__ = ["LEVELS", "SHELF", "UNKNOWN", "Draft", "Known", "generate"]


SHELF = of_modules("topic", __name__, "make")


def generate(
    topics: Sequence[str] = (), levels: Sequence[int] = LEVELS, per_level: int = 4, seed: int = 0, language: str = "en"
) -> list[Known]:
    """`per_level` different items of each topic and level, the same for a seed whatever else is asked for.

    Numbers, people and answers of a seed are the same in every language. The right answer stands at each of the four
    places equally often within four levels, or within per_level = 4.
    """
    items, unknown = [], str(tongue(language)["unknown"])
    for topic, level in product(topics or SHELF, levels):
        seen: set[str] = set()
        for index in range(per_level):
            name = f"{topic}-{level}-{index}"
            for attempt in range(1000):
                rng = np.random.default_rng([seed, crc32(name.encode()), attempt])
                draft = SHELF[topic](level, rng, language)
                if draft.wordings[0] not in seen:
                    break
            else:
                raise ValueError(f"{topic}, level {level}: there are no {per_level} different questions")
            seen.add(draft.wordings[0])
            items.append(finish(draft, name, topic, level, index + level, rng, unknown))
    return items
