"""Invented words and what they stood for so far: does the model take up a partner's own language?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Choose, Play, Probe, Row, Transcript, Trial
from probes.core.design import LETTERS
from probes.games.reference import COLOURS, SHAPES

WORDS = ("dax", "wug", "toma", "blick", "fep", "zorp", "kiki", "modi", "gazz")


@dataclass(frozen=True)
class PrivateWords:
    """Three things and three invented words that a partner uses for them."""

    things: tuple[str, ...]
    words: tuple[str, ...]

    def facts(self) -> dict[str, str]:
        """The columns of a pool."""
        return {"things": ", ".join(self.things), "words": ", ".join(self.words)}

    def meaning(self, turn: int) -> dict[str, int]:
        """Word -> place of its thing; over the turns 0 to 2 every word stands for every thing once."""
        return {word: (at + turn) % len(self.things) for at, word in enumerate(self.words)}


@dataclass(frozen=True)
class PrivateLexicon(Probe):
    """Does the model take up a partner's own words?

    A partner has names of its own for three things. After 0, 1 or more rounds, each of which tells what every word
    stood for, it says one of them, and the model picks a thing. The words change parts over three lexicons, so that
    tastes for words, things and places bring exactly one in three.
    """

    pools: int = 12
    """Sets of three things and three words, the independent units."""
    exposures: tuple[int, ...] = (0, 2)
    """Earlier rounds in which each word was used once."""
    pool_seed: int = 0
    """Seed of things and words."""

    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {},
        "full": {"pools": 60, "exposures": (0, 1, 2, 4, 8)},
    }
    example: ClassVar[Mapping[str, Any]] = {"pools": 2}
    measures: ClassVar[Mapping[str, str]] = {"hit": "probability", "mass": "probability"}
    chance: ClassVar[Mapping[str, float]] = {"hit": 1 / 3}
    unit: ClassVar[str] = "pool"
    version: ClassVar[int] = 2
    source: ClassVar[str] = "own protocol, after reference games between strangers with conventions of their own"

    def trials(self) -> Iterator[Trial]:
        """Pools x exposures."""
        rng = np.random.default_rng(self.pool_seed)
        for number in range(self.pools):
            colours, shapes, words = (rng.permutation(each)[:3] for each in (COLOURS, SHAPES, WORDS))
            things = tuple(f"{colour} {shape}" for colour, shape in zip(colours, shapes, strict=True))
            for count in self.exposures:
                yield Trial(pool=number, lexicon=PrivateWords(things, tuple(map(str, words))), exposures=count)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """One word under all three lexicons and, in turn, each of the words."""
        cells = [(word, turn) for word in trial.lexicon.words for turn in range(len(trial.lexicon.words))]
        replies = yield [hear(trial.lexicon, trial.exposures, word, turn) for word, turn in cells]
        for (word, turn), reply in zip(cells, replies, strict=True):
            right = trial.lexicon.things[trial.lexicon.meaning(turn)[word]]
            yield Row({"hit": reply.p[right], "mass": reply.mass}, {"word": word, "turn": turn}, reply)


def hear(words: PrivateWords, rounds: int, word: str, turn: int) -> Choose:
    """The rounds so far, then the word; within a round the words come in an order of their own."""
    meaning = words.meaning(turn)
    lines = [
        f"Your partner said {one}, and it was the {words.things[meaning[one]]}."
        for number in range(rounds)
        for one in np.roll(words.words, number + 1)
    ]
    listed = [f"{letter}) the {thing}" for letter, thing in zip(LETTERS, words.things, strict=False)]
    before = ["So far:", *lines, ""] if lines else []
    text = "\n".join(
        ["You and a partner talk about three things. Your partner has its own words for them.", *listed, "",
         "Answer with the letter of the thing that your partner means.", "", *before,
         f"Now your partner says: {word}."]
    )  # fmt: skip
    labels = {f" {letter}": thing for letter, thing in zip(LETTERS, words.things, strict=False)}
    return Choose(Transcript().user(text), labels, prefill="Answer:")
