"""One visual language: every figure draws in the common style, whatever was set before, and leaves that alone."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

import analysis.plots
from analysis.plots import style

PLOTS = [info.name for info in pkgutil.iter_modules(analysis.plots.__path__) if info.name != "style"]


@pytest.mark.parametrize("name", PLOTS)
def test_every_figure_draws_in_the_style(name):
    module = importlib.import_module(f"analysis.plots.{name}")
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
