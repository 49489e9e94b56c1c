"""What can be done to an answer before the user turn opens: operators on a transcript that ends in the answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from probes.core.transcript import Transcript

GENERIC_QUESTIONS = (
    "What do you think about this?",
    "Do you have any questions about this?",
    "Would you like me to explain any part of this in more detail?",
    "Does that make sense to you?",
)

Edit = Callable[[Transcript, str, int], Transcript]


def none(transcript: Transcript, other: str, k: int) -> Transcript:
    """The answer as it is."""
    return transcript


def half(transcript: Transcript, other: str, k: int) -> Transcript:
    """Cut after half of its words, end-of-turn kept."""
    return transcript.truncate(-1, 0.5)


def half_open(transcript: Transcript, other: str, k: int) -> Transcript:
    """Cut after half of its words, without the end-of-turn."""
    return transcript.truncate(-1, 0.5, closed=False)


def sentence(transcript: Transcript, other: str, k: int) -> Transcript:
    """Cut after its first sentence, end-of-turn kept."""
    return transcript.replace(-1, first_sentence(transcript.turns[-1].text))


def sentence_open(transcript: Transcript, other: str, k: int) -> Transcript:
    """Cut after its first sentence, without the end-of-turn."""
    return transcript.replace(-1, first_sentence(transcript.turns[-1].text), closed=False)


def question(transcript: Transcript, other: str, k: int) -> Transcript:
    """A generic question appended: the positive control, since it asks for a reaction."""
    return transcript.replace(
        -1, f"{transcript.turns[-1].text.rstrip()} {GENERIC_QUESTIONS[k % len(GENERIC_QUESTIONS)]}"
    )


def swapped(transcript: Transcript, other: str, k: int) -> Transcript:
    """The answer to another context's query: the negative control."""
    return transcript.replace(-1, other)


def empty(transcript: Transcript, other: str, k: int) -> Transcript:
    """No answer at all: the assistant turn is there but empty."""
    return transcript.replace(-1, "")


EDITS: dict[str, Edit] = {
    edit.__name__: edit for edit in (none, half, half_open, sentence, sentence_open, question, swapped, empty)
}


_CUT = re.compile(r"cut_(\d\d)(_open)?")


def edit(name: str, transcript: Transcript, other: str, k: int) -> Transcript:
    """Apply one operator by name; `other` is another context's answer, `k` counts contexts (it picks the question).

    `cut_25` and `cut_25_open` cut after any other share of the words, in per cent.
    """
    known(name)
    if cut := _CUT.fullmatch(name):
        return transcript.truncate(-1, int(cut[1]) / 100, closed=not cut[2])
    return EDITS[name](transcript, other, k)


def known(name: str) -> None:
    """ValueError where no operator has this name."""
    if name not in EDITS and not _CUT.fullmatch(name):
        raise ValueError(f"no perturbation {name!r}; there are: {', '.join(EDITS)}, cut_25, cut_75_open and so on")


def first_sentence(text: str) -> str:
    """Up to the first full stop, question or exclamation mark followed by space, or the first line break."""
    end = re.search(r"(?<=[^\W\d_][.!?])\s|(?<=\d\d[.!?])\s|(?<=[)\]`'\"][.!?])\s|\n", text.strip())
    return text.strip()[: end.start()].rstrip() if end else text.strip()
