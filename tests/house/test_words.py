"""Retired phrases of docs/glossary.md stay out of everything people read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
ROOMS = ("probes", "analysis", "runner", "notebooks", "docs", "sweeps", "benchmarks")
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")
READ = {".py", ".md", ".yaml", ".j2", ".js"}
BUILT = "_build"
"""The site, whose index of words has none in its sentence."""


def retired() -> list[str]:
    """The phrases in the last column of the glossary's tables."""
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    last = [line.rsplit("|", 2)[1] for line in lines if line.startswith("|")]
    return [phrase.replace("_", " ") for cell in last for phrase in re.findall(r"`([^`]+)`", cell)]


def pattern(phrases: list[str]) -> re.Pattern[str]:
    """Any of the phrases, whatever their case and also where a line break (and a comment sign) parts their words."""
    gap = r"(?:[ *_]+|[ ]*\n[ #|]*)"
    return re.compile("|".join(rf"\b{gap.join(map(re.escape, text.split()))}\b" for text in phrases), re.IGNORECASE)


def slips(text: str) -> list[str]:
    return [f"{text.count(chr(10), 0, hit.start()) + 1}: {hit.group()}" for hit in pattern(retired()).finditer(text)]


def read_by_people() -> list[Path]:
    inside = [
        path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in READ and BUILT not in path.parts
    ]
    files = [*inside, *(ROOT / page for page in PAGES)]
    return [path for path in files if path != GLOSSARY]


def test_no_retired_phrase_comes_back():
    found = {str(path.relative_to(ROOT)): slips(path.read_text(encoding="utf-8")) for path in read_by_people()}
    assert not {name: hits for name, hits in found.items() if hits}


@pytest.mark.parametrize("phrase", retired())
def test_each_phrase_is_recognised(phrase):
    """A phrase that the pattern cannot match would be retired in name only."""
    assert slips(f"# {phrase}")
    assert slips(f"# {phrase.upper()}")
    assert slips("# " + phrase.replace(" ", "\n# "))


def test_the_glossary_defines_every_term_once():
    rows = [line.split("|") for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    terms = [row[1].strip() for row in rows if row[1].strip() not in {"term", "---"}]
    assert len(terms) == len(set(terms)) > 40
    assert all(row[2].strip() for row in rows)
