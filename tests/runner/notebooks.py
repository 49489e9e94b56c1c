"""Small notebooks, one a situation, written into a test's folder."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = """\
model: str = "tiny"              # which model
seed: int = 0                    # of everything random
samples: int = 2                 # samples per context [1, 100]
temperature: float = 0.7         # of the sampler (0, 2]
profile: str = "small"           # how much to run {small, full}
personas: list[str] = ["none"]   # who the model is
out: str = "reports/x"           # run folder"""

SENTINEL = """\
import json, pathlib
folder = pathlib.Path(out)
folder.mkdir(parents=True, exist_ok=True)
claim = {"question": "Does it expect an answer?", "sentence": "It does: 62 %.", "verdict": "above", "unit": "probability",
    "units_name": "contexts", "null": 0.5, "null_name": "chance", "margin": None, "value": 0.62, "low": 0.55, "high": 0.69,
    "level": 0.95, "units": 40, "rows": 80, "scored": 78, "asked": 80, "method": "Wilson", "spread": None, "reason": "",
    "gates": [{"name": "parse rate", "value": 0.97, "passed": True, "why": "needs at least 0.8"}], "paper": None}
(folder / "claims.json").write_text(json.dumps({"finished": True, "claims": [claim]}))"""

FINE = "print('seed', seed, 'samples', samples)"


def write(folder: Path, name: str, *codes: str, parameters: int = 1, sentinel: bool = True, kernel: str = "python3") -> Path:
    """A notebook file: `parameters` tagged cells, then the codes, then the sentinel."""
    cells = [new_markdown_cell(f"# {name} asks a question\n\nWhy it matters.")]
    cells += [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}) for _ in range(parameters)]
    cells += [new_code_cell(code) for code in codes]
    cells += [new_code_cell(SENTINEL)] if sentinel else []
    spec = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}}
    path = folder / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells, metadata=spec), path)
    return path
