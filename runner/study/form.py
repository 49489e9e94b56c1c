"""The form for colleagues without Python: one HTML file, opened from disk, that loads nothing and sends nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from analysis.report.show.html import visible
from analysis.study.sheets import Sheet
from analysis.study.widget import FACE, LOOKS
from runner.files import write_text

HERE = Path(__file__).parent


def write_form(sheet: Sheet, labeller: str, folder: Path) -> Path:
    """Write `form-<labeller>.html`; nothing in it says which run, model or class an item comes from."""
    script = FACE.read_text(encoding="utf-8") + (HERE / "form.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; "
              "form-action 'none'")  # fmt: skip
    page = Environment(loader=FileSystemLoader(HERE), autoescape=True).get_template("form.html.j2")
    told = {"labeller": labeller, "policy": policy}
    own = {"script": Markup(script), "style": Markup(LOOKS.read_text(encoding="utf-8"))}  # noqa: S704 - our own files
    code = {"data": Markup(_data(sheet, labeller)), **own}  # noqa: S704 - escaped
    path = folder / f"form-{labeller}.html"
    write_text(path, page.render(**told, **code))
    return path


def _data(sheet: Sheet, labeller: str) -> str:
    """The items as JSON in which no character can end the element that holds them."""
    items = [
        {"id": item.id, "turns": [[role, visible(text)] for role, text in item.turns]} for item in sheet.of(labeller)
    ]
    told = {"sheet": sheet.digest, "labeller": labeller, "question": visible(sheet.question), "classes": sheet.classes,
            "items": items}  # fmt: skip
    text = json.dumps(told, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
