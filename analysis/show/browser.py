"""A trial browser for JupyterLab; where there are no widgets, and in reports, `show.trials` stands in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.show.conversations import exchange, trials
from analysis.show.html import STYLE, visible
from analysis.show.stored import asked, stored


def browse(out: str | Path, probe: str = "") -> Any:
    """Choose a trial of a run folder, then a question of it; type to narrow the choice. Needs ipywidgets."""
    try:
        import ipywidgets as widgets
    except ImportError:
        return trials(out, probe)
    records = list(stored(out, probe))
    names = [_name(record) for record in records]
    find = widgets.Text(description="find", placeholder="words of the facts or the conversation")
    choice = widgets.Dropdown(description="trial", options=_options(names, range(len(names))))
    number = widgets.BoundedIntText(description="question", min=1, max=1, value=1)
    page = widgets.HTML()

    def narrow(_: Any) -> None:
        words = find.value.lower().split()
        fits = [k for k, record in enumerate(records) if all(word in str(record).lower() for word in words)]
        choice.options = _options(names, fits)

    def show(_: Any) -> None:
        questions = asked(records[choice.value]) if choice.value is not None else []
        number.max = max(1, len(questions))
        shown = exchange(questions[number.value - 1]) if questions else "<p>nothing was asked</p>"
        page.value = STYLE + f"<p>{number.value} of {len(questions)} questions</p>" + shown

    find.observe(narrow, "value")
    choice.observe(show, "value")
    number.observe(show, "value")
    show(None)
    return widgets.VBox([find, choice, number, page])


def _options(names: list[str], which: Any) -> list[tuple[str, int]]:
    return [(names[k], k) for k in which]


def _name(record: dict[str, Any]) -> str:
    facts = ", ".join(str(value) for value in record.get("facts", {}).values() if len(str(value)) <= 30)
    return visible(f"{record['probe']}: {facts}", 100)
