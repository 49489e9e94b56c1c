"""One visual language: every figure draws in the common style, whatever was set before, and leaves that alone."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

import analysis
from analysis.report import style

PLOTS = sorted(
    f"analysis.{path.parent.parent.name}.plots.{path.stem}"
    for path in Path(analysis.__file__).parent.glob("*/plots/*.py")
    if not path.stem.startswith("_")
)


@pytest.mark.parametrize("name", PLOTS)
def test_every_figure_draws_in_the_style(name):
    module = importlib.import_module(name)
    assert hasattr(module.draw, "__wrapped__"), "put @style.styled above draw"
    source = Path(module.__file__).read_text()
    assert not re.search(r"""["'](gr[ea]y|k|red|blue|green|C\\d)["']""", source), "take colours from style"


def test_the_style_reaches_the_figure_and_does_not_stay():
    @style.styled
    def draw():
        return plt.subplots()[1]

    before = dict(mpl.rcParams)
    ax = draw()
    assert mpl.colors.to_hex(ax.xaxis.label.get_color()) == style.INK
    assert not ax.spines["top"].get_visible()
    assert dict(mpl.rcParams) == before
    plt.close(ax.figure)
