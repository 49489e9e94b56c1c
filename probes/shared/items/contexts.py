"""A context: a query, its answer and what may follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from probes.core.transcript import Transcript
from probes.schema.given.json_text import parsed


@dataclass(frozen=True)
class Context:
    """A conversation whose turns alternate, user first. An empty assistant turn is one that was not given.

    `check` holds the checks of the first answer, whose names are verified by the family that asks; `wrong` is a planted
    wrong first answer.
    """

    id: str
    domain: str
    turns: tuple[str, ...]
    wrong: str = ""
    check: Mapping[str, Any] = field(default_factory=dict)
    system: str = ""

    def __post_init__(self) -> None:
        if not self.turns or not self.turns[0].strip():
            raise ValueError(f"context {self.id!r} has no query")

    @property
    def depth(self) -> int:
        """How many exchanges can be asked: queries before which every answer is given."""
        reached = 1
        while len(self.turns) > 2 * reached and self.turns[2 * reached - 1].strip():
            reached += 1
        return reached

    def query(self, depth: int = 1) -> str:
        """The user turn of exchange `depth`, counted from 1."""
        return self.turns[2 * depth - 2]

    def given(self, depth: int = 1) -> str:
        """The given answer of exchange `depth`; empty where there is none."""
        return self.turns[2 * depth - 1] if len(self.turns) >= 2 * depth else ""

    def following(self, depth: int = 1) -> str:
        """The user turn that really followed exchange `depth`; empty where there is none."""
        return self.turns[2 * depth] if len(self.turns) > 2 * depth else ""

    def asked(self, depth: int = 1) -> Transcript:
        """The conversation up to and including query `depth`."""
        transcript = Transcript().system(self.system) if self.system else Transcript()
        for position, text in enumerate(self.turns[: 2 * depth - 1]):
            transcript = transcript.add("assistant" if position % 2 else "user", text)
        return transcript

    def facts(self) -> dict[str, str]:
        """The columns a context brings to a record."""
        return {"context": self.id, "domain": self.domain}


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """One JSON object a line; empty lines are skipped, a broken line is an error that names it."""
    lines = enumerate(Path(path).read_text(encoding="utf-8").split("\n"), start=1)
    return [parsed(line, f"{Path(path).name}, line {number}") for number, line in lines if line.strip()]
