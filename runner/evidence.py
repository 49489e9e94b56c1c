"""What each claim stands on: figures and tables get numbers and anchors, and claims learn where they are shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from markupsafe import Markup

from runner.cells import Block, Group
from runner.clean import clean

_OF = r'(?: data-claims="([^"]*)")?'
_PLACES = {
    "Figure": re.compile(rf'<figure class="il-figure[^"]*"{_OF}'),
    "Table": re.compile(rf'<div class="wide" tabindex="0"{_OF}(?=><table class="il-table")'),
    "Conversations": re.compile(rf'<div class="il-transcripts[^"]*"{_OF}'),
}
"""How `analysis.report.show` opens what can be cited, and the claims it names there."""
_TITLES = {"Figure": re.compile("<figcaption>"), "Table": re.compile("<caption>")}

Link = tuple[str, str, tuple[str, ...]]
"""Label, anchor, and the ids or beginnings of ids of the claims shown there."""


def numbered(groups: Iterable[Group]) -> tuple[list[Group], list[Link]]:
    """The groups with harmless HTML in which all that can be cited has a number and an anchor; and what lies where."""
    counts: Counter[str] = Counter()
    links: list[Link] = []

    def anchored(block: Block) -> Block:
        if block.kind != "html":
            return block
        html = str(clean(block.text))
        for kind, place in _PLACES.items():
            html = place.sub(partial(_opened, kind, counts, links), html)
            html = _titled(html, kind) if kind in _TITLES else html
        return replace(block, text=Markup(html))  # noqa: S704 - cleaned above; numbers and anchors are ours

    made = [Group([anchored(block) for block in group.blocks]) for group in groups]
    return made, links


def _opened(kind: str, counts: Counter[str], links: list[Link], match: re.Match[str]) -> str:
    counts[kind] += 1
    anchor = f"{kind.lower()}-{counts[kind]}"
    links.append((f"{kind} {counts[kind]}", anchor, tuple((match[1] or "").split())))
    return f'{match[0]} id="{anchor}"'


def _titled(html: str, kind: str) -> str:
    """Numbers before the captions of one block; several figures in a block are numbered in turn."""
    for mark in reversed(list(re.finditer(rf' id="{kind.lower()}-(\d+)"', html))):
        heading = _TITLES[kind].search(html, mark.end())
        if heading:
            number = f'<span class="il-number">{kind} {mark[1]}.</span> '
            html = html[: heading.end()] + number + html[heading.end() :]
    return html


def of(claim: dict[str, Any], links: Sequence[Link]) -> list[tuple[str, str]]:
    """(label, anchor) of all that a claim is shown in; of conversations all, where none names the claim."""
    named = [(label, anchor) for label, anchor, ids in links if any(_covers(one, claim["id"]) for one in ids)]
    if any(anchor.startswith("conversations") for _, anchor in named):
        return named
    return named + [(label, anchor) for label, anchor, _ in links if anchor.startswith("conversations")]


def _covers(beginning: str, name: str) -> bool:
    return name == beginning or name.startswith(f"{beginning}.")
