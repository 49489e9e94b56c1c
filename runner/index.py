"""reports/index.html: every run a card, whatever became of it; filters and comparison work from disk, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from analysis.report.numbers import typeset
from analysis.report.show.html import legible, visible
from probes.schema import state
from runner.cards import cards, headline
from runner.files import read_json, write_text
from runner.report import TEMPLATE, bar, manifests, models, script_and_style
from runner.thumbnail import thumbnail


def entry(run: Path) -> dict[str, Any]:
    """What the index says about one run."""
    status = read_json(run / "status.json", {})
    published = read_json(run / "claims.json", {}) if status.get("claims_fresh") else {}
    claims = cards(published)
    records = manifests(run)
    parameters = read_json(run / "parameters.json", {}).get("resolved", {})
    if not isinstance(parameters, dict):
        raise TypeError("the parameters are no mapping")
    line = {
        "run": run.name,
        "title": status.get("title") or run.name,
        "notebook": status.get("notebook", run.name.rsplit("-", 1)[0]),
        "state": state(run),
        "reason": status.get("reason", ""),
        "time": str(status.get("ended") or status.get("heartbeat") or ""),
        "models": models(run),
        "probes": sorted({str(manifest.get("probe")) for manifest in records}),
        "partial": [str(manifest.get("probe")) for manifest in records if not manifest.get("finished")],
        "answer": typeset(str(published.get("answer", ""))),
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
    files = {name: read_json(run / name) for name in ("status.json", "parameters.json", "claims.json")}
    wrong = [name for name, content in files.items() if content is not None and not isinstance(content, dict)]
    if wrong:
        return _unreadable(run, f"{run.name}/{wrong[0]} holds no JSON object")
    try:
        return entry(run)
    except Exception as error:  # whatever it is: it hides no other run
        return _unreadable(run, f"a file of {run.name}/ has another form: {type(error).__name__}: {error}")


def _unreadable(run: Path, reason: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"models": [], "probes": [], "partial": [], "claims": [], "first": [], "parameters": {}}
    texts = {"run": run.name, "title": run.name, "notebook": "", "state": "unreadable", "reason": reason, "time": ""}
    return {**empty, **legible(texts), "href": "", "picture": ""}


def entries(root: Path) -> list[dict[str, Any]]:
    """All runs below a folder, the latest first."""
    runs = [_entry_or_why(path.parent) for path in sorted(root.glob("*/status.json"))]
    return sorted(runs, key=lambda run: (run["time"], run["run"]), reverse=True)


def write_index(root: Path) -> Path:
    """Write `root/index.html` whole and return its path."""
    environment = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True)
    environment.filters.update(visible=visible, bar=bar)
    runs = entries(root)
    page = environment.get_template("runs.html.j2").render(runs=runs, **script_and_style(files=True))
    write_text(root / "index.html", page)
    return root / "index.html"
