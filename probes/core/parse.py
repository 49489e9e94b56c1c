"""Free text to one of the options, or nothing: the same rules for every condition."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NONE = re.compile(r"\b(nowhere|(can(not|'t| not)|impossible to) (be )?(know|tell|determine|say))", re.I)
"""What says that there is no answer, whatever else it names."""


def chosen(text: str, options: Sequence[str]) -> str | None:
    """The one option that a text names; None if it names none or several, or says that there is no answer.

    Where several are named, what follows the last "answer is" decides, if that names one.
    """
    named = [] if _NONE.search(text) else _named(text, options)
    if len(named) > 1 and (tail := re.split(r"answer is", text, flags=re.I)[1:]):
        named = _named(tail[-1], options)
    return named[0] if len(named) == 1 else None


_REFUSAL = re.compile(
    r"\b(I('m| am) sorry|I (can(not|'t| not)|won't|will not|am unable to|am not able to)|as an AI"
    r"|tut mir leid|ich kann (das |dir |dazu |hier )?nicht|ich werde (das |dir |dazu )?nicht|als (eine )?KI"
    r"|lo siento|no (te |lo |se lo |te lo )?puedo|no (te |lo )?voy a|como (una )?IA"
    r"|je suis désolée?|désolée?, je|je (regrette|refuse)|je ne (peux|pourrai|ferai) pas|en tant qu['’]IA)\b",
    re.I,
)


def refuses(text: str) -> bool:
    """Whether the first sentence refuses, in English, German, Spanish or French; later ones may say anything."""
    return bool(_REFUSAL.search(re.split(r"(?<=[.!?])\s", text.strip())[0]))


def unread(text: str, stop: str) -> str:
    """The status of a text without an answer: `refused` if it says so, `truncated` if it was cut, else `unscored`."""
    if _REFUSAL.search(text):
        return "refused"
    return "truncated" if stop == "length" else "unscored"


def _named(text: str, options: Sequence[str]) -> list[str]:
    said = text.lower()
    bare = {option: re.sub(r"^(the|a|an) ", "", option.lower().strip(" .")) for option in options}
    return [option for option, words in bare.items() if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", said)]
