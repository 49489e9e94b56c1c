"""Makes the case modules importable."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), *(str(Path(__file__).parents[1] / name) for name in ("runner", "study"))]


@pytest.fixture(scope="session")
def saved_tiny(tmp_path_factory):
    """The null model as a folder; copy it before changing it."""
    from probes.models.tiny import tiny_model

    folder = tmp_path_factory.mktemp("saved")
    for part in tiny_model():
        part.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory):
    """A project with a finished run; whoever changes something in it puts it back."""
    from cases_finished import make

    folder = tmp_path_factory.mktemp("project")
    before = Path.cwd()
    os.chdir(folder)
    try:
        return make(folder)
    finally:
        os.chdir(before)


@pytest.fixture(scope="session")
def studied(tmp_path_factory):
    """(notebook, folder of its runs a and b), both copied before they are changed."""
    import stand_in

    notebook, folder = stand_in.study(tmp_path_factory.mktemp("study") / "mine"), tmp_path_factory.mktemp("studied")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTERLOCUTOR_STUDY", str(notebook.parents[1]))
        for name in ("a", "b"):
            stand_in.run(notebook, name, folder / name)
    return notebook, folder
