"""The labelled turns that check the instruments: written for the purpose or by a model, beside the true next turns."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from probes.shared.items.contexts import Context, read_jsonl
from probes.user_turn.contexts import own

STIMULI = Path(__file__).parent / "stimuli"


@dataclass(frozen=True)
class Labelled:
    """A user turn after an answer to a context's query, and the class it was given by hand; `hard` marks traps."""

    context: Context
    turn: str
    label: str
    hard: bool = False
    written: str = ""
    """The answer it follows, where that is not the context's own."""
    seen: bool = True
    """Whether rules were corrected while looking at it."""

    @property
    def answer(self) -> str:
        """What the turn follows."""
        return self.written or self.context.given()


def labelled(with_next: bool = True) -> list[Labelled]:
    """All labelled turns; `with_next` adds every context's own next turn, which is a follow-up by construction."""
    known = {context.id: context for context in own()}
    rows = [
        Labelled(known[row["context"]], row["turn"], row["label"], row["hard"])
        for row in read_jsonl(STIMULI / "labelled_turns.jsonl")
    ]
    following = [Labelled(context, context.following(), "follow_up") for context in known.values()]
    return rows + following * with_next


def generated() -> list[Labelled]:
    """Turns that SmolLM2-135M wrote, told apart into `follow_up` and `other` after the definition in docs/user_turn.md.

    566 turns from 124 contexts: 225 of 45 contexts are kept for tests, labelled before an instrument was changed;
    the `seen` ones (341, other contexts) may be looked at while one is made. Labels are those of labeller b's first
    round, who saw neither temperature nor class.
    """
    known = {context.id: context for context in own()}
    given = {row["turn"]: row["label"] for row in labels() if (row["labeller"], row["round"]) == ("b", "1")}
    return [
        Labelled(known[row["context"]], row["turn"], label, written=row["answer"], seen=row["part"] != "test")
        for row in read_jsonl(STIMULI / "generated_turns.jsonl")
        for label in ["follow_up" if given[row["id"]] == "follow_up" else "other"]
    ]


def labels() -> list[dict[str, str]]:
    """Every label ever given to a generated turn: turn, labeller, round, date, label, doubt (`doubt` or empty).

    Labeller a told two classes apart; b gave six, and 60 turns a second round.
    """
    with (STIMULI / "turn_labels.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
