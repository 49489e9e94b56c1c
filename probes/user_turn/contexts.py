"""Contexts: a query, its answer and what may follow, from our own stimuli or an imported data set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from probes.shared.items.contexts import Context, read_jsonl
from probes.user_turn.checks import verified

FOLDER = Path(__file__).parent / "stimuli" / "contexts"


def own(domains: Iterable[str] = (), per_domain: int = 0) -> list[Context]:
    """Our own contexts, a file per domain in `probes/user_turn/stimuli/contexts`; `per_domain=0` takes all."""
    known = tuple(sorted(path.stem for path in FOLDER.glob("*.jsonl")))
    wanted = tuple(domains) or known
    if wrong := [name for name in wanted if name not in known]:
        raise ValueError(f"no domain {wrong[0]!r}; there are: {', '.join(known)}")
    contexts = []
    for domain in wanted:
        rows = read_jsonl(FOLDER / f"{domain}.jsonl")
        contexts += [verified(_context(domain, row)) for row in rows[: per_domain or len(rows)]]
    return contexts


def _context(domain: str, row: Mapping[str, Any]) -> Context:
    return Context(row["id"], domain, tuple(row["turns"]), row.get("wrong", ""), row.get("check", {}))
