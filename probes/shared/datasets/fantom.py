"""FANToM: beliefs in conversations that people leave and rejoin (arXiv 2310.15421), read from a local `fantom_v1.json`.

A list of question sets. Used of each: `set_id`, `short_context` or `full_context`, `factQA`, `beliefQAs`,
`answerabilityQAs_binary`, `infoAccessibilityQAs_binary`. Evaluation only, by the authors' wish; never bundled.
List questions are not multiple choice and are left out; the all-of-a-set score here is over the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from probes.shared.datasets._items import Item, Loaded, collect, story_group
from probes.shared.datasets._read import Record, source

RELEASE, LICENCE = "github.com/skywalker023/fantom", "MIT for the code; the authors ask for evaluation only"
GROUP = "conversation: sets that ask about the same one are one unit"

_BINARY = {"answerability": "answerabilityQAs_binary", "info_access": "infoAccessibilityQAs_binary"}
Asked = tuple[str, str, str, str, tuple[str, str]]


def load(
    path: str | Path,
    context: str = "short",
    scenario: str = "inaccessible",
    limit: int | None = None,
    spread: bool = False,
) -> Loaded[Item]:
    """Belief choice, answerability and information access as two-option items; the name begins with the set.

    Parameters
    ----------
    context : `short` (the part around the absence) or `full`.
    scenario : keep questions whose missed information is `inaccessible`, `accessible`, or `all`. With the full
        context a set counts as inaccessible as soon as one of its people lacks the information.
    limit : number of sets.
    """
    if context not in ("short", "full"):
        raise ValueError(f"context is short or full, got {context!r}")

    def items(record: Record) -> list[Item]:
        story = record.text(f"{context}_context")
        name, group = str(record.get("set_id", (str, int))), story_group("fantom", record.text("full_context"))
        return [
            Item(f"{name}-{k}", question, answer, options, story, task, group, linked=name)
            for k, (task, access, question, answer, options) in enumerate(_questions(record, context))
            if scenario in ("all", access)
        ]

    return collect(source(path, "fantom_v1.json"), items, limit, spread)


def _questions(record: Record, context: str) -> Iterator[Asked]:
    """(task, accessibility, question, answer, options) of one set."""
    fact = record.inside("factQA")
    asked, answered = fact.get("question", str), fact.get("correct_answer", str)
    for qa in record.each("beliefQAs"):
        right, wrong = qa.get("correct_answer", str), qa.get("wrong_answer", str)
        access = qa.get("missed_info_accessibility", str)
        if right == wrong:
            record.leave("belief questions whose two answers are the same")
        else:
            yield "belief", access, qa.get("question", str), right, (right, wrong)
    for task, field in _BINARY.items():
        lead = f"Target: {asked}" if task == "answerability" else f"Information: {asked} {answered}"
        yield from _binary(record.each(field), task, lead, context)


def _binary(listed: list[Record], task: str, lead: str, context: str) -> Iterator[Asked]:
    someone_lacks_it = any(qa.text("correct_answer").startswith("no") for qa in listed)
    for qa in listed:
        answer = qa.get("correct_answer", str)
        if answer == "no:long" and context == "short":
            continue
        access = qa.get("missed_info_accessibility", str)
        if context == "full" and someone_lacks_it:
            access = "inaccessible"
        yield task, access, f"{lead}\nQuestion: {qa.get('question', str)}", answer.partition(":")[0], ("yes", "no")
