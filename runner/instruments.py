"""`check` and `score`: two questions that need no notebook. The packages they ask are imported when they are asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from runner.files import trouble
from runner.terminal import printable, refuse, show, tell

OK, FAILED = 0, 1
MOST = 300
"""Characters of a complaint that names files of others."""


def check(source: str, load: Mapping[str, Any]) -> int:
    """Load a model and let engine, plain transformers and TransformerBridge be compared on it."""
    import probes
    from probes.models.check import checked

    try:
        model: Any = probes.load_model(source, **{"check": False, **load})
        checks = checked(model, bridge=True) if hasattr(model, "model") else model.info.get("checks", {})
    except Exception as error:  # whatever a model's files bring about is said, never shown as a traceback
        known = isinstance(error, (probes.LoadError, OSError, ValueError))
        tell(error if known else f"{source} cannot be checked: {type(error).__name__}: {error}", "failed:", "red")
        return FAILED
    show(f"{model.name}: {model.info['described']}")
    show(f"fingerprint {model.fingerprint}")
    _table(checks)
    return FAILED if any(outcome["passed"] is False for outcome in checks.values()) else OK


def _table(checks: Mapping[str, Mapping[str, Any]]) -> None:
    """What was compared, how it went, what was found, one check below another."""
    from probes.models.check import in_words

    table = Table("check", "result", "found", box=None)
    for name, outcome in checks.items():
        result = {True: "passed", False: "failed"}.get(outcome["passed"], "not run")
        table.add_row(_text(name.replace("_", " ")), result, _text(in_words(outcome)))
    _console().print(table)


def _console() -> Console:
    """As wide as the terminal; into a pipe or a file, wide enough for whole lines."""
    return Console(width=None if sys.stdout.isatty() else 200)


def score(source: Path, groups: list[str], target: Path | None) -> int:
    """Calibration of a run folder, or of a table from anywhere: columns `confidence`, `correct` in [0, 1], `cluster`
    where rows repeat. Without `groups` it is split by form, kind, persona and the like where they vary."""
    from analysis.calibration.tables import FACTORS, score_file
    from analysis.report.export import tidy

    try:
        _writable(target, source)
        scores = score_file(source, groups or None)
        if target:
            tidy(scores, target)
    except OSError as error:
        return refuse([trouble(error)])
    except (ValueError, KeyError) as error:
        return refuse([str(error.args[-1])[:MOST]])
    groups = list(dict.fromkeys(groups)) or [name for name in FACTORS if name in scores.columns]
    columns = [*groups, "metric", "value", "low", "high", "null_low", "null_high", "units", "scored", "asked", "reason"]
    table = Table(*map(_text, columns), box=None)
    for row in scores[columns].itertuples(index=False):
        table.add_row(
            *("" if item != item else f"{item:.3g}" if isinstance(item, float) else _text(item) for item in row)
        )
    _console().print(table)
    return OK


def _writable(target: Path | None, source: Path) -> None:
    """ValueError where the scores cannot go to `target`: said before anything is read, and never over the source."""
    if target is None:
        return
    if target.suffix != ".csv" or (target.exists() and not target.is_file()):
        raise ValueError(f"--to {target}: give a file that ends in .csv")
    folder = next(parent for parent in target.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise ValueError(f"--to {target}: {folder} is no folder that you may write to")
    if target.exists() and source.expanduser().exists() and target.samefile(source.expanduser()):
        raise ValueError(f"--to {target} is the table itself; give another file")


def _text(value: object) -> str:
    """Literal text of a cell: group names come from files of others."""
    return escape(printable(value))
