"""One visual language: colours that colour-blind readers tell apart, labels at the marks, intervals and nulls always.

    @style.styled                 # every `draw` of analysis.plots: looks alike wherever it is called
    style.use()                   # for figures of one's own; or `with style.use():` for a block
    style.colours(["a", "b"])     # a fixed colour a name
    style.intervals(ax, table)    # points with their intervals
    style.null(ax, 0.5, "chance") # what a model without the ability would give
    style.direct(ax)              # names at the ends of the lines instead of a legend

In a report ink becomes light for readers in the dark; text over coloured cells must name "black" or "white" itself.
Colours are those of Okabe and Ito (2008) without black and yellow, which fail on dark and on white ground.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_Given = ParamSpec("_Given")
_Drawn = TypeVar("_Drawn")

INK = "#1b1f27"
"""Of text and axes; in a report's SVG it follows the reader's light or dark setting."""
PAPER = "#fefefe"
"""Of the ground; in a report's SVG it is transparent."""
SOFT = "#7d8694"
"""Of grids, nulls and notes: 3:1 against white and against the report's dark ground."""
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
MARKERS = ("o", "s", "^", "D", "v", "P")
"""Shape repeats what colour says, for print without colour."""

_LOOK: dict[str, Any] = {
    "figure.figsize": (7.2, 4.0),
    "figure.dpi": 110,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "figure.constrained_layout.use": True,
    "font.family": "sans-serif",
    "font.size": 10.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.titlecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": SOFT,
    "grid.alpha": 0.25,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.8,
    "lines.markersize": 6,
    "legend.frameon": False,
}


class _Restore:
    """Undoes `use` at the end of a `with` block."""

    def __init__(self, before: Mapping[str, Any]) -> None:
        self._before = before

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        import matplotlib as mpl

        settings: Any = mpl.rcParams
        settings.update(self._before)


def use() -> _Restore:
    """Set the look. As a plain call it stays; as a context manager it ends with the block."""
    import matplotlib as mpl
    from cycler import cycler

    settings: Any = mpl.rcParams
    look = {**_LOOK, "axes.prop_cycle": cycler(color=PALETTE)}
    before = {name: settings[name] for name in look}
    settings.update(look)
    return _Restore(before)


def styled(draw: Callable[_Given, _Drawn]) -> Callable[_Given, _Drawn]:
    """A drawing function that draws in the look, whatever the caller's settings are, and leaves those alone."""

    @wraps(draw)
    def drawn(*args: _Given.args, **kwargs: _Given.kwargs) -> _Drawn:
        with use():
            return draw(*args, **kwargs)

    return drawn


def colours(names: Iterable[Any]) -> dict[Any, str]:
    """A colour for each name, in order; beyond the palette they repeat, then labels must tell them apart."""
    return {name: PALETTE[place % len(PALETTE)] for place, name in enumerate(dict.fromkeys(names))}


def null(ax: Axes, value: float, label: str = "chance", axis: str = "y") -> None:
    """The null as a labelled dashed line across the axes."""
    across: dict[str, Any] = {"color": SOFT, "linestyle": (0, (4, 3)), "linewidth": 1.1, "zorder": 1}
    if axis == "y":
        ax.axhline(value, **across)
        _beside(ax, label, (1, value), ("axes fraction", "data"), (3, 0), va="center")
    else:
        ax.axvline(value, **across)
        _beside(ax, label, (value, 1), ("data", "axes fraction"), (0, 3), ha="center")


def intervals(ax: Axes, table: pd.DataFrame, label: str = "", colour: str = PALETTE[0], marker: str = "o") -> None:
    """Estimates, one a line from the top: columns `value`, `low`, `high`; `label` names the column of row names.

    A row without a value keeps its place and says so; one without an interval is drawn hollow.
    """
    names = list((table[label] if label else table.index.to_series()).astype(str))
    limits = table[["value", "low", "high"]].astype(float).to_numpy()
    for place, (value, low, high) in enumerate(limits):
        if value != value:
            _beside(ax, "not estimable", (0, place), ("axes fraction", "data"), (4, 0), va="center")
            continue
        known = low == low and high == high
        if known:
            ax.plot([low, high], [place, place], color=colour, linewidth=2.2, solid_capstyle="butt")
        ax.plot([value], [place], marker=marker, color=colour, markerfacecolor=colour if known else PAPER, linestyle="")
    ax.set_yticks(range(len(table)), names)
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")


def forest(
    lines: pd.DataFrame, label: str, null_at: tuple[float, str], xlabel: str, ax: Axes | None = None, row: float = 0.45
) -> Axes:
    """A figure of estimates, one a line, and their null: columns `label`, `value`, `low`, `high`; `row` in inches."""
    import matplotlib.pyplot as plt

    ax = ax or plt.subplots(figsize=(6.8, row * max(len(lines), 2) + 1.2))[1]
    intervals(ax, lines, label)
    null(ax, *null_at, axis="x")
    ax.set_xlabel(xlabel)
    return ax


def direct(ax: Axes, apart: float = 0.055) -> None:
    """Write each labelled line's name at its right end, moved apart where they would overlap; no legend."""
    named: list[Any] = [line for line in ax.get_lines() if not str(line.get_label()).startswith("_")]
    ends = [(line.get_xdata()[-1], line.get_ydata()[-1], line) for line in named if len(line.get_xdata())]
    placed = sorted((float(ax.transData.transform((x, y))[1]), k) for k, (x, y, _) in enumerate(ends))
    step, last = apart * ax.bbox.height, float("-inf")
    for height, k in placed:
        x, y, line = ends[k]
        last = max(height, last + step)
        shift = (7, (last - height) * 72 / ax.figure.dpi)
        _beside(ax, str(line.get_label()), (x, y), ("data", "data"), shift, va="center", color=line.get_color())
    legend = ax.get_legend()
    if legend:
        legend.remove()


def _beside(ax: Axes, said: str, at: Any, coordinates: Any, shift: Any, color: str = SOFT, **align: Any) -> None:
    """A small label next to a mark, in points so that it keeps its distance at any scale."""
    ax.annotate(said, at, xycoords=coordinates, xytext=shift, textcoords="offset points", color=color,
                fontsize="small", annotation_clip=False, **align)  # fmt: skip


def percent(ax: Axes, axis: str = "y") -> None:
    """Shares from 0 to 1 as per cent on an axis."""
    from matplotlib.ticker import PercentFormatter

    (ax.yaxis if axis == "y" else ax.xaxis).set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
