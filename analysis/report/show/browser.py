"""Widgets for JupyterLab: a trial browser and a transcript viewer. Where there are none, and in reports, a static page
of the same content stands in their place: one object carries both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.report.show.conversations import chosen_rows, exchange, titles, transcripts, trials
from analysis.report.show.html import STYLE, Shown, visible
from analysis.report.show.stored import behind, stored

WIDE = {"width": "min(46rem, 100%)"}
"""As wide as a conversation: names of trials are long."""


@dataclass(frozen=True)
class Live:
    """`widget` for a notebook that is open, `still` for everybody else."""

    widget: Any
    still: Shown

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        live = self.widget._repr_mimebundle_() if self.widget is not None else {}
        live = live[0] if isinstance(live, tuple) else live  # data beside metadata
        return {**live, "text/html": self.still._repr_html_(), "text/plain": repr(self.still)}


@dataclass(frozen=True)
class _Entry:
    """Something to choose: its name, its pages as HTML (made when looked at), and the words it is found by."""

    name: str
    pages: int
    page: Callable[[int], str]
    words: str


def browse(out: str | Path, probe: str = "") -> Live:
    """Choose a trial of a run folder, then a question of it; type to narrow the choice.

    Parameters
    ----------
    out : str or Path
        A run folder.
    probe : str
        One of its probes; all that are finished by default.

    Returns
    -------
    Live
        Widgets in JupyterLab; at rest it is `show.trials`.

    Raises
    ------
    FileNotFoundError, schema.Unreadable
        As for `analysis.records.trials`.

    Examples
    --------
    >>> browse("reports/no_such_run", "user_turn")
    Traceback (most recent call last):
    FileNotFoundError: reports/no_such_run/records/user_turn/manifest.json is missing: no run of user_turn ...
    """
    records, _ = stored(out, probe)
    entries = [_Entry(_name(one), len(one["asked"]), _questions(one), str(one).lower()) for one in records]
    return Live(_chooser(entries, "trial", "question"), trials(out, probe))


def view(table: pd.DataFrame, out: str | Path, limit: int = 200, facts: Sequence[str] = ()) -> Live:
    """Leaf through the conversations behind the rows of a table, with their measures; type to narrow the choice.

    Parameters
    ----------
    table : DataFrame
        A records table.
    out : str or Path
        The run folder.
    limit : int
        How many rows at most, evenly spread.
    facts : sequence of str
        Columns to show beside the measures; empty: those that vary.

    Returns
    -------
    Live
        Widgets in JupyterLab; at rest it is `show.transcripts` of twelve of them.

    Raises
    ------
    ValueError
        Where a trial's record is missing, altered, or no longer the one that the row was made from.

    Examples
    --------
    >>> row = {"probe": "user_turn", "key": "k", "row": 0, "measure": "hit", "value": 1.0, "status": "ok",
    ...        "question": 0, "text": "yes", "stop": "stop"}
    >>> view(pd.DataFrame([row]), "reports/no_such_run")
    Traceback (most recent call last):
    FileNotFoundError: reports/no_such_run/records/user_turn/manifest.json is missing: no run of user_turn ...
    """
    rows, names = chosen_rows(table, limit, facts)
    told = zip(titles(table, rows, names), rows["text"].astype(str), behind(rows, out), strict=True)
    entries = [
        _Entry(visible(title, 120), 1, _shown(*exchange), f"{title} {said}".lower()) for title, said, exchange in told
    ]
    return Live(_chooser(entries, "reply", ""), transcripts(table, out, facts=facts))


def _questions(trial: dict[str, Any]) -> Callable[[int], str]:
    return lambda number: exchange(trial["asked"][number])


def _shown(one: dict[str, Any], note: str) -> Callable[[int], str]:
    return lambda _: exchange(one, note)


def _chooser(entries: Sequence[_Entry], what: str, part: str) -> Any:
    """Search field, list, number of the page where there are several, page. None without ipywidgets."""
    try:
        import ipywidgets as widgets
    except ImportError:
        return None
    find = widgets.Text(description="find", placeholder="words of the facts or the conversation", layout=WIDE)
    choice = widgets.Dropdown(description=what, options=_options(entries, range(len(entries))), layout=WIDE)
    number = widgets.BoundedIntText(description=part, min=1, max=1, value=1)
    page = widgets.HTML()

    def narrow(_: Any) -> None:
        words = find.value.lower().split()
        choice.options = _options(entries, [k for k, one in enumerate(entries) if all(w in one.words for w in words)])

    def show(_: Any) -> None:
        entry = entries[choice.value] if choice.value is not None else None
        number.max = max(1, entry.pages if entry else 0)
        shown = entry.page(number.value - 1) if entry and entry.pages else "<p>nothing was asked</p>"
        page.value = STYLE + shown

    find.observe(narrow, "value")
    choice.observe(show, "value")
    number.observe(show, "value")
    show(None)
    return widgets.VBox([find, choice, number, page] if part else [find, choice, page])


def _options(entries: Sequence[_Entry], which: Any) -> list[tuple[str, int]]:
    return [(entries[k].name, k) for k in which]


def _name(trial: dict[str, Any]) -> str:
    facts = ", ".join(str(value) for value in trial["facts"].values() if len(str(value)) <= 30)
    return visible(f"{trial['probe']}: {facts}", 100)
