"""The hand-labelled turns that check the instruments: written for the purpose, beside the true next turns."""

from __future__ import annotations

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
    """Turns that SmolLM2-135M wrote after its own answers, told apart by hand into `follow_up` and `other`.

    Drawn at random from two runs at temperatures 0, 0.7 and 1; whoever labelled them saw no temperature and no class.
    `seen` ones (81) were looked at while rules were corrected; the other 60 came from later contexts.
    """
    known = {context.id: context for context in own()}
    return [
        Labelled(known[row["context"]], row["turn"], label, written=row["answer"], seen=row["seen"])
        for row in read_jsonl(STIMULI / "generated_turns.jsonl")
        for label in ["follow_up" if row["follow_up"] else "other"]
    ]
