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
from runner.files import write_text

HERE = Path(__file__).parent


def write_form(sheet: Sheet, labeller: str, folder: Path) -> Path:
    """Write `form-<labeller>.html`; nothing in it says which run, model or class an item comes from."""
    script = (HERE / "form.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; "
              "form-action 'none'")  # fmt: skip
    page = Environment(loader=FileSystemLoader(HERE), autoescape=True).get_template("form.html.j2")
    told = {"labeller": labeller, "question": sheet.question, "classes": sheet.classes, "policy": policy}
    code = {"data": Markup(_data(sheet, labeller)), "script": Markup(script)}  # noqa: S704 - escaped, and our own file
    path = folder / f"form-{labeller}.html"
    write_text(path, page.render(**told, **code))
    return path


def _data(sheet: Sheet, labeller: str) -> str:
    """The items as JSON in which no character can end the element that holds them."""
    items = [
        {"id": item.id, "turns": [[role, visible(text)] for role, text in item.turns]} for item in sheet.of(labeller)
    ]
    told = {"sheet": sheet.digest, "labeller": labeller, "classes": sheet.classes, "items": items}
    text = json.dumps(told, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
