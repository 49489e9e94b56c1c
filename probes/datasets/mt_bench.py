"""MT-Bench (arXiv 2306.05685): 80 two-turn scripts; the second turn is a real next user turn for `user_turn`.

Read from a folder with `question.jsonl`; answers come from `reference_gpt-4.jsonl` beside it where it has them, the
other answers are empty and have to be the model's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from probes.user_turn.contexts import Context, read_jsonl


def load(path: str | Path) -> list[Context]:
    """One context a question, its category as domain."""
    folder = Path(path)
    answers = folder / "reference_gpt-4.jsonl"
    given = {row["question_id"]: row["choices"][0]["turns"] for row in read_jsonl(answers)} if answers.exists() else {}
    return [_context(row, given.get(row["question_id"], [])) for row in read_jsonl(folder / "question.jsonl")]


def _context(row: dict[str, Any], answers: list[str]) -> Context:
    turns: list[str] = []
    for place, asked in enumerate(row["turns"]):
        turns += [asked, answers[place] if place < len(answers) else ""]
    return Context(f"mt_bench-{row['question_id']}", row["category"], tuple(turns))
