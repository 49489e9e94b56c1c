"""The tutorials of the site: each is executed when it is built, and by these tests as it is printed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import jupytext
import pytest
from nbclient import NotebookClient

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted((DOCS / "tutorials").glob("*.md"))
QUICK = {"reasoning"}
"""Pages whose execution takes seconds, with the start of a kernel."""


def notebook(page):
    return jupytext.read(page, fmt="md:myst")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_tutorial_is_executed_by_the_site_and_says_what_stands_in(page):
    head = page.read_text(encoding="utf-8").split("---\n")[1]
    assert "mystnb:\n  execution_mode: force\n" in head
    cells = notebook(page).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    assert code
    assert not [source for source in code if source.startswith("!")], (
        "a shell cell that fails must fail: begin it with %%sh"
    )
    prose = " ".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert "smollm2" in page.read_text().lower() or "stand" in prose or "null model" in prose


@pytest.mark.parametrize(
    "page", [pytest.param(page, id=page.stem, marks=[] if page.stem in QUICK else pytest.mark.slow) for page in PAGES]
)
def test_a_tutorial_runs_as_it_is_printed(page, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    monkeypatch.delenv("INTERLOCUTOR_STUDY", raising=False)
    for name in ("TQDM_DISABLE", "HF_HUB_DISABLE_PROGRESS_BARS"):
        monkeypatch.setenv(name, "1")
    done = NotebookClient(
        notebook(page), timeout=600, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any(output.output_type in ("display_data", "execute_result") for output in outputs)
    assert "application/vnd.jupyter.widget-state+json" not in done.metadata.get("widgets", {}), "the site stays offline"
