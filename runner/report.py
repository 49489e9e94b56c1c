"""From a run folder to one self-contained report.html: claims, figures, conversations, provenance. No code cells."""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter

from analysis.report import cards as rendered
from analysis.report import strip as rows
from analysis.report import thoughts
from analysis.report.numbers import typeset
from analysis.report.show.html import legible, visible
from probes import schema
from runner import evidence
from runner.cards import cards, headline
from runner.cells import Block, groups, lead
from runner.clean import clean
from runner.files import read_json, write_text
from runner.methods import bibtex, paragraph
from runner.study.adherence import adherence
from runner.thumbnail import write_thumbnail

TEMPLATE = Path(__file__).parent / "template"


class ReportExporter(HTMLExporter):
    """nbconvert with our template: nothing unescaped unless it passed the allow-list, nothing from elsewhere."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(template_name="template", extra_template_basedirs=[str(TEMPLATE.parent)], **kwargs)

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        environment.autoescape = True
        environment.filters.update(clean=clean, visible=visible, picture=picture, card=card, strip=strip)
        return environment


def script_and_style(files: bool = False) -> dict[str, Markup]:
    """The embedded style and script and the policy that lets the browser run this script and nothing else.

    `files`: also let it show pictures that lie beside the page.
    """
    script = (TEMPLATE / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    beside = " 'self' file:" if files else ""
    policy = (
        f"default-src 'none'; img-src data:{beside}; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    style = (TEMPLATE / "style.css").read_text(encoding="utf-8")
    return {"script": Markup(script), "style": Markup(style), "policy": Markup(policy)}  # noqa: S704 - our own files


def card(claim: dict[str, Any], brief: bool = False) -> Markup:
    """A claim as the notebook shows it, too; its renderer escapes every text."""
    return Markup(rendered.card(claim, brief))  # noqa: S704


def strip(claims: list[dict[str, Any]], of: int) -> Markup:
    """The claims of the first screen, out of `of`, on common axes."""
    return Markup(rows.strip(claims, of))  # noqa: S704


def bar(claim: dict[str, Any]) -> Markup:
    """The little axis of a claim."""
    return Markup(rendered.bar(claim))  # noqa: S704


def picture(block: Block) -> Markup:
    """An image output as a data address."""
    content = block.text if block.media != "image/svg+xml" else base64.b64encode(block.text.encode()).decode()
    source = f"data:{block.media};base64,{''.join(content.split())}"
    kind = "" if block.media == "image/svg+xml" else " il-figure--raster"
    return clean(f'<figure class="il-figure{kind}"><img src="{source}" alt="{escape(block.alt, quote=True)}"></figure>')


def manifests(run: Path) -> list[dict[str, Any]]:
    """What the records say about themselves, one a probe."""
    return schema.manifests(run)


def models(run: Path) -> list[str]:
    """Names of the models its records come from; before there are any, the one asked for."""
    asked = read_json(run / "parameters.json", {}).get("resolved", {"model": "unknown"})
    names = [str(asked["model"])] if "model" in asked else []  # a notebook that reads other runs has none
    return sorted({str(manifest.get("model")) for manifest in manifests(run)}) or names


def described(run: Path) -> list[str]:
    """What kind of model answered, as the records tell: one line for each model."""
    known = set()
    for manifest in manifests(run):
        about = manifest.get("model_info") or {}
        known.add((str(manifest.get("model")), str(about.get("described", ""))))
        for name, other in (about.get("partners") or {}).items():
            known.add((f"{name} ({other.get('source', 'unnamed')})", str(other.get("described", ""))))
    return [f"{name}: {kind}" for name, kind in sorted(known) if kind] + thoughts.sentences(run)


def turns(run: Path) -> str:
    """What the models' chat templates changed about turns, as that a persona begins a user turn; for every card."""
    told = [(manifest.get("model_info") or {}).get("template_changes") for manifest in manifests(run)]
    return "; ".join(sorted({str(change) for changes in told if isinstance(changes, list) for change in changes}))


def _notebook(run: Path) -> Any:
    try:
        return nbformat.read(run / "notebook.ipynb", as_version=4)
    except Exception:  # torn or missing after a kill: the report still says what is known
        return nbformat.v4.new_notebook()


def context(run: Path, status: dict[str, Any] | None = None) -> dict[str, Any]:
    """Everything the template shows of a run. `status`: how it ended, where status.json does not say so yet."""
    status = status or read_json(run / "status.json", {})
    claims = read_json(run / "claims.json") if status.get("claims_fresh") else None
    first, more = headline([card | {"turns": turns(run)} for card in cards(claims)])
    content = {
        "run": run.name,
        "status": status,
        "answer": [
            typeset(said)
            for said in re.split(
                r"(?<=\.) (?=[A-Z\N{LEFT DOUBLE QUOTATION MARK}])", str((claims or {}).get("answer", ""))
            )
            if said
        ],
        "cards": first,
        "more": more,
        "parameters": read_json(run / "parameters.json", {}),
        "manifests": manifests(run),
        "models": models(run),
        "plan": adherence(run, status),
        "described": described(run),
    }
    return {**legible(content), **script_and_style()}


def _citation(content: dict[str, Any]) -> dict[str, str]:
    """What a paper says of the run, where it has finished."""
    status, seed = content["status"], content["parameters"].get("resolved", {}).get("seed")
    if status.get("state") != "finished":
        return {}
    origin, claims = status.get("provenance", {}), [*content["cards"], *content["more"]]
    methods = paragraph(content["manifests"], claims, origin, seed)
    return {"methods": methods, "bibtex": bibtex(origin, str(status.get("ended", "")))}


def write_report(run: Path, status: dict[str, Any] | None = None) -> Path:
    """Write `run/report.html` whole and return its path."""
    notebook = _notebook(run)
    numbered, links = evidence.numbered(groups(notebook))
    content = context(run, status)
    for claim in (*content["cards"], *content["more"]):
        claim["evidence"] = evidence.of(claim, links)
    content["lead"] = lead(notebook)
    content["findings"] = [group for group in numbered if not group.conversations]
    content |= _citation(content)
    content["conversations"] = [group for group in numbered if group.conversations]
    page, _ = ReportExporter().from_notebook_node(notebook, {"report": content})
    write_thumbnail(run, page)
    write_text(run / "report.html", page)
    return run / "report.html"
