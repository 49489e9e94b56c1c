"""`interlocutor compare`: one page, one JSON file and one Markdown summary about the differences between runs."""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.report.show.html import visible
from analysis.study.comparison import CHANGED, SAME, UNDECIDED, Comparison, NotComparable, compare, labels, outcome
from analysis.study.shown import comparison
from runner.files import in_words, write_json, write_text
from runner.parameters import Refused
from runner.study.runs import side, write_page
from runner.terminal import refuse, show, tell

if TYPE_CHECKING:
    from analysis.report.claims import Claim

GATE = {SAME: 0, CHANGED: 1, UNDECIDED: 2}
REFUSED = 3
"""Exit code of a gate that could not be asked: none of its three answers."""


def compare_runs(runs: list[str], root: Path, gate: bool = False, to: Path | None = None) -> int:
    """Compare, write the page beside the runs and say where it is; the exit code.

    Without `gate` it is 0 where the comparison was made. With it 0 says same, 1 changed, 2 undecided, 3 refused. `to`:
    folder of `comparison.json` and `summary.md` (default: that of the page).
    """
    if to and to.exists() and not to.is_dir():
        code = refuse([f"--to {to} is a file; give a folder for comparison.json and summary.md"])
        return REFUSED if gate else code
    try:
        if to:
            to.mkdir(parents=True, exist_ok=True)
        found = compare(*(side(run, root) for run in runs))
    except (Refused, NotComparable) as error:
        code = refuse(error.problems)
        return REFUSED if gate else code
    except (ValueError, OSError) as error:
        code = refuse([in_words(error)])
        return REFUSED if gate else code
    folder = root / _name(found)
    command = shlex.join(["interlocutor", "compare", *runs, *(["--out", str(root)] if root != Path("reports") else [])])
    title = f"Differences from {labels(found.sides)[0]}"
    page = write_page(folder, title, command, comparison(found), list(found.claims),
                      {"runs": [side.name for side in found.sides]})  # fmt: skip
    beside = to or folder
    write_json(beside / "comparison.json", found.record())
    write_text(beside / "summary.md", summary(found))
    for claim in found.claims:
        tell(
            f"{claim.topic}: {claim.sentence}", outcome(claim), {CHANGED: "red", SAME: "green"}.get(outcome(claim), "")
        )
    for reason, ids in found.unpaired.items():
        tell(f"{', '.join(ids)}: {reason}", "not paired by unit:", "yellow")
    tell("", found.outcome, "bold")
    show(page)
    return GATE[found.outcome] if gate else 0


def _name(found: Comparison) -> str:
    """The same runs give the same folder; runs of the same names with other evidence give another."""
    known = [f"{side.name} {side.identity}" for side in found.sides]
    return f"compare-{hashlib.sha256(' '.join(known).encode()).hexdigest()[:10]}"


def summary(found: Comparison) -> str:
    """Markdown for a job summary or a pull request: the outcome, and one row per claim. No text of a model is in it."""
    names = labels(found.sides)
    head = f"# {found.outcome.capitalize()}\n\n{_plain(', '.join(names[1:]))} against {_plain(names[0])}.\n\n"
    rows = ["| claim | outcome | difference | interval | margin | p (Holm) |", "|---|---|---|---|---|---|"]
    apart = [f"\nNot paired by unit ({_plain(', '.join(ids))}): {_plain(why)}" for why, ids in found.unpaired.items()]
    return head + "\n".join([*rows, *map(_row, found.claims), *apart]) + "\n"


def _row(claim: Claim) -> str:
    from analysis.report.numbers import limits, numeral

    found, unit = claim.estimate, claim.unit
    failed = "; ".join(gate.name for gate in claim.gates if gate.passed is False)
    between = limits(found.low, found.high, unit) if found.low is not None and found.high is not None else found.reason
    cells = [claim.id, outcome(claim), "" if failed else numeral(found.value, unit),
             f"gate failed: {failed}" if failed else between, numeral(claim.margin, unit) if claim.margin else "none",
             "" if claim.adjusted is None else numeral(claim.adjusted)]  # fmt: skip
    return f"| {' | '.join(map(_plain, cells))} |"


def _plain(text: str) -> str:
    """Names come from others: no markup, no new cell."""
    said = visible(text, 200).replace("\n", " ")
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>|#!" else character for character in said)
