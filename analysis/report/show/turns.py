"""Turns and tokens of a conversation as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from analysis.report.show.html import Shown, text, visible

LONG = 2000
"""Characters (or a hundredth as many lines) from which a text scrolls."""
SHADES = (0.5, 0.1, 0.02, 0.002)
"""Probabilities below which a token gets the next darker shade."""


def tokens(parts: Sequence[str], logprobs: Sequence[float]) -> Shown:
    """Tokens shaded by surprise: the darker, the less probable.

    Parameters
    ----------
    parts : sequence of str
        The tokens as text.
    logprobs : sequence of float
        Nats, one a token.

    Returns
    -------
    Shown

    Raises
    ------
    ValueError
        Where the two are not equally many.

    Examples
    --------
    >>> tokens(["Yes", ","], [-0.1, -2.3])
    Yes,
    """
    if len(parts) != len(logprobs):
        raise ValueError(f"{len(parts)} tokens but {len(logprobs)} log-probabilities")
    return Shown(f'<div class="il-transcript">{shaded_tokens(parts, logprobs)}</div>', visible("".join(parts)))


def shaded_tokens(parts: Sequence[str], logprobs: Sequence[float]) -> str:
    """HTML of tokens, each with its probability as a title."""
    spans = []
    for part, logprob in zip(parts, logprobs, strict=True):
        p = 2.718281828459045 ** min(0.0, float(logprob))
        shade = sum(p < limit for limit in SHADES)
        spans.append(f'<span class="il-p{shade}" title="p = {p:.3g}">{text(part)}</span>')
    return f'<p class="il-text il-tokens">{"".join(spans)}</p>'


def conversation(turns: Iterable[Any], note: str = "") -> Shown:
    """Turns as a conversation.

    Parameters
    ----------
    turns : iterable
        Each (role, text) or (role, text, closed), or an object with `role` and `text`; a Transcript is one.
    note : str
        What stands below it.

    Returns
    -------
    Shown

    Examples
    --------
    >>> conversation([("user", "Are you well?")])
    [user] Are you well?
    """
    pairs = [role_and_text(turn) for turn in turns]
    body = "".join(turn_html(role, passage(said)) for role, said in pairs)
    plain = "\n".join(f"[{role}] {visible(said, 500)}" for role, said in pairs)
    return Shown(f'<div class="il-transcript">{body}{small_print(note)}</div>', plain)


def role_and_text(turn: Any) -> tuple[str, str]:
    """Of a turn that is a list or has the two as attributes."""
    return (str(turn[0]), str(turn[1])) if isinstance(turn, list | tuple) else (str(turn.role), str(turn.text))


def turn_html(role: str, body: str, note: str = "", generated: bool = False) -> str:
    """HTML of a turn whose `body` is HTML already."""
    kind = role if role in ("system", "user", "assistant") else "other"
    mark = " il-turn--generated" if generated else ""
    said = ", written by the model" if generated else ""
    return f'<div class="il-turn il-turn--{kind}{mark}"><p class="il-role">{text(role + said + note)}</p>{body}</div>'


def passage(said: str) -> str:
    """A text of a turn; a long one scrolls, and can be scrolled from the keyboard."""
    long = ' il-long" tabindex="0' if len(said) > LONG or said.count("\n") > LONG // 100 else ""
    return f'<p class="il-text{long}">{text(said)}</p>'


def small_print(note: str) -> str:
    """A note below a text."""
    return f'<p class="il-facts">{text(note)}</p>' if note else ""
