"""Published rules of the RLVF study, read from a local copy of its Python lists by `ast` and never executed.

The repository (austrian-code-wizard/c3po) has no licence file: the path is the user's, nothing of it is kept here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Feedback:
    """One rule: what it asks for, where, and how a program can tell.

    Parameters
    ----------
    content, domain, effect : str
        The whole instruction, where it applies, and what it asks for.
    checks : tuple of (str, tuple of str)
        Metric and its strings, all of which must hold; empty where only a judge could tell.
    line : int
        Where it stands in the file.
    """

    content: str
    domain: str
    effect: str
    checks: tuple[tuple[str, tuple[str, ...]], ...]
    line: int

    def holds(self, text: str) -> bool | None:
        """Whether a text has the effect; None where no rule can tell."""
        if not self.checks:
            return None
        return all(METRICS[metric](text.strip().lower(), strings) for metric, strings in self.checks)


METRICS: Mapping[str, Callable[[str, Sequence[str]], bool]] = {
    "contains_any_string": lambda text, strings: any(one.lower() in text for one in strings),
    "contains_all_strings": lambda text, strings: all(one.lower() in text for one in strings),
    "contains_none_strings": lambda text, strings: not any(one.lower() in text for one in strings),
    "starts_with": lambda text, strings: any(text.startswith(one.lower()) for one in strings),
    "ends_with": lambda text, strings: any(text.endswith(one.lower()) for one in strings),
}
"""Metrics of the study that are checks of strings; case is ignored, as there."""


def load(path: str | Path) -> list[Feedback]:
    """The rules of a file such as `src/feedback/manual.py`.

    Raises
    ------
    ValueError
        Where the file is not Python, has no rule, or a rule lacks a text; the line is named.
    """
    file = Path(path)
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError) as error:
        raise ValueError(f"{file.name}: not Python ({error})") from None
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == "Feedback"]
    if not calls:
        raise ValueError(f"{file.name}: no Feedback(...) in it; give src/feedback/manual.py or a file like it")
    return [_rule(node, f"{file.name}, line {node.lineno}") for node in sorted(calls, key=lambda node: node.lineno)]


def _rule(node: ast.Call, where: str) -> Feedback:
    arguments = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    texts = {}
    for field in ("content", "domain", "effect"):
        value = arguments.get(field)
        if not (isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value.strip()):
            raise ValueError(f"{where}: field {field!r} must be a text")
        texts[field] = value.value
    return Feedback(**texts, checks=tuple(_checks(arguments, where)), line=node.lineno)


def _checks(arguments: Mapping[str, ast.expr], where: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The checks of a rule; none where one of its metrics is no check of strings."""
    metrics, values = (_listed(arguments.get(field)) for field in ("metric", "metric_value"))
    names = [_name(metric) for metric in metrics]
    if not names or any(name not in METRICS for name in names):
        return
    if len(names) == 1 and not isinstance(arguments["metric"], ast.List):
        values = [arguments["metric_value"]] if "metric_value" in arguments else []
    if len(values) != len(names):
        raise ValueError(f"{where}: {len(names)} metrics need as many values, got {len(values)}")
    for name, value in zip(names, values, strict=True):
        strings = tuple(str(_constant(one, where)) for one in _listed(value))
        yield name, strings


def _constant(node: ast.expr, where: str) -> Any:
    if not isinstance(node, ast.Constant):
        raise ValueError(f"{where}: metric_value must be texts written out, found {type(node).__name__}")
    return node.value


def _listed(node: ast.expr | None) -> list[ast.expr]:
    return [] if node is None else list(node.elts) if isinstance(node, ast.List) else [node]


def _name(node: ast.expr) -> str:
    """The last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
