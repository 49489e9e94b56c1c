"""The words of every elicitation, an answer that is being judged, and what eliciting a confidence brings."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from probes.calibration.grading import matches, unknown
from probes.calibration.tongue import tongue
from probes.core import Choice, Choose, Reply
from probes.core.design import Arm
from probes.core.transcript import Transcript
from probes.shared.items.known import Known
from probes.shared.personas import Opening


@dataclass(frozen=True)
class Wordings:
    """The words of every elicitation in one language."""

    language: str = "en"

    def __getitem__(self, name: str) -> str:
        """A wording by its name in `tongues`, its slots filled."""
        said = tongue(self.language)["elicit"]
        filled = str(said[name])
        return filled.replace("{letter}", said["letter"]).replace("{words}", ", ".join(said["words"]))

    def meant(self, meanings: Sequence[str]) -> dict[str, str]:
        """Meanings of options in this language."""
        return {name: str(tongue(self.language)["elicit"]["meanings"][name]) for name in meanings}


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
    language: str = "en"

    @property
    def says(self) -> Wordings:
        """The words of its language."""
        return Wordings(self.language)

    @property
    def prompt(self) -> str:
        """What the answer answered."""
        return ask(self.question, self.arm, language=self.language)

    @property
    def said(self) -> str:
        """The answer as the model's own turn."""
        return f"{self.says['answer']} {self.arm.label(self.answer)}" if self.arm else self.answer

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


def ask(question: str, arm: Arm | None, instruction: str = "", language: str = "en") -> str:
    """The question with its options, and how to answer."""
    says = Wordings(language)
    if arm is None:
        return f"{question}\n{instruction or says['short']}"
    return f"{question}\n{arm.lines()}\n{instruction or says['letter']}"


def choose(opening: Opening, question: str, arm: Arm, language: str = "en") -> Choose:
    """The option question; labels follow `Answer:` as words of their own."""
    labels = {f" {label}": text for label, text in arm.shown}
    return Choose(opening.user(ask(question, arm, language=language)), labels, prefill=Wordings(language)["answer"])


def right(answered: Answered) -> bool:
    """Whether the answer being judged is right."""
    if answered.arm:
        return answered.answer == answered.item.answer
    return (
        matches(answered.answer, answered.item.right, answered.question)
        if answered.item.answerable
        else unknown(answered.answer)
    )
