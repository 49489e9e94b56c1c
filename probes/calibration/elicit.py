"""The words of every elicitation, an answer that is being judged, and what eliciting a confidence brings."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from probes.calibration.grading import matches, unknown
from probes.calibration.reading import WORDS
from probes.core import Choice, Choose, Reply
from probes.core.design import Arm
from probes.core.transcript import Transcript
from probes.shared.items.known import Known
from probes.shared.personas import Opening

LETTER = "Answer with the letter of the right option."
SHORT = "Reply with the answer only."
PERCENT = "How sure are you that this answer is right? Reply with a percentage from 0 to 100 and nothing else."
PERCENT_ONE = f"{LETTER} On the next line write how sure you are that it is right, as a percentage from 0 to 100."
PHRASE = f"How likely is this answer to be right? Reply with one of these: {', '.join(WORDS)}."
PHRASE_ONE = f"{LETTER} On the next line write how likely it is to be right: {', '.join(WORDS)}."
TRUE = "Is the proposed answer right?"
OFFER = "You may answer this question or pass. A wrong answer costs as much as a right one earns. What do you do?"
EMPTY = "N/A"


@dataclass(frozen=True)
class Answered:
    """An item, what stands before it, and the answer that is being judged (`label` only when it was an option)."""

    item: Known
    question: str
    opening: Opening
    answer: str
    arm: Arm | None = None
    reply: Reply | None = None
    samples: int = 5

    @property
    def prompt(self) -> str:
        """What the answer answered."""
        return ask(self.question, self.arm)

    @property
    def said(self) -> str:
        """The answer as the model's own turn."""
        return f"Answer: {self.arm.label(self.answer)}" if self.arm else self.answer

    @property
    def told(self) -> Transcript:
        """The conversation after the answer."""
        return self.opening.user(self.prompt).assistant(self.said)


@dataclass(frozen=True)
class Elicited:
    """A confidence in [0, 1] or a status, and how it came about."""

    confidence: float | str
    wording: str
    context: str
    read_out: str
    reply: Reply | None = None
    shares: tuple[float, ...] = ()
    """Probability of every option of the item, where the kind has them."""
    asked: tuple[Choice, ...] = ()
    """The option questions the number was read from; none where it was read from words or from a text's probability."""

    @property
    def mass(self) -> float | str:
        """Mean probability of all options together over those questions; `unscored` where none was asked."""
        return min(1.0, sum(reply.mass for reply in self.asked) / len(self.asked)) if self.asked else "unscored"


Script = Generator[Any, Any, Elicited]


def ask(question: str, arm: Arm | None, instruction: str = "") -> str:
    """The question with its options, and how to answer."""
    if arm is None:
        return f"{question}\n{instruction or SHORT}"
    return f"{question}\n{arm.lines()}\n{instruction or LETTER}"


def choose(opening: Opening, question: str, arm: Arm) -> Choose:
    """The option question; labels follow `Answer:` as words of their own."""
    return Choose(opening.user(ask(question, arm)), {f" {label}": text for label, text in arm.shown}, prefill="Answer:")


def right(answered: Answered) -> bool:
    """Whether the answer being judged is right."""
    if answered.arm:
        return answered.answer == answered.item.answer
    return (
        matches(answered.answer, answered.item.right, answered.question)
        if answered.item.answerable
        else unknown(answered.answer)
    )
