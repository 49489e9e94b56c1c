"""The claims of a run as a function of its tables: the notebook's own code, from its parameters to `publish`.

Only the statements that the published claims depend on are executed; nothing is displayed, and the two ways to a model,
`probes.load_model` and `probes.run`, are given by the caller. So every notebook that ends with `publish`, own ones
included, can be read again on other rows: without a unit, by today's rules, on a few trials.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from analysis.report.claims import Claim

RESULT = "_published"
Run = Callable[..., Any]
"""Takes what `probes.run` takes, gives a records table."""


class NotReplayable(ValueError):
    """A run whose claims cannot be computed again from its tables, with the reason and the remedy."""


@dataclass(frozen=True)
class Script:
    """The statements of a notebook that its claims depend on.

    Parameters
    ----------
    path : the notebook.
    statements : in order, the last of which assigns the published claims to `RESULT`.
    parameters : names that its tagged cell declares.
    """

    path: Path
    statements: tuple[ast.stmt, ...]
    parameters: frozenset[str]

    def claims(self, given: Mapping[str, Any], run: Run, load_model: Callable[..., Any]) -> list[Claim]:
        """The claims, with the parameters `given`; NotReplayable where a statement needs what is not there."""
        published = self.execute(given, run, load_model)[RESULT]
        return [published] if isinstance(published, Claim) else list(published)

    def execute(self, given: Mapping[str, Any], run: Run, load_model: Callable[..., Any]) -> dict[str, Any]:
        """All names after the last statement."""
        names: dict[str, Any] = {}
        left = self.parameters & set(given)  # a later line may bind the name anew: model = probes.load_model(model)
        try:
            for statement in self.statements:
                code = compile(ast.Module([statement], []), str(self.path), "exec")
                exec(code, names)  # noqa: S102 - the user's own notebook, as `interlocutor run` would execute it
                own = left.intersection(_stored(statement))
                names |= {name: given[name] for name in own}
                left -= own
                names |= {name: _Face(value, run, load_model) for name, value in names.items() if _is_probes(value)}
        except NotReplayable:
            raise
        except Exception as error:
            line = f"{self.path.name}, {ast.unparse(statement)[:60]!r}"
            raise NotReplayable(f"{line}: {type(error).__name__}: {error}"[:400]) from error
        return names


class _Face:
    """`probes` as the notebook sees it, with the caller's `run` and `load_model`."""

    def __init__(self, module: ModuleType, run: Run, load_model: Callable[..., Any]) -> None:
        self._module, self.run, self.load_model = module, run, load_model

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def _is_probes(value: Any) -> bool:
    return isinstance(value, ModuleType) and value.__name__ == "probes"


def script(path: Path) -> Script:
    """The part of a notebook that makes its claims. NotReplayable where it is no Python or publishes none."""
    body, declared = _body(path)
    last = next((at for at in reversed(range(len(body))) if _published(body[at])), None)
    if last is None:
        raise NotReplayable(f"{path} publishes no claims: its last cell must call analysis.claims.publish")
    target = ast.copy_location(ast.Assign([ast.Name(RESULT, ast.Store())], _published(body[last])), body[last])
    target = ast.fix_missing_locations(target)
    return Script(path, (*_needed(body[:last], _loaded(target)), target), declared)


def asking(path: Path) -> Script:
    """The part of a notebook that asks a model something: every call of `probes.run`, and what it depends on."""
    body, declared = _body(path)
    return Script(path, tuple(_needed(body, set(), _asks)), declared)


def _asks(statement: ast.stmt) -> bool:
    calls = [node.func for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr == "run" and getattr(call.value, "id", "") == "probes"
               for call in calls)  # fmt: skip


def _body(path: Path) -> tuple[list[ast.stmt], frozenset[str]]:
    """(all statements of a notebook, names that its tagged cell declares)."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        code = [(_source(cell), cell.get("metadata", {}).get("tags", [])) for cell in cells
                if cell["cell_type"] == "code"]  # fmt: skip
        trees = [(ast.parse(source).body, tags) for source, tags in code if "injected-parameters" not in tags]
    except (OSError, ValueError, KeyError, TypeError, SyntaxError) as error:
        raise NotReplayable(f"{path} cannot be read as Python cells: {type(error).__name__}: {error}"[:300]) from error
    declared = {name for body, tags in trees if "parameters" in tags for line in body for name in _stored(line)}
    return [statement for statements, _ in trees for statement in statements], frozenset(declared)


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _published(statement: ast.stmt) -> Any:
    """What a statement publishes, or nothing."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "publish":
            return node.args[0] if node.args else None
    return None


def _needed(body: list[ast.stmt], names: set[str],
            too: Callable[[ast.stmt], bool] = lambda statement: False) -> list[ast.stmt]:  # fmt: skip
    """The statements that `names` depend on, and those that are wanted `too`, in order."""
    kept: list[ast.stmt] = []
    for statement in reversed(body):
        if names & {*_stored(statement)} or too(statement):
            kept.append(statement)
            names = names | _loaded(statement)
    return kept[::-1]


def _loaded(statement: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _stored(statement: ast.stmt) -> Iterator[str]:
    """Names that a statement binds."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
