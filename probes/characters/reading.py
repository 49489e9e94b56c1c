"""What rules read in a turn of a simulated user: manners, facts in own words, copying, slips out of the role, loops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from probes.characters.users import Place
from probes.shared.turns.rules import classify
from probes.shared.turns.text import grams, looped, shared, words
from probes.shared.turns.tongue import foreign

SIZE = 4
"""Words of a run that counts as copied."""


def read(place: Place, form: str, turn: str, earlier: Sequence[str], answer: str) -> dict[str, Any]:
    """The measures that rules give: `style`, `facts`, `copied`, `assistantlike`, `loop`.

    Parameters
    ----------
    form : how the profile was shown; where it was not, the list is what a copy is looked for in.
    turn : all that was written, not empty.
    earlier, answer : the user's turns before it, and the reply that it follows.
    """
    own = place.own
    return {
        "style": float(own.holds(turn)) if own.manner else "unscored",
        "facts": own.named(fresh(turn, own.lines(legible(form)))) if own.manner else "unscored",
        "copied": copied(place, form, turn),
        "assistantlike": "unscored" if foreign(turn) else float(slipped(turn, answer)),
        "loop": float(looping(turn, earlier)),
    }


def legible(form: str) -> str:
    """The form that a profile is read in: a list where none was shown."""
    return form if form != "none" else "list"


def runs(lines: Sequence[str]) -> set[tuple[str, ...]]:
    """All runs of SIZE words of a profile, whose lines are read one after the other."""
    return set(grams(words("\n".join(lines)), SIZE))


def overlaps(place: Place, form: str, turn: str) -> list[float]:
    """Share of the turn's runs of words that stand in the profile of each user of the square; empty without a run."""
    spoken = grams(words(turn), SIZE)
    return [shared(spoken, list(runs(user.lines(legible(form))))) for user in place.users] if spoken else []


def copied(place: Place, form: str, turn: str) -> float | str:
    """Share of runs of words that stand in the own profile, minus the mean share in the three others'."""
    each = overlaps(place, form, turn)
    others = [share for at, share in enumerate(each) if at != place.place]
    return each[place.place] - float(np.mean(others)) if each else "unscored"


def fresh(turn: str, lines: Sequence[str]) -> str:
    """The words of a turn, without those that are copied, joined by blanks; a stroke stands for each one left out."""
    spoken, known = words(turn), runs(lines)
    taken = {at + k for at, run in enumerate(grams(spoken, SIZE)) if run in known for k in range(SIZE)}
    return " ".join("|" if at in taken else word for at, word in enumerate(spoken))


def slipped(turn: str, answer: str) -> bool:
    """Whether the user's turn reads as the assistant's: class `carry_on` of the rules for user turns.

    The user's earlier turns are kept from the rules, which would call an assistant's turn that comes twice a
    restatement; that it comes twice is what `loop` says.
    """
    return classify(turn, "", answer) == "carry_on"


def looping(turn: str, earlier: Sequence[str]) -> bool:
    """Whether a turn goes round in itself, or most of its runs of words stand in the user's earlier turns."""
    before = [run for text in earlier for run in grams(words(text), SIZE)]
    return looped(turn) or shared(grams(words(turn), SIZE), before) > 0.5


def held(place: Place, turn: str) -> str:
    """1 or 0 for the manner of each user of the square, as text."""
    return " ".join(str(int(user.holds(turn))) for user in place.users)


def named(place: Place, form: str, turn: str) -> str:
    """Share of the facts of each user of the square that the turn names in words of its own, as text."""
    text = fresh(turn, place.own.lines(legible(form)))
    return " ".join(f"{user.named(text):.4g}" for user in place.users)
