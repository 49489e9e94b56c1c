"""The documentation: every link leads somewhere, every page is in the contents, the codebook is that of the code."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

import probes

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BUILT = {"_build", "notebooks"}
PAGES = [path for path in DOCS.rglob("*.md") if not BUILT & set(path.relative_to(DOCS).parts)]
INCLUDED = [ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md")]  # pages of the site, by `include`
OTHERS = [ROOT / name for name in ("README.md", "SECURITY.md", "benchmarks/README.md", "reports/README.md")]
LINKING = [*PAGES, *INCLUDED, *OTHERS]


def targets(page: Path) -> list[str]:
    """Relative link targets outside code."""
    text = re.sub(r"```(?!\{toctree).*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads}


def leads_somewhere(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    path = (page.parent / name).resolve() if name else page
    if path.parent == DOCS / "notebooks":  # `make docs` copies them there
        return any(path.name == notebook.name for notebook in (ROOT / "notebooks").rglob("*.ipynb"))
    return path.exists() and (not anchor or anchor in anchors(path))


@pytest.mark.parametrize("page", LINKING, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    assert [link for link in targets(page) if not leads_somewhere(page, link)] == []


def test_a_broken_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One\n[a](gone.md) [b](#one) [c](#two) [d](https://example.org/x)\n", encoding="utf-8")
    assert [link for link in targets(page) if not leads_somewhere(page, link)] == ["gone.md", "#two"]


def hidden(text: str) -> list[str]:
    """Lines outside code that MyST takes for a comment: a page loses them, and its paragraph falls in two."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"^ *%.*$", prose, re.MULTILINE)


@pytest.mark.parametrize("page", [*PAGES, *INCLUDED], ids=lambda page: str(page.relative_to(ROOT)))
def test_no_line_is_lost_as_a_comment(page):
    assert hidden(page.read_text(encoding="utf-8")) == []


def test_a_lost_line_is_found():
    assert hidden("From 0 to 25\n%). Then it\n```python\n# %% [markdown]\n%x\n```\nis 5 % more.\n") == ["%). Then it"]


def test_every_page_is_in_the_contents():
    listed = {DOCS / "index.md"}
    for page in PAGES:
        for block in re.findall(r"```\{toctree\}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            entries = [line for line in block.split("\n") if line and not line.startswith(":")]
            names = [re.sub(r"^.*<(.*)>$", r"\1", entry) for entry in entries]
            listed |= {page.parent / f"{name}.md" for name in names}
    assert set(PAGES) <= listed
    assert all(path.is_file() for path in listed if path.parent != DOCS / "notebooks")


@pytest.fixture(scope="module")
def codebook():
    spec = importlib.util.spec_from_file_location("codebook", DOCS / "codebook.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_codebook_is_that_of_the_code(codebook):
    assert codebook.PAGE.read_text(encoding="utf-8") == codebook.page(), "run `python docs/codebook.py`"


@pytest.mark.parametrize("name", list(probes.suite))
def test_facts_of_trials_are_documented(codebook, name):
    kind = probes.suite[name]
    facts = {fact for trial in kind(**kind.example).trials() for fact in trial.facts()}
    assert facts <= set(codebook.FACTS)


def test_facts_have_a_meaning_and_one_line():
    facts = yaml.safe_load((DOCS / "facts.yaml").read_text(encoding="utf-8"))
    assert all(isinstance(name, str) and meaning.strip() and "\n" not in meaning for name, meaning in facts.items())


def test_every_system_names_probes_and_notebooks_that_there_are():
    lines = (ROOT / "docs" / "systems.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")][1:]
    assert sum(cells[0].count(" (20") + cells[0].endswith(("personas)", "Interactions")) for cells in rows) == 44
    for system, probe, notebook, null, control in rows:
        first = re.split(r",? (?:measures?|with|of|by) |parameter|none yet|outside|headings|turn number", probe)[0]
        assert all(name in probes.suite for name in re.findall(r"`(\w+)`", first)), system
        stems = re.findall(r"`(\w+)`", notebook)
        assert all((ROOT / "notebooks" / f"{stem}.ipynb").exists() for stem in stems), system
        assert bool(stems) or not (null or control), system
