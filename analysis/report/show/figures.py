"""Figures that carry their description and their data, and read on white paper as well as on a dark screen."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.report.show.html import Shown, text
from analysis.report.show.tables import download
from analysis.report.style import INK, PAPER

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LARGEST_SVG = 150_000
"""Bytes; a figure with more marks than that is stored as a picture of 144 dpi."""
_ADAPT = (
    f"<style>svg{{color:{INK}}}@media(prefers-color-scheme:dark){{svg{{color:#e7eaf0}}}}"
    "@media print{svg{color:#000}}</style>"
)


def figure(ax: Any, data: pd.DataFrame | None = None, alt: str = "", caption: str = "", name: str = "") -> Shown:
    """A drawn figure with its description and its data; the figure is closed.

    Parameters
    ----------
    ax : Axes, array of Axes or Figure
    data : DataFrame or None
        What was drawn, as a CSV beside it.
    alt : str
        What it shows, for those who do not see it; the caption serves where it is empty.
    caption, name : str
        What stands below it, and the name of the CSV file.

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
    drawn = _figure(ax)
    kind, content, ground = _picture(drawn)
    source = base64.b64encode(content).decode()
    link = download(data, name or caption or alt) if data is not None else ""
    below = " ".join(part for part in (text(caption), link) if part)
    note = f"<figcaption>{below}</figcaption>" if below else ""
    image = f'<img src="data:image/{kind};base64,{source}" alt="{text(alt or caption)}">'
    return Shown(f'<figure class="il-figure{ground}">{image}{note}</figure>', f"[figure] {alt or caption}")


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
    drawn.savefig(stream, bbox_inches="tight", **how)
    return stream.getvalue()
