"""The hand-labelled turns that check the instruments: written for the purpose, beside the true next turns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from probes.transcript import Transcript
from probes.user_turn.contexts import Context, own, read_jsonl
from probes.user_turn.perturb import edit

STIMULI = Path(__file__).parents[1] / "stimuli"


@dataclass(frozen=True)
class Labelled:
    """A user turn after an answer to a context's query, and the class it was given by hand; `hard` marks traps."""

    context: Context
    turn: str
    label: str
    hard: bool = False
    written: str = ""
    """The answer it follows, where that is not the context's own."""

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

    Drawn at random from a run at temperatures 0, 0.7 and 1; whoever labelled them saw no temperature and no class.
    """
    places = {context.id: (place, context) for place, context in enumerate(own(per_domain=6))}
    found = []
    for row in read_jsonl(STIMULI / "generated_turns.jsonl"):
        place, context = places[row["context"]]
        said = Transcript().user(context.query()).assistant(row["answer"])
        answer = edit("question" if row["question"] else "none", said, "", place).turns[-1].text
        found.append(Labelled(context, row["turn"], "follow_up" if row["follow_up"] else "other", written=answer))
    return found
