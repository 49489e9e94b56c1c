"""Text that others wrote, made harmless and legible, and the object that notebooks display."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

LONGEST = 20_000
"""Characters shown of one text."""
CLAIM = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
"""Id of a claim, or its beginning up to a dot."""
_LAYOUT = {"\n", "\t"}
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
STYLE = """<style>
.il-transcript{max-width:46rem;display:grid;gap:.4rem;margin:.5rem 0}
.il-turn{border-radius:.6rem;padding:.4rem .75rem;border:1px solid #8886}
.il-turn--user{margin-right:2.5rem;background:#0072b222}.il-turn--assistant{margin-left:2.5rem}
.il-turn--generated{border:2px solid #0072b2}.il-role,.il-facts{font-size:.8em;opacity:.75;margin:0}
.il-text{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}.il-long{max-height:24rem;overflow:auto}
.il-p1{background:#d55e0022}.il-p2{background:#d55e0044}.il-p3{background:#d55e0070}.il-p4{background:#d55e00a0}
.il-figure img{max-width:100%}
</style>"""


def visible(value: Any, longest: int = LONGEST) -> str:
    """Text with control, direction, zero-width and broken characters written as `\\uXXXX`, cut at `longest`.

    What can neither be seen nor printed could otherwise hide, reverse or forge what a model wrote. Not yet HTML.
    """
    content = str(value).replace("\r\n", "\n")
    cut = f"\n[... {len(content) - longest} more characters]" if len(content) > longest else ""
    return "".join(map(_shown, content[:longest])) + cut


def legible(value: Any) -> Any:
    """`visible` for every text within JSON-like data, keys included."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {legible(key): legible(item) for key, item in value.items()}
    return [legible(item) for item in value] if isinstance(value, list | tuple) else value


def _shown(character: str) -> str:
    if character in _LAYOUT or unicodedata.category(character) not in _HIDDEN:
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def text(value: Any, longest: int = LONGEST) -> str:
    """Any text as HTML: visible and escaped. The only way model text may enter a page.

    Parameters
    ----------
    value : Any
    longest : int
        Characters after which it is cut, and says so.

    Returns
    -------
    str

    Examples
    --------
    >>> text("<b>bold</b>")
    '&lt;b&gt;bold&lt;/b&gt;'
    """
    return escape(visible(value, longest), quote=True)


def about(claims: str | Sequence[str]) -> str:
    """An attribute that names the claims which stand on what is shown: ids, or the beginning that several share.

    >>> about("games.cooperates")
    ' data-claims="games.cooperates"'
    """
    named = [claims] if isinstance(claims, str) else list(claims)
    wrong = [name for name in named if not CLAIM.fullmatch(name)]
    if wrong:
        raise ValueError(f"claims are named by dotted lower-case names (games.cooperates), not {wrong[0]!r}")
    return f' data-claims="{" ".join(named)}"' if named else ""


@dataclass(frozen=True)
class Shown:
    """Static HTML that displays itself; two of them add up.

    Parameters
    ----------
    html : str
        Made of escaped text.
    plain : str
        What a terminal sees.

    Examples
    --------
    >>> Shown("<p>one</p>", "one") + Shown("<p>two</p>", "two")
    one
    two
    """

    html: str
    plain: str = ""

    def _repr_html_(self) -> str:
        return STYLE + self.html

    def __repr__(self) -> str:
        return self.plain or "<shown as HTML>"

    def __add__(self, other: Shown) -> Shown:
        return Shown(self.html + other.html, f"{self.plain}\n{other.plain}")
