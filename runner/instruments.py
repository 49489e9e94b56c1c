"""`check` and `score`: two questions that need no notebook. The packages they ask are imported when they are asked."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from runner.terminal import printable, refuse, show, tell

OK, FAILED = 0, 1


def check(source: str, load: Mapping[str, Any]) -> int:
    """Load a model and let engine, plain transformers and TransformerBridge be compared on it."""
    import probes
    from probes.models.check import checked

    try:
        model: Any = probes.load_model(source, **load)
        checks = checked(model, bridge=True) if hasattr(model, "model") else dict(model.info)
    except (probes.LoadError, OSError, ValueError) as error:
        tell(error, "failed:", "red")
        return FAILED
    except Exception as error:  # of a library, which a model folder or an option has surprised
        tell(f"{source} cannot be checked ({type(error).__name__}: {error})"[:500], "failed:", "red")
        return FAILED
    show(json.dumps({"model": model.name, "fingerprint": model.fingerprint, **checks}, indent=1, default=str))
    wrong = [name for name, outcome in checks.items() if isinstance(outcome, dict) and outcome.get("passed") is False]
    return FAILED if wrong else OK


def score(source: Path, groups: list[str], target: Path | None) -> int:
    """Calibration of a run folder, or of a table from anywhere: columns `confidence`, `correct` in [0, 1], `cluster`
    where rows repeat. Without `groups` it is split by form, kind, persona and the like where they vary."""
    from analysis.calibration.tables import FACTORS, score_file

    console = Console(width=None if sys.stdout.isatty() else 200)
    try:
        scores = score_file(source, groups or None)
    except (OSError, ValueError, KeyError) as error:
        return refuse([str(error.args[-1])[:300]])
    groups = groups or [name for name in FACTORS if name in scores.columns]
    if target:
        scores.to_csv(target, index=False)
    columns = [*groups, "metric", "value", "low", "high", "null_low", "null_high", "units", "scored", "asked", "reason"]
    table = Table(*map(_text, columns), box=None)
    for row in scores[columns].itertuples(index=False):
        table.add_row(
            *("" if item != item else f"{item:.3g}" if isinstance(item, float) else _text(item) for item in row)
        )
    console.print(table)
    return OK


def _text(value: object) -> str:
    """Literal text of a cell: group names come from files of others."""
    return escape(printable(value))
