"""Scripted strategies. Each public function is one, by its name: past moves of both as letters in, C or D out.

`own` and `theirs` hold one letter per finished round, so a strategy has no state to clean between matches. A last
parameter with a number for default may be given after a colon: `defect_once:4`, `random:0.7`.
Names follow Axelrod 1984, The Evolution of Cooperation, and Akata et al. 2025, doi:10.1038/s41562-025-02172-y.
"""

from __future__ import annotations

import numpy as np

_OTHER = {"C": "D", "D": "C"}


def always_cooperate(own: str, theirs: str, rng: np.random.Generator) -> str:
    """C, whatever happens."""
    return "C"


def always_defect(own: str, theirs: str, rng: np.random.Generator) -> str:
    """D, whatever happens."""
    return "D"


def defect_once(own: str, theirs: str, rng: np.random.Generator, at: float = 1) -> str:
    """D in round `at` (the first is 1), C in every other."""
    return "D" if len(own) + 1 == at else "C"


def alternator(own: str, theirs: str, rng: np.random.Generator) -> str:
    """C, D, C, D and so on."""
    return "CD"[len(own) % 2]


def alternator_from_d(own: str, theirs: str, rng: np.random.Generator) -> str:
    """D, C, D, C and so on."""
    return "DC"[len(own) % 2]


def tit_for_tat(own: str, theirs: str, rng: np.random.Generator) -> str:
    """C, then what the other did last."""
    return theirs[-1:] or "C"


def suspicious_tit_for_tat(own: str, theirs: str, rng: np.random.Generator) -> str:
    """D, then what the other did last."""
    return theirs[-1:] or "D"


def reverse_tit_for_tat(own: str, theirs: str, rng: np.random.Generator) -> str:
    """D, then the opposite of what the other did last."""
    return _OTHER[theirs[-1]] if theirs else "D"


def tit_for_two_tats(own: str, theirs: str, rng: np.random.Generator) -> str:
    """D only after two D in a row."""
    return "D" if theirs.endswith("DD") else "C"


def hard_tit_for_tat(own: str, theirs: str, rng: np.random.Generator) -> str:
    """C, then D while one of the last three moves of the other was D.

    The released twenty-round data of Akata et al. open with D instead and carry memory from one match to the next.
    """
    return "D" if "D" in theirs[-3:] else "C"


def grim_trigger(own: str, theirs: str, rng: np.random.Generator) -> str:
    """C until the first D of the other, then D for ever."""
    return "D" if "D" in theirs else "C"


def win_stay_lose_shift(own: str, theirs: str, rng: np.random.Generator) -> str:
    """C, then C after equal moves and D after different ones (Nowak and Sigmund 1993, doi:10.1038/364056a0)."""
    return "C" if not own or own[-1] == theirs[-1] else "D"


def naive_prober(own: str, theirs: str, rng: np.random.Generator, chance: float = 0.1) -> str:
    """Tit-for-tat that defects with probability `chance` without a reason."""
    return "D" if rng.random() < chance else tit_for_tat(own, theirs, rng)


def generous_tit_for_tat(own: str, theirs: str, rng: np.random.Generator, chance: float = 1 / 3) -> str:
    """Tit-for-tat that forgives a D with probability `chance`."""
    return "C" if rng.random() < chance else tit_for_tat(own, theirs, rng)


def random(own: str, theirs: str, rng: np.random.Generator, chance: float = 0.5) -> str:
    """C with probability `chance`."""
    return "C" if rng.random() < chance else "D"
