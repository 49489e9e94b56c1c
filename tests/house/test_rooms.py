"""A family is a room with the same name in both wings; arrows between rooms are few and none joins two families."""

from __future__ import annotations

import ast
import importlib
import tomllib
from collections import Counter
from pathlib import Path

import pytest

import probes

ROOT = Path(__file__).parents[2]
WINGS = {"probes": (20, 3), "analysis": (18, 2)}
"""Wing -> the most arrows (pairs of rooms, one importing the other) with six families, and for each further one."""
FIRST = 6
READER = "atlas"
"""The one room that may read what families make; it has no probes."""


def families(wing: str, root: Path = ROOT) -> set[str]:
    """Rooms with probes, or with figures."""
    return {path.parent.name for path in (root / wing).glob("*/suite" if wing == "probes" else "*/plots")}


def rooms(wing: str, root: Path = ROOT) -> set[str]:
    return {path.name for path in (root / wing).iterdir() if path.is_dir() and any(path.glob("*.py"))}


def imported(path: Path) -> set[str]:
    """Every module, and every `module.name`, that a file imports, wherever in the file."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
    return modules


def arrows(wing: str, root: Path = ROOT) -> set[tuple[str, str]]:
    """(room that imports, room that is imported), once a pair; the package's own face counts as a room."""
    pairs: set[tuple[str, str]] = set()
    known = rooms(wing, root)
    for path in (root / wing).rglob("*.py"):
        here = path.relative_to(root / wing).parts
        for module in imported(path):
            parts = module.split(".")
            room = here[0] if len(here) > 1 else wing
            if len(parts) > 1 and parts[0] == wing and parts[1] in known and parts[1] != room:
                pairs.add((room, parts[1]))
    return pairs


def between_families(wing: str, root: Path = ROOT) -> set[tuple[str, str]]:
    own = families(wing, root)
    return {(a, b) for a, b in arrows(wing, root) if a in own and b in own and a != READER}


@pytest.mark.parametrize("wing", WINGS)
def test_no_arrow_joins_two_families(wing):
    assert not between_families(wing)


@pytest.mark.parametrize("wing", WINGS)
def test_arrows_between_rooms_are_few(wing):
    pairs = arrows(wing)
    print(f"{wing}: {len(pairs)} arrows between {len(rooms(wing))} rooms: {sorted(pairs)}")
    most, further = WINGS[wing]
    assert len(pairs) <= most + further * max(0, len(families(wing) - {READER}) - FIRST)


def test_an_arrow_between_families_is_seen(tmp_path):
    for name, text in {"minds": "from probes.games.match import Match\n", "games": ""}.items():
        for folder in (tmp_path / "probes" / name, tmp_path / "probes" / name / "suite"):
            folder.mkdir(parents=True)
            (folder / "__init__.py").write_text(text)
    assert between_families("probes", tmp_path) == {("minds", "games")}


def missing_rooms(root: Path = ROOT) -> list[str]:
    """What a family with probes lacks; a family counts as soon as it has a `suite/`."""
    return [
        f"{place} is missing"
        for name in sorted(families("probes", root) | families("analysis", root))
        for place in (
            *([] if name == READER else [f"probes/{name}/suite"]),
            f"analysis/{name}/plots",
            f"tests/{name}",
            f"docs/{name}.md",
            f"notebooks/{name}.ipynb",
        )
        if not (root / place).exists()
    ]


def misplaced(root: Path = ROOT) -> list[str]:
    """What stands in a room under a name of its own: the same thing has one name in every family.

    `probes/FAMILY/`: `suite/` (the probes), `stimuli/` where texts or items lie in files, and helpers as modules.
    `analysis/FAMILY/`: `tables` (numbers), `findings` (claims), `plots` (figures); a module each, or a package.
    """
    wrong = []
    for name in sorted(families("probes", root)):
        room = root / "probes" / name
        files = [path.relative_to(room).parts for path in room.rglob("*") if path.is_file()]
        folders = {parts[0] for parts in files if len(parts) > 1 and "__pycache__" not in parts}
        wrong += [f"probes/{name}/{folder}/" for folder in sorted(folders - {"suite", "stimuli"})]
    for name in sorted(families("analysis", root)):
        room = root / "analysis" / name
        files = [path.relative_to(room) for path in room.rglob("*") if path.is_file()]
        names = {path.parts[0].partition(".")[0] for path in files if "__pycache__" not in path.parts} - {"__init__"}
        wrong += [f"analysis/{name}/{one}" for one in sorted(names ^ {"tables", "findings", "plots"})]
    return wrong


def classes(path: Path) -> set[str]:
    """Public classes that a file defines, wherever in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name[0] != "_"}


def unnamed_rooms(wing: str, root: Path = ROOT) -> set[str]:
    """Rooms that the `layers` contract of a wing leaves out."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(item["layers"] for item in contracts if item["type"] == "layers" and item["name"].startswith(wing))
    named = {name.strip("() ") for layer in layers for name in layer.split("|")}
    return {f"{wing}.{room}" for room in rooms(wing, root)} - named


def test_a_family_has_a_room_of_its_name_everywhere():
    assert not missing_rooms()


def test_the_same_thing_has_the_same_name_in_every_family():
    assert not misplaced()


def test_a_room_of_its_own_kind_is_seen(tmp_path):
    for place in ("probes/minds/suite", "probes/minds/inventory", "analysis/minds/plots", "analysis/minds/tables"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "one.py").touch()
    (tmp_path / "analysis/minds/claims.py").touch()
    assert misplaced(tmp_path) == ["probes/minds/inventory/", "analysis/minds/claims", "analysis/minds/findings"]


@pytest.mark.parametrize("name", sorted(families("analysis")))
def test_claims_are_made_in_findings_from_tables(name):
    """Numbers know no claims: `tables` and `plots` import neither `Claim` nor the findings."""
    room = ROOT / "analysis" / name
    numbers = [path for path in room.rglob("*.py") if path.parts[len(room.parts)] in ("tables", "tables.py", "plots")]
    assert numbers
    banned = {"analysis.report.claims.Claim", "analysis.report.stated"}
    for path in numbers:
        modules = imported(path)
        assert not {one for one in modules if one in banned or one.startswith(f"analysis.{name}.findings")}, path


@pytest.mark.parametrize("name", sorted(families("probes")))
def test_no_two_things_of_a_room_share_a_name(name):
    """Nor does any class of a family have the name of a public one."""
    named = Counter(one for path in (ROOT / "probes" / name).rglob("*.py") for one in classes(path))
    assert not {one for one, times in named.items() if times > 1 or one in probes.__all__}


@pytest.mark.parametrize("name", sorted(families("analysis")))
def test_every_family_is_entered_alike(name):
    """`analysis.NAME.claims` and `analysis.NAME.plots.FIGURE.prepare` and `.draw`."""
    family = importlib.import_module(f"analysis.{name}")
    plots = family.plots
    assert callable(family.claims)
    assert family.tables.__name__ == f"analysis.{name}.tables"
    assert family.claims.__module__ == f"analysis.{name}.findings"
    assert dir(plots)
    assert all(
        callable(getattr(plots, figure).prepare) and callable(getattr(plots, figure).draw) for figure in dir(plots)
    )


def test_nothing_lies_outside_a_room():
    for wing in WINGS:
        assert [path.name for path in (ROOT / wing).glob("*.py")] == ["__init__.py"]


@pytest.mark.parametrize("wing", WINGS)
def test_the_contracts_name_every_room(wing):
    assert not unnamed_rooms(wing)
