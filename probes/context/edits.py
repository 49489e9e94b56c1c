"""Edits of a transcript for contrasts: pure functions, each returns a new transcript and leaves the last turn's role.

Positions count turns from 0, negative ones from the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from probes.core.transcript import Transcript, Turn

PLACEHOLDER = "[Reply given]"
NOTE = "Your earlier replies are hidden as [Reply given]. Answer only the newest message."
FILLER = "No information found."
WORDINGS = {
    "guide": "Here is the message that the user will send after your reply. Let it guide your reply:\n{message}",
    "failed": "Your previous attempt at a reply was not good enough. The user said about it:\n{message}\nReply better.",
    "neutral": "A later message from the user in this conversation:\n{message}",
}
"""Three ways to show a future message: as guidance, as reaction to a failure, without comment. Not equivalent."""


def full(transcript: Transcript) -> Transcript:
    """The transcript as it is: the identity, whose contrast is exactly zero."""
    return transcript


def user_only(transcript: Transcript, placeholder: str = PLACEHOLDER, note: str = NOTE) -> Transcript:
    """Every assistant turn replaced by a placeholder, explained in the system turn (the roles keep alternating).

    Small models take the placeholder for an example and say it themselves: see `user_joined`, and `echo` of the
    `own_rounds` probe.
    """
    if not any(turn.role == "assistant" for turn in transcript):
        return transcript
    return _noted(transcript.omit("assistant", placeholder), note)


def user_joined(transcript: Transcript) -> Transcript:
    """Assistant turns left out, the user's messages joined into one turn: the same words without a placeholder."""
    return _joined(turn for turn in transcript if turn.role != "assistant")


def summarised(transcript: Transcript, summaries: Sequence[str]) -> Transcript:
    """Assistant turns replaced by one summary each, in order; ValueError where the counts differ."""
    places = [place for place, turn in enumerate(transcript) if turn.role == "assistant"]
    for place, summary in zip(places, summaries, strict=True):
        transcript = transcript.replace(place, summary)
    return transcript


def last_turn(transcript: Transcript) -> Transcript:
    """System turns and the last turn."""
    return drop_before(transcript, len(transcript) - 1)


def last_exchange(transcript: Transcript) -> Transcript:
    """System turns and the last three turns: the exchange before the newest message, and that message."""
    return drop_before(transcript, max(len(transcript) - 3, 0))


def drop_before(transcript: Transcript, position: int) -> Transcript:
    """Without the turns before a position; system turns stay."""
    start = range(len(transcript))[position] if transcript.turns else 0
    return keep_if(transcript, lambda place, turn: place >= start)


def keep_if(transcript: Transcript, wanted: Callable[[int, Turn], bool]) -> Transcript:
    """The turns for which `wanted(position, turn)` holds; system turns stay."""
    kept = (turn for place, turn in enumerate(transcript) if turn.role == "system" or wanted(place, turn))
    return Transcript(tuple(kept))


WHOLE: dict[str, Callable[[Transcript], Transcript]] = {
    edit.__name__: edit for edit in (full, user_only, user_joined, last_turn, last_exchange)
}
"""The edits that need nothing but the transcript: what the `contexts` field of a probe may name."""


def mask(transcript: Transcript, position: int, length: int, filler: Sequence[str]) -> Transcript:
    """One turn overwritten in place by `length` tokens of filler, so that later positions do not move.

    `filler` holds the token strings of a placeholder as the model cuts it (see `filler_text`); `length` is the number
    of tokens of the turn's text. Source: the masked observation of InfoPO (arXiv 2603.00656).
    """
    return transcript.replace(position, filler_text(filler, length))


def filler_text(filler: Sequence[str], length: int) -> str:
    """The first `length` tokens of a placeholder, its last word repeated where it is too short.

    The source repeats the last *token*, a full stop; runs of full stops merge when cut into tokens again, words do not.
    """
    if length < 1:
        raise ValueError(f"a turn of {length} tokens cannot be overwritten")
    words = [token for token in filler if any(letter.isalnum() for letter in token)]
    if not words:
        raise ValueError("the placeholder has no word to repeat")
    repeated = words[-1] if words[-1].startswith(" ") else f" {words[-1]}"
    return "".join([*words[:length], *[repeated] * (length - len(words))])


def swap(transcript: Transcript, position: int, text: str) -> Transcript:
    """One turn's text exchanged for another's: a mismatched turn."""
    return transcript.replace(position, text)


def shuffle(transcript: Transcript, position: int, rng: np.random.Generator) -> Transcript:
    """One turn with its words in random order: the same words, another message."""
    words = transcript.turns[position].text.split()
    return transcript.replace(position, " ".join(rng.permutation(words).tolist()))


def delete(transcript: Transcript, position: int) -> Transcript:
    """Without one turn; its neighbours of one role are joined, so that the roles keep alternating."""
    return _joined(transcript.drop(position))


def hindsight(transcript: Transcript, message: str, wording: str = "guide") -> Transcript:
    """The last user turn with a block that shows a message from the future (an empty message gives the bare block)."""
    if not transcript.turns or transcript.turns[-1].role != "user":
        raise ValueError("a hindsight block needs a transcript that ends with a user turn")
    block = WORDINGS[wording].format(message=message)
    return transcript.replace(-1, f"{transcript.turns[-1].text}\n\n{block}")


def characters(transcript: Transcript) -> int:
    """Length of a context: characters of all turns."""
    return sum(len(turn.text) for turn in transcript)


def _joined(turns: Iterable[Turn]) -> Transcript:
    """Neighbours of one role as one turn, a blank line between their texts."""
    kept: list[Turn] = []
    for turn in turns:
        if kept and kept[-1].role == turn.role:
            kept[-1] = replace(turn, text=f"{kept[-1].text}\n\n{turn.text}")
        else:
            kept.append(turn)
    return Transcript(tuple(kept))


def _noted(transcript: Transcript, note: str) -> Transcript:
    """With a note after an existing system text, or as a system turn of its own."""
    if not note:
        return transcript
    if transcript.turns[0].role == "system":
        return transcript.replace(0, f"{transcript.turns[0].text}\n\n{note}")
    return Transcript((Turn("system", note), *transcript.turns))
