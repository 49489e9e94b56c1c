"""Budgets of the house: small modules, small functions, notebooks without logic. What is over is printed."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for name in ("probes", "analysis", "runner") for path in (ROOT / name).rglob("*.py"))
NOTEBOOKS = sorted(path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
AIM_MODULE, DEFECT_MODULE = 150, 250
AIM_BODY, DEFECT_BODY = 20, 40
CODE_LINES, NOTEBOOK_BYTES = 40, 20_000


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without signature and docstring."""
    first = node.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    begin = first.end_lineno + 1 if documented and len(node.body) > 1 else first.lineno
    return node.end_lineno - begin + 1


def functions(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", body_lines(node)


def test_modules_stay_under_250_lines():
    sizes = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in MODULES}
    over = {name: size for name, size in sizes.items() if size > AIM_MODULE}
    print("over the aim of 150 lines:", over)
    assert not {name: size for name, size in over.items() if size > DEFECT_MODULE}


def test_functions_stay_under_40_lines():
    sizes = dict(item for path in MODULES for item in functions(path))
    print("over the aim of 20 lines:", {name: size for name, size in sizes.items() if size > AIM_BODY})
    assert not {name: size for name, size in sizes.items() if size > DEFECT_BODY}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_hold_no_logic_and_no_outputs(path):
    cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    code = "".join("".join(cell["source"]) + "\n" for cell in cells)
    logic = [cell for cell in cells if "parameters" not in cell["metadata"].get("tags", [])]
    lines = [line for cell in logic for line in "".join(cell["source"]).splitlines()]
    lines = [line for line in lines if line.strip() and not line.strip().startswith("#")]
    assert len(lines) <= CODE_LINES, f"{len(lines)} code lines"
    assert path.stat().st_size <= NOTEBOOK_BYTES
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    assert not [node for node in ast.walk(ast.parse(code)) if isinstance(node, kinds)]
    assert not any(cell["outputs"] or cell["execution_count"] for cell in cells)
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_shown_is_displayed(path):
    """Jupyter displays the last expression of a cell, and nothing that stands in an `if` or a loop."""
    cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    for cell in cells:
        body = ast.parse("".join(cell["source"])).body
        shown = [node for node in body if "show." in ast.unparse(node) and "display(" not in ast.unparse(node)]
        assert all((node is body[-1] and isinstance(node, ast.Expr)) or isinstance(node, ast.Assign) for node in shown)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_twins_are_in_step(path):
    import jupytext

    twin = jupytext.read(path.with_suffix(".py"))
    notebook = jupytext.read(path)
    form = [(cell.cell_type, cell.source, cell.metadata.get("tags", [])) for cell in notebook.cells]
    assert form == [(cell.cell_type, cell.source, cell.metadata.get("tags", [])) for cell in twin.cells]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_import_only_probes_and_analysis_of_ours(path):
    cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    tree = ast.parse("".join("".join(cell["source"]) + "\n" for cell in cells))
    names = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert "runner" not in names
    assert {"probes", "analysis"} & names
