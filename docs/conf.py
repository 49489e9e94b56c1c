"""The documentation site: Sphinx with MyST-NB (Markdown pages and notebooks) and numpydoc. Builds offline."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))
os.environ |= {"TQDM_DISABLE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}  # bars would need scripts from the network
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # for shell cells

project = "Interlocutor"
author = "The Interlocutor developers"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"]
exclude_patterns = ["_build"]
html_theme = "pydata_sphinx_theme"
html_title = project
html_show_sourcelink = False
html_theme_options = {
    "header_links_before_dropdown": 9,
    "navbar_align": "left",
    "footer_start": ["copyright"],
    "footer_end": [],
}
copyright = "the Interlocutor developers, Apache-2.0"
nb_execution_mode = "off"  # of the default notebooks, which `make report` runs; a tutorial asks to be executed
nb_execution_in_temp = True
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_output_stderr = "remove"
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
numpydoc_show_class_members = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"
suppress_warnings = ["myst.xref_missing"]  # links to files of the repository outside docs/; tests/house follows them


def setup(app: object) -> None:
    """Copy the notebooks next to the pages, since Sphinx reads one folder only."""
    shutil.rmtree(HERE / "notebooks", ignore_errors=True)
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        if ".ipynb_checkpoints" not in path.parts:
            (HERE / "notebooks").mkdir(exist_ok=True)
            shutil.copy(path, HERE / "notebooks" / path.name)
