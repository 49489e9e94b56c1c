"""The second line of defence: whatever a notebook displays as HTML passes an allow-list before it enters a page.

The first line is `analysis.show`, which escapes model text where it is displayed; the third is the page's CSP.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bleach.sanitizer import Cleaner
from markupsafe import Markup

from analysis.report.show.html import visible

_TAG_NAMES = """
a abbr article b blockquote br caption cite code col colgroup data dd del details div dl dt em figcaption figure
h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small span strong sub summary sup
table tbody td tfoot th thead tr u ul var wbr
"""
TAGS = frozenset(_TAG_NAMES.split())
_ANYWHERE = {"class", "title", "lang", "dir", "aria-label", "aria-hidden", "role"}
_OF = {
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "data": {"value"},
    "img": {"alt", "width", "height"},
    "a": {"download"},
    "details": {"open"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "p": {"tabindex"},
    "div": {"tabindex", "data-claims"},
    "figure": {"data-claims"},
}
_PICTURE = re.compile(r"data:image/(?:png|jpeg|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
_DOWNLOAD = re.compile(
    r"data:(?:text/csv;(?:charset=utf-8;)?|application/pdf;|application/x-tex;)base64,[A-Za-z0-9+/=\s]*"
)
_NO_PICTURE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")
_LOST_CONTENT = re.compile(
    r"<(script|style|template|iframe|object|noscript|math|title)\b.*?(?:</\1\s*>|\Z)", re.I | re.S
)


def _allowed(tag: str, name: str, value: str) -> bool:
    if name in _ANYWHERE or name in _OF.get(tag, ()):
        return True
    if tag == "img" and name == "src":
        return bool(_PICTURE.fullmatch(value))
    return tag == "a" and name == "href" and bool(_DOWNLOAD.fullmatch(value))


@lru_cache(maxsize=1)
def _cleaner() -> Cleaner:
    return Cleaner(tags=TAGS, attributes=_allowed, protocols={"data"}, strip=True, strip_comments=True)


def clean(html: str) -> Markup:
    """The HTML with only harmless elements left: no script, style, form, frame, link, event handler or address.

    Control, direction and broken characters become visible; a picture from elsewhere leaves nothing.
    """
    kept = _cleaner().clean(_LOST_CONTENT.sub("", html.encode("utf-8", "backslashreplace").decode()))
    return Markup(visible(_NO_PICTURE.sub("", kept), len(kept)))  # noqa: S704 - this is the place that makes it safe
