"""What a notebook declares in its `parameters` cell, and whether what was given fits. Nothing is executed here.

One annotated assignment a line, the comment is its help, and its end may bound it:

    samples: int = 5                 # samples per context [1, 100]
    temperature: float = 0.7         # of the sampler (0, 2]
    profile: str = "small"           # how much to run {small, full}
    personas: list[str] = ["none"]   # who the model is

`[` and `]` include the bound, `(` and `)` leave it out, `inf` is allowed; a bound on a list holds for each element.
"""

from __future__ import annotations

import ast
import difflib
import io
import keyword
import math
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runner.kinds import convert, known

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED = {"out": "the run folder is chosen by the runner; use --out for the folder of all runs"}
READ, CHOOSES = "path", ("dataset", "data")
"""A file that a notebook reads, and the parameters that choose who reads it."""
_NUMBER = r"\s*([+-]?(?:inf|[0-9.]+(?:[eE][+-]?[0-9]+)?))\s*"
_BOUNDS = re.compile(rf"([\[(]){_NUMBER},{_NUMBER}([\])])\s*$")
_CHOICES = re.compile(r"\{([^{}]*)\}\s*$")


class Refused(Exception):
    """Something given does not fit; `problems` lists everything that is wrong, not only the first."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Parameter:
    """One declared parameter; `bounds` is (low, high, low included, high included)."""

    name: str
    kind: ast.expr
    default: Any
    help: str = ""
    bounds: tuple[float, float, bool, bool] | None = None
    choices: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """The annotation as text."""
        return ast.unparse(self.kind)

    def take(self, value: Any) -> Any:
        """The value typed and within bounds; ValueError says why not."""
        typed = convert(self.kind, value)
        if typed == [] and self.default != []:
            raise ValueError("the list is empty")
        for item in typed if isinstance(typed, list) else [typed]:
            self._bounded(item)
        return typed

    def _bounded(self, item: Any) -> None:
        if self.bounds and isinstance(item, int | float):
            low, high, closed_low, closed_high = self.bounds
            above = item >= low if closed_low else item > low
            below = item <= high if closed_high else item < high
            if not (above and below):
                interval = f"{'[' if closed_low else '('}{low:g}, {high:g}{']' if closed_high else ')'}"
                raise ValueError(f"{item} lies outside {interval}")
        if self.choices and isinstance(item, str) and item not in self.choices:
            raise ValueError(f"{item!r} is not one of {', '.join(self.choices)}{_close(item, self.choices)}")


def declared(source: str) -> dict[str, Parameter]:
    """The parameters of a cell's source, in order. Refused lists every line that breaks the form."""
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise Refused([f"the parameters cell is not Python: {error.msg} (line {error.lineno})"]) from error
    comments = _comments(source)
    parameters: dict[str, Parameter] = {}
    problems: list[str] = []
    for node in body:
        try:
            parameter = _declared(node, comments.get(node.end_lineno or 0, ""))
            if parameter.name in parameters:
                raise ValueError(f"{parameter.name} is declared twice")
            parameters[parameter.name] = parameter
        except ValueError as error:
            problems.append(f"parameters cell, line {node.lineno}: {error}")
    if problems:
        raise Refused(problems)
    return parameters


def _declared(node: ast.stmt, comment: str) -> Parameter:
    if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None):
        raise ValueError("expected `name: type = value  # help`")
    if not known(node.annotation):
        raise ValueError(
            f"type {ast.unparse(node.annotation)} is not str, int, float, bool, list[...] or dict[str, ...]"
        )
    try:
        default = ast.literal_eval(node.value)
    except (ValueError, TypeError, RecursionError, MemoryError):
        raise ValueError(f"the default of {node.target.id} is not a plain value") from None
    parameter = Parameter(node.target.id, node.annotation, default, comment, *_limits(comment))
    parameter.take(default)
    return parameter


def _limits(comment: str) -> tuple[tuple[float, float, bool, bool] | None, tuple[str, ...]]:
    if match := _BOUNDS.search(comment):
        opening, low, high, closing = match.groups()
        if float(low) > float(high) or math.isnan(float(low)):
            raise ValueError(f"the bounds {match.group(0)} are empty")
        return (float(low), float(high), opening == "[", closing == "]"), ()
    if match := _CHOICES.search(comment):
        return None, tuple(choice.strip() for choice in match.group(1).split(","))
    return None, ()


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ").rstrip() for token in tokens if token.type == tokenize.COMMENT}


def resolve(parameters: Mapping[str, Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter with its value: the given ones checked and typed, the others at their default."""
    resolved = {name: parameter.default for name, parameter in parameters.items()}
    problems: list[str] = []
    for name, value in given.items():
        problem = _name_problem(name, parameters)
        if problem is None:
            try:
                resolved[name] = parameters[name].take(value)
            except (ValueError, RecursionError) as error:
                problem = f"{name} ({parameters[name].type}): {error}"
        if problem is not None:
            problems.append(problem)
    chosen = [name for name in CHOOSES if name in parameters]
    if resolved.get(READ) and chosen and not any(resolved[name] for name in chosen):
        problems.append(f"{READ}: nothing would be read from it; {' or '.join(chosen)} says how (-p {chosen[0]}=NAME)")
    if problems:
        raise Refused(problems)
    return resolved


def _name_problem(name: Any, parameters: Mapping[str, Parameter]) -> str | None:
    if not (isinstance(name, str) and NAME.fullmatch(name)):
        return f"{ascii(name)[:80]}: a parameter name has letters, digits and underscores only"
    if keyword.iskeyword(name):
        return f"{name}: is a Python keyword, not a parameter"
    if name in RESERVED:
        return f"{name}: {RESERVED[name]}"
    if name not in parameters:
        return f"{name}: unknown parameter{_close(name, parameters)}; there are {', '.join(parameters) or 'none'}"
    return None


def _close(word: str, words: Any) -> str:
    near = difflib.get_close_matches(word, list(words), n=1)
    return f" (did you mean {near[0]}?)" if near else ""
