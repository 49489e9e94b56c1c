"""The same words in one turn or over many: depth of a conversation apart from distance and from amount.

`spread` against `one` tells what many turns do to the same words. In the two arrangements with chatter the words stand
in one turn of a conversation as deep as `spread`: `chatter_before` against `one` tells what so many other words do, and
`chatter_after` against `chatter_before`, which have the same turns in another order, what distance does.
"""

from __future__ import annotations

from collections.abc import Sequence

from probes.core.transcript import Transcript
from probes.shared.world.tongue import tongue

TURNS = ("one", "spread", "chatter_after", "chatter_before")
"""All in one turn; a part a turn; in one turn, then chatter; chatter, then in one turn."""


def noted(parts: Sequence[str], language: str = "en", to: Transcript | None = None) -> Transcript:
    """A conversation with every part as a user turn, and a note from the assistant after each."""
    conversation, words = to or Transcript(), tongue("assistant", language)
    for part in parts:
        conversation = conversation.user(part).assistant(words.frames["turns"]["noted"])
    return conversation


def chatter(count: int, language: str = "en") -> tuple[str, ...]:
    """So many remarks of a user that have nothing to do with anything; they come round again."""
    return tuple(tongue("assistant", language).phrase("chatter", number) for number in range(count))


def arranged(parts: Sequence[str], turns: str, language: str = "en", between: str = "\n") -> Transcript:
    """Parts of a text in one of `TURNS`, a note after every turn but the last, which is left to a question.

    All arrangements but `one` have as many turns as there are parts. between: what joins parts in one turn. ValueError
    names the arrangements there are.
    """
    if turns not in TURNS:
        raise ValueError(f"turns {turns!r} is not one of {', '.join(TURNS)}")
    whole, idle = between.join(parts), chatter(len(parts) - 1, language)
    shown = {"one": (whole,), "spread": tuple(parts), "chatter_after": (whole, *idle), "chatter_before": (*idle, whole)}
    return noted(shown[turns][:-1], language).user(shown[turns][-1])
