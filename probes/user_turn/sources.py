"""Where a probe's contexts come from: our own, or a data set imported by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from probes.core.transcript import Transcript
from probes.shared.datasets import SHELF
from probes.shared.items.contexts import Context
from probes.shared.turns.tongue import require_english
from probes.user_turn.checks import verified
from probes.user_turn.contexts import own


@dataclass(frozen=True)
class Pool:
    """The mismatched contexts of a trial; the first one also lends what the trial needs from another context."""

    contexts: tuple[Context, ...]

    def shown(self, depth: int = 1) -> list[Transcript]:
        """Every context up to and including its given answer `depth`."""
        return [other.asked(depth).assistant(other.given(depth)) for other in self.contexts]

    def facts(self) -> dict[str, Any]:
        """The column a pool brings to a record."""
        return {"other": self.contexts[0].id} if self.contexts else {}


def contexts(dataset: str = "", path: str = "", domains: Iterable[str] = (), per_domain: int = 0) -> list[Context]:
    """Our own contexts, or those of `probes.datasets[dataset]` at `path`; `per_domain=0` takes all of each domain.

    Raises ValueError for a path without a data set, and where most queries are in another language than English, which
    the rules read.
    """
    if not dataset:
        if path:
            raise ValueError(f"path {path!r} is given, but no dataset that says how it is read")
        return own(domains, per_domain)
    wanted = set(domains)
    loaded = [verified(as_context(entry, dataset)) for entry in SHELF[dataset](path)]
    kept = sorted((one for one in loaded if not wanted or one.domain in wanted), key=lambda one: one.domain)
    grouped = groupby(kept, key=lambda one: one.domain)
    taken = [context for _, group in grouped for context in list(group)[: per_domain or None]]
    require_english(context.query() for context in taken)
    return taken


def as_context(entry: Any, dataset: str) -> Context:
    """What importers return: a Context as it is, a question with its answer, or a conversation in messages."""
    if isinstance(entry, Context):
        return entry
    if hasattr(entry, "question"):
        asked = f"{entry.story}\n\n{entry.question}" if entry.story else entry.question
        return Context(entry.name, entry.task or dataset, (asked,), check=_check(entry))
    turns = tuple(turn.text for turn in entry.transcript if turn.role != "system")
    return Context(entry.name, dataset, turns)


def _check(entry: Any) -> dict[str, Any]:
    """A free answer that is a number can be checked; options and words cannot be, here."""
    try:
        return {} if entry.options else {"number": float(entry.answer)}
    except ValueError:
        return {}


def spread(known: list[Context], item: Context, place: int, many: int) -> list[Context]:
    """At most `many` other contexts with a given answer, evenly spread from half way round on: the same every time.

    Where fewer than two of `known` have an answer, our own contexts lend theirs.
    """
    able = [one for one in known if one.given()]
    others = [one for one in able if one.id != item.id] if len(able) > 1 else []
    rest = others or [one for one in own() if one.id != item.id]
    many = min(many, len(rest))
    return [rest[(place + len(rest) // 2 + round(k * len(rest) / many)) % len(rest)] for k in range(many)]


def followed(dataset: str, path: str, domains: Iterable[str], per_domain: int, depth: int) -> list[Context]:
    """Contexts of which a next user turn is known; our own where the data set has none."""
    known = contexts(dataset, path, domains, per_domain)
    usable = [one for one in known if one.depth >= depth and one.following(depth)]
    return usable or [one for one in own(per_domain=per_domain) if one.depth >= depth and one.following(depth)]
