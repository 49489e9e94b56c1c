"""Writes docs/gallery.md: every figure type, with the code of the notebook that draws it.

`--draw` also makes the pictures in docs/gallery/, by running the notebooks on the null model: `make docs` does.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

PAGE, PICTURES = HERE / "gallery.md", HERE / "gallery"
NOTEBOOKS = ("user_turn", "minds", "games", "partners", "calibration", "context", "inside", "user_model", "characters",
             "instructions", "persuasion", "choices", "atlas")  # fmt: skip
"""In the order of the page; the atlas comes last, since it reads what the others left."""
WHOLE = ("games",)
"""Notebooks that take the profile `small`, whose rounds their claims need; elsewhere a probe asks its `example`."""
DRAWS = re.compile(r"show\.figure\((?:plots\.)?(\w+)\.draw\(")
INTRODUCTION = """# Gallery

Every type of figure, with the cell of the notebook that draws it. `prepare` turns a records table into what is drawn,
and `draw` draws it, on axes of your own if you give it some. The pictures show the null model, whose weights are
random, on very few units: they show what a figure looks like, and are no results. Some stay
almost empty, since such a model gives them nothing to draw. Made by `python docs/gallery.py`; a test compares this page
with the notebooks.
"""


@dataclass(frozen=True)
class Drawn:
    """A figure type: its module, and the notebook and cell that draw it first."""

    module: Path
    notebook: str
    code: str

    @property
    def name(self) -> str:
        """Of the module."""
        return self.module.stem

    @property
    def picture(self) -> Path:
        """Where its picture lies."""
        return PICTURES / f"{self.name}.png"

    def section(self) -> str:
        """Its part of the page."""
        where = ".".join(self.module.relative_to(ROOT).with_suffix("").parts)
        about = (ast.get_docstring(ast.parse(self.module.read_text(encoding="utf-8"))) or "").split("\n\n")[0]
        link = f"[{self.notebook}](notebooks/{self.notebook}.ipynb)"
        image = f"```{{image}} gallery/{self.picture.name}\n:alt: {' '.join(about.split())}\n```"
        return f"### {self.name}\n\n{about}\n`{where}`, in {link}.\n\n{image}\n\n```python\n{self.code}\n```\n"


def cells(notebook: str) -> list[tuple[str, list[str]]]:
    """Source and tags of the code cells."""
    content = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    return [
        ("".join(cell["source"]), cell["metadata"].get("tags", [])) for cell in content if cell["cell_type"] == "code"
    ]


def drawn_by(code: str, whole: str) -> Path | None:
    """The module of the figure that a cell draws, whatever the notebook calls it; None for a cell that draws none."""
    found = DRAWS.search(code)
    if not found:
        return None
    renamed = re.search(rf"(\w+) as {found.group(1)}\b", whole)
    (module,) = ROOT.glob(f"analysis/*/plots/{renamed.group(1) if renamed else found.group(1)}.py")
    return module


def figures() -> list[Drawn]:
    """Every figure type once, where it is drawn first."""
    found: dict[Path, Drawn] = {}
    for notebook in NOTEBOOKS:
        sources = [code for code, _ in cells(notebook)]
        for code in sources:
            if module := drawn_by(code, "\n".join(sources)):
                found.setdefault(module, Drawn(module, notebook, code))
    return list(found.values())


def page() -> str:
    """The text of docs/gallery.md."""
    parts, family = [INTRODUCTION], ""
    for one in figures():
        here = one.module.parent.parent.name
        parts += [f"## {here.replace('_', ' ').capitalize()}\n"] * (here != family) + [one.section()]
        family = here
    return "\n".join(parts)


def draw(notebook: str, wanted: dict[str, Path], runs: Path) -> None:
    """Run a notebook on the null model, its run folder in `runs`, and save its figures: code of the cell -> picture."""
    import matplotlib as mpl

    from analysis import show
    from probes import Probe

    mpl.use("Agg")
    names: dict[str, Any] = {"display": lambda *_: None, "get_ipython": lambda: None}
    plain, size = show.figure, Probe.__dict__["sized"] if notebook in WHOLE else classmethod(shortest)
    with mock.patch.object(Probe, "sized", size):
        for code, tags in cells(notebook):
            with mock.patch.object(show, "figure", saving(wanted[code], plain) if code in wanted else plain):
                exec(compile(code, f"{notebook}.ipynb", "exec"), names)  # noqa: S102 (our own notebooks)
            if "parameters" in tags:
                names |= {"model": "tiny", "out": str(runs / notebook), "runs": str(runs)}


def shortest(kind: Any, profile: str, **parameters: Any) -> Any:
    """`Probe.sized` with the parameters of the probe's `example`: a run of seconds."""
    return kind(**{**kind.profiles[profile], **kind.example, **parameters})


def saving(picture: Path, plain: Callable[..., Any]) -> Callable[..., Any]:
    """`show.figure`, which also saves what is drawn."""

    def figure(ax: Any, *given: Any, **named: Any) -> Any:
        import numpy as np

        whole = np.ravel(ax)[0] if isinstance(ax, list | tuple | np.ndarray) else ax
        picture.parent.mkdir(exist_ok=True)
        getattr(whole, "figure", whole).savefig(picture, dpi=110, facecolor="white", bbox_inches="tight")
        return plain(ax, *given, **named)

    return figure


def up_to_date(found: list[Drawn]) -> bool:
    """Whether every picture is there and newer than the code that draws it."""
    sources = [path for one in found for path in (one.module, ROOT / "notebooks" / f"{one.notebook}.ipynb")]
    newest = max(path.stat().st_mtime for path in sources)
    return all(one.picture.exists() and one.picture.stat().st_mtime > newest for one in found)


def main() -> None:
    """Write the page; with `--draw` also the pictures that are not up to date."""
    PAGE.write_text(page(), encoding="utf-8")
    found = figures()
    if "--draw" not in sys.argv or up_to_date(found):
        return
    with tempfile.TemporaryDirectory() as folder:
        for notebook in NOTEBOOKS:
            print(f"gallery: {notebook}", flush=True)
            draw(notebook, {one.code: one.picture for one in found if one.notebook == notebook}, Path(folder))


if __name__ == "__main__":
    main()
