"""The table of docs/faults.md from the rows of the tests; run as a script it writes it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name) for name in ("runner", "study", ""))]

from fault_table import GROUPS, ROOT, Case  # noqa: E402

PAGE = ROOT / "docs" / "faults.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->"


def table(cases: Iterable[Case]) -> str:
    """Markdown rows: group, what is given, what the answer says."""
    rows = ["| | what is given or happens | words of the answer |", "|---|---|---|"]
    for case in cases:
        rows.append(f"| {case.group} {GROUPS[case.group]} | {_cell(case.given)} | {_cell(case.answer.strip())} |")
    return "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("![", "!\\[").replace("\n", " ")


if __name__ == "__main__":
    from test_fault_table import CASES

    said = PAGE.read_text(encoding="utf-8")
    fresh = re.sub(rf"{BEGIN}.*?{END}", lambda _: f"{BEGIN}\n{table(CASES)}\n{END}", said, flags=re.DOTALL)
    PAGE.write_text(fresh, encoding="utf-8")
