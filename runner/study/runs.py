"""Runs and pages of a study: finding a run by its name, and writing a page that the index lists like a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probes import schema
from probes.core.provenance import now
from probes.schema.forms import PARAMETERS
from runner.files import write_json, write_text
from runner.folder import RunFolder
from runner.parameters import Refused

if TYPE_CHECKING:
    from analysis.report.show.html import Shown
    from analysis.study.side import Side


PAGE_LOCK = ".page.lock"
"""In the folder of a page: of two that write it at once, the second waits."""


def find_run(run: str | Path, root: Path) -> Path:
    """The folder of a run, given as a path or by its name within the folder of runs. Refused where there is none."""
    given = Path(run).expanduser()
    for folder in (given, root / given):
        if (folder / "parameters.json").is_file() or (folder / "records").is_dir():
            return folder
    known = sorted(path.parent.name for path in root.glob("*/parameters.json"))
    there = f"there are: {', '.join(known[:12])}" if known else "there is none yet"
    raise Refused([f"no run {str(run)!r} in {root}/; {there}"])


def finished_run(run: str | Path, root: Path) -> Path:
    """A run that has finished, made by the runner or by hand, with the records that it left; any other is refused."""
    folder = find_run(run, root)
    if why := schema.unfinished(folder):
        raise Refused([why])
    try:
        schema.unaltered(folder)
        for about in schema.manifests(folder, strict=True):
            if about.get("finished"):
                schema.intact(folder, str(about.get("probe")))
    except (ValueError, OSError, RuntimeError) as error:
        raise Refused([str(error)]) from error
    return folder


def side(run: str | Path, root: Path) -> Side:
    """A finished run to compare or read again; where its notebook has moved, the one of that name is taken.

    Refused where there is no such run; ValueError where it has nothing to compare.
    """
    from analysis.study.side import load
    from runner.notebook import find

    loaded = load(finished_run(run, root))
    if loaded.notebook is not None:
        return loaded
    name = Path(schema.told(loaded.folder / "parameters.json", PARAMETERS).get("notebook", "")).stem
    try:
        return load(loaded.folder, find(name))
    except Refused:  # its claims are then compared without pairing, and say so
        return loaded


def write_page(folder: Path, title: str, command: str, parts: Sequence[tuple[str, Shown]], claims: Any = (),
               about: Mapping[str, Any] | None = None) -> Path:  # fmt: skip
    """Write a page of claims and findings into `folder`, as the report of a run is written; the path of its HTML.

    `parts`: (heading, what stands under it). It stands in the index beside the runs.
    """
    from analysis.report.claims import publish
    from runner.index import write_index
    from runner.report import write_report

    with schema.alone(folder / PAGE_LOCK), RunFolder(folder) as held:
        publish(claims, folder)
        write_text(folder / "notebook.ipynb", _notebook(title, parts))
        write_json(folder / "parameters.json", {"given": {}, "resolved": dict(about or {})})
        entry = {"run": folder.name, "notebook": folder.name.partition("-")[0], "title": title, "claims_fresh": True}
        provenance = _provenance(command)
        held.update(**entry, provenance=provenance)
        ended = {"state": "finished", "reason": "", "ended": now()}
        page = write_report(folder, {**held.status, **ended})
        held.update(**ended)
    write_index(folder.parent)
    return page


def _notebook(title: str, parts: Sequence[tuple[str, Shown]]) -> str:
    """Headings and outputs, so that one template makes every page."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    cells = [new_markdown_cell(f"# {title}")]
    for heading, shown in parts:
        output = new_output("display_data", {"text/html": shown.html, "text/plain": shown.plain})
        cells += [new_markdown_cell(f"## {heading}"), new_code_cell("", outputs=[output])]
    return str(nbformat.writes(new_notebook(cells=cells)))


def _provenance(command: str) -> dict[str, Any]:
    from probes.core.provenance import provenance

    return {"command": command, **provenance()}
