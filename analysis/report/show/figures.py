"""Figures that carry their description and their data, and read on white paper as well as on a dark screen."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.report.show import downloads
from analysis.report.show.html import Shown, about, text
from analysis.report.style import INK, PAPER

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTHS = {6.9: 1.0, 3.3: 0.7}
"""Inches of two columns of a journal's page and of one -> size of the text there, relative to that on screen."""
PADDING = 0.05
"""Inches around a figure."""
LARGEST_PDF = 100_000
"""Bytes; a figure with more marks than that is not offered as PDF."""
LARGEST_SVG = 150_000
"""Bytes; a figure with more marks than that is stored as a picture of 144 dpi."""
_ADAPT = (
    f"<style>svg{{color:{INK}}}@media(prefers-color-scheme:dark){{svg{{color:#e7eaf0}}}}"
    "@media print{svg{color:#000}}</style>"
)


def figure(
    ax: Any,
    data: pd.DataFrame | None = None,
    alt: str = "",
    caption: str = "",
    name: str = "",
    claims: str | Sequence[str] = (),
) -> Shown:
    """A drawn figure with its description and its data; the figure is closed.

    Parameters
    ----------
    ax : Axes, array of Axes or Figure
    data : DataFrame or None
        What was drawn, as a CSV beside it.
    alt : str
        What it shows, for those who do not see it; the caption serves where it is empty.
    caption, name : str
        What stands below it, and the name of the files; the figure itself is saved as PDF.
    claims : str or sequence of str
        Ids of the claims that stand on it, or their common beginning; their cards in the report lead here.

    Returns
    -------
    Shown

    Raises
    ------
    ValueError
        Without `alt` and `caption`.

    Examples
    --------
    >>> import matplotlib.figure
    >>> figure(matplotlib.figure.Figure(), alt="nothing yet")
    [figure] nothing yet
    """
    if not (alt or caption):
        raise ValueError("say what the figure shows: alt=... or caption=...")
    file = name or caption or alt
    drawn = _figure(ax)
    printed = _printed(drawn, file)
    kind, content, ground = _picture(drawn)
    source = base64.b64encode(content).decode()
    links = [downloads.data(data, file)] if data is not None else []
    note = f"<figcaption>{' '.join([text(caption or alt), *links, printed])}</figcaption>"
    image = f'<img src="data:image/{kind};base64,{source}" alt="{text(alt or caption)}">'
    html = f'<figure class="il-figure{ground}"{about(claims)}>{image}{note}</figure>'
    return Shown(html, f"[figure] {alt or caption}")


def _printed(drawn: Figure, file: str) -> str:
    """Links to the figure as PDF over two columns of a page and in one, fonts embedded; none where it is too large."""
    import matplotlib as mpl

    links, told = [], {"CreationDate": None, "Creator": None, "Producer": None}
    for width, size in WIDTHS.items():
        with mpl.rc_context({"pdf.fonttype": 42}), _sized(drawn, width, size):
            content = _saved(drawn, format="pdf", metadata=told)
        if len(content) <= LARGEST_PDF:
            links.append(downloads.link(content, "application/pdf", f"{file} {width} in.pdf", f"PDF {width} in"))
    return " ".join(links)


@contextmanager
def _sized(drawn: Figure, width: float, size: float) -> Iterator[None]:
    """The figure with all that stands beside its axes in `width` inches, its text at `size` of what it was; height goes
    with the text, so that rows keep their distance."""
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

    before = drawn.get_figwidth(), drawn.get_figheight()
    texts, lines = (drawn.findobj(kind) for kind in (Text, Line2D))
    scaled = [*((text, "fontsize") for text in texts), *((line, "linewidth") for line in lines),
              *((line, "markersize") for line in lines)]  # fmt: skip
    kept = [(artist, f"set_{name}", getattr(artist, f"get_{name}")()) for artist, name in scaled]
    for artist, setter, value in kept:
        getattr(artist, setter)(size * value)
    drawn.set_size_inches(width, before[1] * max(size, width / before[0]))
    for _ in range(2):  # labels hang over, or margins are cropped
        drawn.draw_without_rendering()
        beside = drawn.get_tightbbox().width + 2 * PADDING - drawn.get_figwidth()
        drawn.set_figwidth(max(width - beside, width / 2))
    yield
    for artist, setter, value in kept:
        getattr(artist, setter)(value)
    drawn.set_size_inches(before)


def _figure(ax: Any) -> Figure:
    first: Any = np.ravel(ax)[0] if isinstance(ax, list | tuple | np.ndarray) else ax
    return first.figure if getattr(first, "figure", None) is not None else first


def _picture(drawn: Figure) -> tuple[str, bytes, str]:
    """(media subtype, content, class): drawn in our style it takes the reader's ink, else it gets white ground."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "interlocutor"}):
        svg = _saved(drawn, format="svg", metadata={"Date": None, "Creator": None}, transparent=True).decode()
    svg = svg[svg.index("<svg") :]
    ours = f": {INK}" in svg
    if ours:
        opening = svg.index(">") + 1
        inked = svg[opening:].replace(f": {INK}", ": currentColor").replace(f": {PAPER}", ": none")
        svg = svg[:opening] + _ADAPT + inked
    picture = ("svg+xml", svg.encode(), "" if ours else " il-figure--raster")
    if len(svg) > LARGEST_SVG:
        picture = ("png", _saved(drawn, format="png", dpi=144, facecolor="white"), " il-figure--raster")
    plt.close(drawn)
    return picture


def _saved(drawn: Figure, **how: Any) -> bytes:
    stream = io.BytesIO()
    drawn.savefig(stream, bbox_inches="tight", pad_inches=PADDING, **how)
    return stream.getvalue()
