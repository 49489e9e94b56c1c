"""A problem, its answer in normal form, and the form the answer is read in."""

from __future__ import annotations

from dataclasses import dataclass

from probes.core.extract import FORMS


@dataclass(frozen=True)
class Problem:
    """`answer` is what `extract` must find; `options` are offered as A to E where there are any."""

    question: str
    answer: str
    form: str
    options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise ValueError(f"form {self.form!r} is not one of {', '.join(FORMS)}")
        if self.options and self.answer not in "ABCDE"[: len(self.options)]:
            raise ValueError(f"the answer {self.answer!r} is no letter of {len(self.options)} options")

    @property
    def text(self) -> str:
        """The question as it is asked."""
        lines = "".join(f"\n({letter}) {text}" for letter, text in zip("ABCDE", self.options, strict=False))
        return f"{self.question}{lines}"
