"""A conversation with a model, held with buttons: say a turn, let the model write one, take one back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from analysis.report import records
from analysis.report.show.browser import WIDE, Live
from analysis.report.show.conversations import reply
from analysis.report.show.html import STYLE, Shown, text
from analysis.report.show.turns import conversation, passage, turn_html


class Talking(Protocol):
    """What `probes.Talk` is."""

    out: Path
    turns: list[tuple[str, str]]

    @property
    def personas(self) -> list[str]:
        """Names to choose from."""

    @property
    def written(self) -> list[int]:
        """Which turns the model wrote."""

    @property
    def next(self) -> str:
        """Whose turn it is."""

    def say(self, text: str) -> Any:
        """Write the next turn by hand."""

    def write(self, persona: str) -> Any:
        """Let the model write it."""

    def undo(self) -> Any:
        """Take the last one back."""


def talk(held: Talking) -> Live:
    """Buttons on a conversation: write in either seat, let the model write in the other, change its persona.

    Parameters
    ----------
    held : probes.Talk
        The conversation; it goes on where it is, and its records lie in its run folder.

    Returns
    -------
    Live
        Widgets in JupyterLab; at rest the conversation so far.

    Examples
    --------
    >>> import probes
    >>> talk(probes.Talk(probes.load_model("scripted:first"), "reports/talk").say("Hello")).still
    [user] Hello
    """
    return Live(_board(held), page(held))


def page(held: Talking) -> Shown:
    """The conversation; tokens of what the model wrote are the darker, the less probable they were."""
    asked = iter(records.trials(held.out, "Held")[0]["asked"] if held.written else [])
    parts = [
        reply(next(asked)) if number in held.written else turn_html(role, passage(said))
        for number, (role, said) in enumerate(held.turns)
    ]
    return Shown(f'<div class="il-transcript">{"".join(parts)}</div>', conversation(held.turns).plain)


def _board(held: Talking) -> Any:
    """Page, text field, persona and three buttons; a refusal stands below them. None without ipywidgets."""
    try:
        import ipywidgets as widgets
    except ImportError:
        return None
    shown, note, field = widgets.HTML(), widgets.HTML(), widgets.Textarea(layout=WIDE)
    persona = widgets.Dropdown(description="persona", options=held.personas)
    said, wrote, back = (widgets.Button(description=name) for name in ("Say it", "Let the model write", "Take back"))

    def after(step: Callable[[], Any]) -> Callable[[Any], None]:
        def pressed(_: Any) -> None:
            note.value = "<p>...</p>"
            try:
                step()
                field.value = note.value = ""
            except (ValueError, RuntimeError) as error:
                note.value = f"<p>{text(str(error))}</p>"
            look()

        return pressed

    def look() -> None:
        shown.value = STYLE + page(held).html
        field.placeholder = f"the {held.next}'s turn"

    said.on_click(after(lambda: held.say(field.value)))
    wrote.on_click(after(lambda: held.write(persona.value)))
    back.on_click(after(held.undo))
    look()
    return widgets.VBox([shown, field, widgets.HBox([said, wrote, back, persona]), note])
