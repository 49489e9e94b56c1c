"""FANToM: beliefs in conversations that people leave and rejoin (arXiv 2310.15421), read from a local `fantom_v1.json`.

A list of question sets. Used of each: `set_id`, `short_context` or `full_context`, `factQA`, `beliefQAs`,
`answerabilityQAs_binary`, `infoAccessibilityQAs_binary`. Evaluation only, by the authors' wish; never bundled.
List questions are not multiple choice and are left out; the all-of-a-set score here is over the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from probes.datasets._items import Item, found, get, item, read_json

_BINARY = {"answerability": "answerabilityQAs_binary", "info_access": "infoAccessibilityQAs_binary"}


def load(
    path: str | Path, context: str = "short", scenario: str = "inaccessible", limit: int | None = None
) -> list[Item]:
    """Belief choice, answerability and information access as two-option items.

    Parameters
    ----------
    context : `short` (the part around the absence) or `full`.
    scenario : keep questions whose missed information is `inaccessible`, `accessible`, or `all`. With the full
        context a set counts as inaccessible as soon as one of its people lacks the information.
    limit : number of sets.
    """
    if context not in ("short", "full"):
        raise ValueError(f"context is short or full, got {context!r}")
    file = found(path, "fantom_v1.json")
    items: list[Item] = []
    for number, record in enumerate(read_json(file, list)[:limit], start=1):
        where = f"{file.name}, set {number}"
        story = get(record, f"{context}_context", str, where).strip()
        group = str(get(record, "set_id", (str, int), where))
        for k, (task, access, question, answer, options) in enumerate(_questions(record, context, where)):
            if scenario in ("all", access):
                items.append(
                    item(where, name=f"{group}-{k}", question=question, answer=answer, options=options, story=story,
                         task=task, group=group)
                )  # fmt: skip
    return items


def _questions(record: Any, context: str, where: str) -> Iterator[tuple[str, str, str, str, tuple[str, str]]]:
    """(task, accessibility, question, answer, options) of one set."""
    fact = get(record, "factQA", dict, where)
    asked, told = (get(fact, name, str, f"{where}, factQA") for name in ("question", "correct_answer"))
    for qa in get(record, "beliefQAs", list, where):
        right, wrong = (get(qa, name, str, f"{where}, beliefQAs") for name in ("correct_answer", "wrong_answer"))
        access = get(qa, "missed_info_accessibility", str, f"{where}, beliefQAs")
        yield "belief", access, get(qa, "question", str, f"{where}, beliefQAs"), right, (right, wrong)
    for task, field in _BINARY.items():
        lead = f"Target: {asked}" if task == "answerability" else f"Information: {asked} {told}"
        given = get(record, field, list, where)
        someone_lacks_it = any(str(qa.get("correct_answer", "")).startswith("no") for qa in given)
        for qa in given:
            answer = get(qa, "correct_answer", str, f"{where}, {field}")
            if answer == "no:long" and context == "short":
                continue
            access = get(qa, "missed_info_accessibility", str, f"{where}, {field}")
            if context == "full" and someone_lacks_it:
                access = "inaccessible"
            question = f"{lead}\nQuestion: {get(qa, 'question', str, f'{where}, {field}')}"
            yield task, access, question, answer.partition(":")[0], ("yes", "no")
