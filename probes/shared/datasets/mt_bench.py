"""MT-Bench (arXiv 2306.05685): 80 two-turn scripts; the second turn is a real next user turn for `user_turn`.

Read from a folder with `question.jsonl`; answers come from `reference_gpt-4.jsonl` beside it where it has them, the
other answers are empty and have to be the model's own.
"""

from __future__ import annotations

from pathlib import Path

from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._read import Record, Source, locate
from probes.shared.items.contexts import Context

RELEASE, LICENCE = "github.com/lm-sys/FastChat (llm_judge/data/mt_bench)", "Apache-2.0"
GROUP = "question"


def load(path: str | Path, limit: int | None = None, spread: bool = False) -> Loaded[Context]:
    """One context per question, its category as domain."""
    questions = locate(path, "question.jsonl")
    reference = questions[0].parent / "reference_gpt-4.jsonl"
    answers = dict(collect(Source((reference,)), _answers)) if reference.is_file() else {}

    def one(record: Record) -> Context:
        number = record.get("question_id", int)
        turns: list[str] = []
        references = answers.get(number, [])
        for place, asked in enumerate(record.texts("turns")):
            turns += [asked, references[place] if place < len(references) else ""]
        return Context(f"mt_bench-{number}", record.get("category", str), tuple(turns))

    return collect(Source(questions), one, limit, spread)


def _answers(record: Record) -> tuple[int, list[str]]:
    turns: list[str] = next((choice.texts("turns") for choice in record.each("choices")), [])
    return record.get("question_id", int), turns
