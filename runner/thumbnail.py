"""The first figure of a report, for its card in the index."""

from __future__ import annotations

import re
from pathlib import Path

LARGEST = 120_000
"""Characters; a larger picture is left out so that the index stays small."""
_PICTURE = re.compile(r'<img[^>]*?src="(data:image/(?:png|jpeg|svg\+xml);base64,[A-Za-z0-9+/=]+)"')


def thumbnail(run: Path) -> str:
    """Its data address, or nothing where there is no figure or only large ones."""
    try:
        page = (run / "report.html").read_text(encoding="utf-8")
    except OSError:
        return ""
    return next((found for found in _PICTURE.findall(page) if len(found) <= LARGEST), "")
