"""reports/index.html: every run a card, whatever became of it; filters and comparison work from disk, offline."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from analysis.report.numbers import typeset
from analysis.report.show.html import legible, visible
from probes import schema
from probes.schema.forms import PARAMETERS, STATUS
from runner.cards import cards, headline
from runner.files import write_text
from runner.report import TEMPLATE, bar, script_and_style
from runner.thumbnail import thumbnail


def entry(run: Path) -> dict[str, Any]:
    """What the index says about one run. Unreadable where a file of it is not of its form."""
    status = schema.read(run / "status.json", STATUS)
    published = schema.published(run) if status.get("claims_fresh") else {}
    claims = cards(published)
    records = schema.manifests(run, strict=True)
    parameters = schema.read(run / "parameters.json", PARAMETERS).get("resolved", {})
    asked = [str(parameters["model"])] if "model" in parameters else []  # a notebook that reads other runs has none
    line = {
        "run": run.name,
        "title": status.get("title") or run.name,
        "notebook": status.get("notebook", run.name.rsplit("-", 1)[0]),
        "state": schema.state(run),
        "reason": status.get("reason", ""),
        "time": str(status.get("ended") or status.get("heartbeat") or ""),
        "models": sorted({str(manifest.get("model")) for manifest in records}) or asked,
        "probes": sorted({str(manifest.get("probe")) for manifest in records}),
        "partial": [str(manifest.get("probe")) for manifest in records if not manifest.get("finished")],
        "answer": typeset(published.get("answer", "")),
        "claims": claims,
        "first": headline(claims)[0][:1],
        "parameters": parameters,
    }
    return {
        **legible(line),
        "href": f"{run.name}/report.html" * (run / "report.html").exists(),
        "picture": thumbnail(run),
    }


def _entry_or_why(run: Path) -> dict[str, Any]:
    """The entry of a run; a folder with files of another form says which, and hides no other run."""
    try:
        return entry(run)
    except schema.Unreadable as error:
        return _unreadable(run, str(error))
    except Exception as error:  # whatever it is: it hides no other run
        return _unreadable(run, f"a file of {run.name}/ has another form: {type(error).__name__}: {error}")


def _unreadable(run: Path, reason: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"models": [], "probes": [], "partial": [], "claims": [], "first": [], "parameters": {}}
    texts = {"run": run.name, "title": run.name, "notebook": "", "state": "unreadable", "reason": reason, "time": ""}
    return {**empty, **legible(texts), "href": "", "picture": ""}


def entries(root: Path) -> list[dict[str, Any]]:
    """All runs below a folder, the latest first; one that is removed meanwhile is not among them."""
    found = [(path, _entry_or_why(path.parent)) for path in sorted(root.glob("*/status.json"))]
    runs = [run for path, run in found if os.path.lexists(path)]
    return sorted(runs, key=lambda run: (run["time"], run["run"]), reverse=True)


def write_index(root: Path) -> Path:
    """Write `root/index.html` whole and return its path. One process at a time: the last to list is the last to write,
    so that no run that has finished is missing."""
    environment = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True)
    environment.filters.update(visible=visible, bar=bar)
    template = environment.get_template("runs.html.j2")
    with schema.alone(root / ".index.lock"):
        write_text(root / "index.html", template.render(runs=entries(root), **script_and_style(files=True)))
    return root / "index.html"
