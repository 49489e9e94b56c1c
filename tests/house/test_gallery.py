"""docs/gallery.md shows every type of figure, in the words of the notebooks, and its pictures are drawn."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def gallery():
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "docs" / "gallery.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["gallery"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["gallery"]


def test_the_page_is_that_of_the_notebooks(gallery):
    assert gallery.PAGE.read_text(encoding="utf-8") == gallery.page(), "run `python docs/gallery.py`"


def test_every_type_of_figure_is_shown(gallery):
    shown = {one.module for one in gallery.figures()}
    assert shown == {path for path in ROOT.glob("analysis/*/plots/*.py") if not path.stem.startswith("_")}


def test_a_figure_is_known_by_another_name(gallery):
    imports = "from analysis.calibration.plots import triage as triage_plot"
    module = gallery.drawn_by("show.figure(triage_plot.draw(counts), counts)", imports)
    assert module == ROOT / "analysis" / "calibration" / "plots" / "triage.py"
    assert gallery.drawn_by("show.table(counts, 'x')", imports) is None


@pytest.mark.slow
def test_pictures_are_drawn_on_the_null_model(gallery, tmp_path):
    """The notebook with the quickest probes; `make docs` draws all of them."""
    wanted = {
        one.code: tmp_path / "pictures" / one.picture.name for one in gallery.figures() if one.notebook == "choices"
    }
    gallery.draw("choices", wanted, tmp_path)
    for picture in wanted.values():
        pixels = plt.imread(picture)
        assert pixels.shape[1] > 300
        assert pixels[..., :3].std() > 0.02, f"{picture.name} is empty"
