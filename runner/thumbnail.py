"""The first figure of a report as a file of its own: the index shows it when its card comes into view."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from urllib.parse import quote

ENDINGS = {"png": "png", "jpeg": "jpg", "svg+xml": "svg"}
_PICTURE = re.compile(r'<img[^>]*?src="data:image/(png|jpeg|svg\+xml);base64,([A-Za-z0-9+/=]+)"')


def write_thumbnail(run: Path, page: str) -> None:
    """Write `run/thumbnail.*` from a report's HTML; where it has no figure there is no such file afterwards."""
    for ending in ENDINGS.values():
        (run / f"thumbnail.{ending}").unlink(missing_ok=True)
    if match := _PICTURE.search(page):
        (run / f"thumbnail.{ENDINGS[match[1]]}").write_bytes(base64.b64decode(match[2]))


def thumbnail(run: Path) -> str:
    """Its address beside the index, or nothing."""
    names = (f"thumbnail.{ending}" for ending in ENDINGS.values())
    return next((quote(f"{run.name}/{name}") for name in names if (run / name).is_file()), "")
