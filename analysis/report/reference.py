"""Published figures as data: what was printed, what the released script computes, what its data say once mended."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import yaml

from analysis.report.claims import Paper

FILE = Path(__file__).with_suffix(".yaml")


@cache
def _read() -> pd.DataFrame:
    papers = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    lines = [
        {"paper": paper, "figure": figure, "source": about["source"], **given}
        for paper, about in papers.items()
        for figure, given in about["figures"].items()
    ]
    return pd.DataFrame(lines).set_index(["paper", "figure"]).sort_index()


def table() -> pd.DataFrame:
    """All figures, indexed by paper and figure: source, what, unit, published, script, corrected, label, n, …

    `label` is the evidence for `published`: full, abs, sec, repo, calc, mem. `script` and `corrected` are ours (calc).
    """
    return _read().copy()


def figure(paper: str, name: str) -> pd.Series:
    """One figure. KeyError names the known ones of that paper."""
    known = _read()
    if (paper, name) not in known.index:
        raise KeyError(
            f"no figure {paper}/{name}; there are: {', '.join('/'.join(map(str, key)) for key in known.index)}"
        )
    return pd.Series(known.loc[(paper, name)])


def cite(paper: str, name: str, comparable: str, why: str, column: str = "published") -> Paper:
    """The figure as a claim carries it; `column` published, script or corrected (the latter two are labelled calc)."""
    line = figure(paper, name)
    if pd.isna(line[column]):
        raise KeyError(f"{paper}/{name} has no {column} value")
    label = str(line["label"]) if column == "published" else "calc"
    return Paper(float(line[column]), f"{line['source']}, {line['what']}", label, comparable, why)
