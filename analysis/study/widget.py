"""Labelling in JupyterLab: one turn at a time, keys 1 to 6, undo, notes, progress; every label is kept at once.

The form for colleagues without Python has the same face.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.report.show.browser import Live
from analysis.report.show.html import Shown, text, visible
from analysis.study.labels import append, latest
from analysis.study.sheets import load

HERE = Path(__file__).parent
FACE, LOOKS = HERE / "face.js", HERE / "face.css"
"""What a labeller sees and presses; JupyterLab and the form add what becomes of it."""


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
        mine = own.loc[own["labeller"] == labeller, ["item", "label", "note"]]
        self.said = {item: (label, note) for item, label, note in mine.itertuples(index=False, name=None)}
        self.given: list[tuple[int, tuple[str, str]]] = []
        self.at = self._open(0)

    def label(self, label: str, note: str = "", stay: bool = False) -> None:
        """Give the present turn a label and go to the next that has none, or `stay`."""
        self.given.append((self.at, self.said.get(self.items[self.at].id, ("", ""))))
        self._write(label, note)
        self.at = self.at if stay else self._open(self.at + 1)

    def undo(self) -> None:
        """Go back to what was said before the last label of this session; the record keeps both."""
        if self.given:
            self.at, before = self.given.pop()
            self._write(*before)

    def move(self, step: int) -> None:
        """Go to another turn, labelled or not."""
        self.at = max(0, min(len(self.items) - 1, self.at + step))

    def act(self, told: Mapping[str, Any]) -> None:
        """What was pressed: `label` (value, note, stay), `undo` or `move` (value)."""
        if told.get("act") == "label":
            self.label(str(told["value"]), str(told.get("note", "")), bool(told.get("stay")))
        elif told.get("act") == "undo":
            self.undo()
        elif told.get("act") == "move":
            self.move(int(told["value"]))

    @property
    def shown(self) -> dict[str, Any]:
        """What the face shows: question, classes, turns, label, note, done, of, at."""
        item = self.items[self.at]
        label, note = self.said.get(item.id, ("", ""))
        turns = [[role, visible(said)] for role, said in item.turns]
        asked = {"question": self.sheet.question, "classes": list(self.sheet.classes), "turns": turns}
        where = {"done": len(self.said), "of": len(self.items), "at": self.at}
        return {**asked, "label": label, "note": note, **where}

    @property
    def progress(self) -> str:
        """How many are labelled."""
        return f"{len(self.said)} of {len(self.items)} labelled"

    def _write(self, label: str, note: str) -> None:
        item = self.items[self.at].id
        append(self.out, self.sheet, [{"item": item, "labeller": self.labeller, "label": label, "note": note}])
        self.said.pop(item, None)
        if label:
            self.said[item] = (label, note)

    def _open(self, start: int) -> int:
        order = [*range(start, len(self.items)), *range(min(start, len(self.items)))]
        return next((at for at in order if self.items[at].id not in self.said), len(self.items) - 1)


def label(out: str | Path, labeller: str) -> Live:
    """A widget to label with; in a report, the question and the progress alone."""
    session = Labelling(out, labeller)
    told = f"{session.sheet.question} {session.progress}"
    return Live(_widget(session), Shown(f"<p>{text(told)}</p>", told))


def esm() -> str:
    """The face and its ties to Python, as one module for the browser."""
    return FACE.read_text(encoding="utf-8") + (HERE / "widget.js").read_text(encoding="utf-8")


def _widget(session: Labelling) -> Any:
    try:
        import anywidget
        import traitlets
    except ImportError:
        return None

    class Face(anywidget.AnyWidget):
        _esm = esm()
        _css = LOOKS.read_text(encoding="utf-8")
        shown = traitlets.Dict().tag(sync=True)

    def pressed(face: Any, told: Mapping[str, Any], _: Any) -> None:
        session.act(told)
        face.shown = session.shown

    made = Face(shown=session.shown)
    made.on_msg(pressed)
    return made
