"""Small changes of single lines of the helper modules of `probes` and `analysis`, found in their syntax trees."""

from __future__ import annotations

import ast
import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOMS = {
    "games": ("probes/games", "analysis/games", "analysis/stats"),
    "calibration": ("probes/calibration", "analysis/calibration"),
    "user_turn": ("probes/user_turn", "probes/shared/turns", "probes/shared/items", "analysis/user_turn"),
    "minds": ("probes/minds", "probes/shared/personas", "analysis/minds"),
    "context": ("probes/context", "probes/shared/conversations", "analysis/context"),
    "user_model": ("probes/user_model", "probes/shared/world", "analysis/user_model"),
    "instructions": ("probes/instructions", "probes/shared/effects", "analysis/instructions"),
    "characters": ("probes/characters", "analysis/characters"),
    "persuasion": ("probes/persuasion", "analysis/persuasion"),
    "choices": ("probes/choices", "analysis/choices"),
}
"""Family -> the folders whose lines its numbers are made by."""
_NOT_RUN = {"suite", "plots", "__pycache__"}
"""Probes themselves (their own source was always looked at) and drawings."""
_COMPARED = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==", ast.In: "not in",
             ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is"}  # fmt: skip
_CALCULATED = {ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "*", ast.Mod: "//"}
_JOINED = {ast.And: "or", ast.Or: "and"}


@dataclass(frozen=True)
class Mutant:
    """One change: the text between two byte offsets of a file becomes another."""

    family: str
    file: str
    line: int
    kind: str
    begin: int
    end: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.kind}: {self.text}"

    def applied(self, source: bytes) -> bytes:
        """The file with the change."""
        return source[: self.begin] + self.text.encode() + source[self.end :]


def chosen(home: Path, family: str, run: Mapping[str, Collection[int]], seed: int, count: int) -> list[Mutant]:
    """`count` mutants of lines that were `run` (file -> lines), from as many modules of a family as possible."""
    rng, found = random.Random(f"{seed} {family}"), []
    modules = [[site for site in _sites(home, family, file) if site.line in run.get(site.file, ())]
               for file in _modules(home, family)]  # fmt: skip
    rng.shuffle(modules)
    while len(found) < count:
        modules = [sites for sites in modules if sites]
        for sites in modules[: count - len(found)]:
            found.append(sites.pop(rng.randrange(len(sites))))
    return found


def _modules(home: Path, family: str) -> list[Path]:
    files = (file for room in ROOMS[family] for file in sorted((home / room).rglob("*.py")))
    return [file for file in files if not _NOT_RUN & set(file.relative_to(home).parts)]


def _sites(home: Path, family: str, file: Path) -> Iterator[Mutant]:
    source = file.read_bytes()
    lines = source.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    for node, inside in _counting(ast.parse(source), False):
        for kind, text in _changes(node, inside):
            begin = starts[node.lineno - 1] + node.col_offset
            end = starts[node.end_lineno - 1] + node.end_col_offset
            yield Mutant(family, str(file.relative_to(home)), node.lineno, kind, begin, end, text)


def _counting(node: ast.AST, inside: bool) -> Iterator[tuple[ast.expr, bool]]:
    """Expressions that can matter to a number, and whether they are inside a function.

    Documentation, annotations, decorators and error messages are left out.
    """
    if isinstance(node, ast.Raise | ast.Assert | ast.Import | ast.ImportFrom | ast.JoinedStr):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.expr):
        yield node, inside
    inside |= isinstance(node, ast.FunctionDef | ast.Lambda)
    left_out = ("annotation", "returns", "decorator_list")
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in left_out:
                yield from _counting(child, inside)


def _changes(node: ast.expr, inside: bool) -> Iterator[tuple[str, str]]:
    """(kind, text in its place). Texts outside functions are mostly titles and sources: they are left as they are."""
    match node:
        case ast.Compare(left, [operator], [right]):
            yield "comparison", f"({ast.unparse(left)} {_COMPARED[type(operator)]} {ast.unparse(right)})"
        case ast.Constant(bool() as value):
            yield "constant", str(not value)
        case ast.Constant(int() | float() as value):
            yield "constant", str(value + (1 if isinstance(value, int) else 0.5))
        case ast.Constant(str() as value) if inside and " " in value.strip():
            yield "wording", repr(f"{value} Indeed. ")
        case ast.BinOp(left, operator, right) if type(operator) in _CALCULATED and not _text(left) | _text(right):
            yield "arithmetic", f"({ast.unparse(left)} {_CALCULATED[type(operator)]} {ast.unparse(right)})"
        case ast.BoolOp(operator, values):
            yield "logic", f"({f' {_JOINED[type(operator)]} '.join(f'({ast.unparse(value)})' for value in values)})"
        case ast.IfExp(test, body, other):
            yield "branch", f"({ast.unparse(other)} if {ast.unparse(test)} else {ast.unparse(body)})"


def _text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
