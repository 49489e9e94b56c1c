"""Labelling in JupyterLab: one turn at a time, a button a class, undo, notes, progress; every label is kept at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.report.show.browser import WIDE, Live
from analysis.report.show.html import STYLE, Shown
from analysis.report.show.turns import conversation
from analysis.study.labels import append, latest
from analysis.study.sheets import load


class Labelling:
    """The turns of one labeller, and where he or she stands. What was labelled before is known again.

    Parameters
    ----------
    out : run folder with a sheet.
    labeller : one of its labellers.

    Raises
    ------
    ValueError
        Where there is no sheet, or the labeller has no items on it.
    """

    def __init__(self, out: str | Path, labeller: str) -> None:
        self.out, self.labeller, self.sheet = Path(out), labeller, load(out)
        self.items = self.sheet.of(labeller)
        own = latest(out, self.sheet)
        self.said = dict(own.loc[own["labeller"] == labeller, ["item", "label"]].itertuples(index=False, name=None))
        self.given: list[int] = []
        self.at = self._open(0)

    def label(self, label: str, note: str = "") -> None:
        """Give the present turn a label and go to the next that has none."""
        self._write(label, note)
        self.given.append(self.at)
        self.at = self._open(self.at + 1)

    def undo(self) -> None:
        """Withdraw the last label of this session; the record keeps both."""
        if self.given:
            self.at = self.given.pop()
            self._write("", "")

    @property
    def progress(self) -> str:
        """How many are labelled."""
        return f"{len(self.said)} of {len(self.items)} labelled"

    def _write(self, label: str, note: str) -> None:
        item = self.items[self.at].id
        append(self.out, self.sheet, [{"item": item, "labeller": self.labeller, "label": label, "note": note}])
        self.said.pop(item, None)
        if label:
            self.said[item] = label

    def _open(self, start: int) -> int:
        order = [*range(start, len(self.items)), *range(min(start, len(self.items)))]
        return next((at for at in order if self.items[at].id not in self.said), len(self.items) - 1)


def label(out: str | Path, labeller: str) -> Live:
    """A widget to label with; without widgets, and in a report, the progress alone."""
    session = Labelling(out, labeller)
    still = Shown(f"<p>{session.progress}</p>", session.progress)
    return Live(_widget(session), still)


def _widget(session: Labelling) -> Any:
    try:
        import ipywidgets as widgets
    except ImportError:
        return None
    page, told, note = widgets.HTML(), widgets.Label(), widgets.Text(description="note", layout=WIDE)

    def show() -> None:
        page.value = STYLE + conversation(session.items[session.at].turns).html
        told.value, note.value = session.progress, ""

    def button(text: str, act: Any) -> Any:
        made = widgets.Button(description=text.replace("_", " "))
        made.on_click(lambda _: act())
        made.on_click(lambda _: show())
        return made

    classes = [button(name, lambda name=name: session.label(name, note.value)) for name in session.sheet.classes]
    show()
    return widgets.VBox([told, page, widgets.HBox([*classes, button("undo", session.undo)]), note])
