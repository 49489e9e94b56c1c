"""BigToM: causal templates of beliefs and actions (arXiv 2306.15448), read from a local `bigtom.csv`.

Semicolon-separated, no header, 19 columns: story of five sentences (the 4th tells the initial belief, the 5th the
causal event), awareness, actions, questions, answers, and a random event for the controls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from probes.shared.datasets._items import Item, Loaded, collect, story_group
from probes.shared.datasets._read import Record, source

RELEASE, LICENCE = "github.com/cicl-stanford/procedural-evals-tom", "MIT"
GROUP = "template: its true- and false-belief stories share all but one sentence"

_STORY, _AWARE, _UNAWARE, _RANDOM, _RANDOM_AWARE, _RANDOM_UNAWARE = 0, 1, 2, 14, 15, 16
_QUESTION = {"belief": 5, "action": 7}
_IF_AWARE = {"belief": 8, "action": 10}
_IF_UNAWARE = {"belief": 11, "action": 13}


def load(
    path: str | Path,
    variables: tuple[str, ...] = ("belief", "action"),
    initial: bool = False,
    limit: int | None = None,
    spread: bool = False,
) -> Loaded[Item]:
    """True- and false-belief stories and their controls, forward from the percept.

    Parameters
    ----------
    variables : `belief`, `action`: what is asked. (`desire` has one answer in both conditions and cannot be scored.)
    initial : tell the initial belief (the story's 4th sentence) or not.
    limit : templates (groups) to read.
    """
    if not set(variables) <= {"belief", "action"}:
        raise ValueError(f"variables are belief and action, got {variables}")

    def items(record: Record) -> list[Item]:
        cells = record.cells(19)
        name, group = f"bigtom-{record.number - 1}", story_group("bigtom", cells[_STORY])
        return [
            Item(f"{name}-{variable}-{task}", cells[_QUESTION[variable]], answer, options, story,
                 f"{variable}:{task}", group)
            for variable in variables
            for options in [(cells[_IF_AWARE[variable]], cells[_IF_UNAWARE[variable]])]
            for task, story, answer in _conditions(cells, options, initial, record.where)
        ]  # fmt: skip

    return collect(source(path, "bigtom.csv", header=False, delimiter=";"), items, limit, spread)


def _conditions(
    cells: list[str], options: tuple[str, str], initial: bool, where: str
) -> Iterator[tuple[str, str, str]]:
    """(condition, story, answer). In the controls nothing relevant happens, so the first belief stays."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z])", cells[_STORY])
    if len(sentences) < 5:
        raise ValueError(f"{where}: the story has {len(sentences)} sentences, expected five")
    setting, belief, event = " ".join(sentences[:-2]), sentences[-2], sentences[-1]
    before = f"{setting} {belief}" if initial else setting
    for task, happened, percept, answer in (
        ("true_belief", event, cells[_AWARE], options[0]),
        ("false_belief", event, cells[_UNAWARE], options[1]),
        ("true_control", cells[_RANDOM], cells[_RANDOM_AWARE], options[1]),
        ("false_control", cells[_RANDOM], cells[_RANDOM_UNAWARE], options[1]),
    ):
        yield task, f"{before} {happened} {percept}", answer
