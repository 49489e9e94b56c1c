"""A line that can change a number changes it in a used folder as in a fresh one, or is shown not to matter."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fault_table import ROOT
from mutants import ROOMS, Mutant, chosen
from mutation_subject import FAMILIES, forked, lines_run, measured, packages_from

SEED, EACH = 0, 14
"""Of the choice of mutants, and how many of each family."""
Outcome = tuple[Mutant, str]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A copy of the packages."""
    folder = tmp_path_factory.mktemp("packages")
    for name in ("probes", "analysis"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@contextmanager
def applied(home: Path, mutant: Mutant) -> Iterator[None]:
    """The packages with a mutant in them. Its time tells Python that the compiled file is another's."""
    file = home / mutant.file
    source, times = file.read_bytes(), file.stat()
    file.write_bytes(mutant.applied(source))
    os.utime(file, (0, 0))
    try:
        yield
    finally:
        file.write_bytes(source)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def results(home: Path, family: str, only: str, *folders: Path) -> Any:
    """What the packages in `home`, as they are now, make of each run folder; each in a process of its own."""

    def imported() -> list[Any]:
        packages_from(home)
        __import__("probes")
        return [forked(lambda out=out: measured(family, out, only)) for out in folders]

    return forked(imported)


def outcomes(home: Path, work: Path, family: str, seed: int, count: int, only: str = "") -> list[Outcome]:
    """Each mutant of a family with what it did to a folder that the unchanged packages have used."""
    pristine, found = work / family, []
    run = forked(lambda: lines_run(home, lambda: (packages_from(home), measured(family, pristine, only))))
    (before,) = results(home, family, only, pristine)
    assert before["asked"] == "0", "what is finished is asked again"
    for number, mutant in enumerate(chosen(home, family, run, seed, count)):
        used, fresh = work / f"{family}-used-{number}", work / f"{family}-fresh-{number}"
        shutil.copytree(pristine, used)
        with applied(home, mutant):
            did = outcome(before, results(home, family, only, used, fresh))
        print(f"{did:17} {mutant}", flush=True)
        found.append((mutant, did))
    return found


def outcome(before: dict[str, str], answers: Any) -> str:
    """`stale`, `changed a number`, `no effect`, or `refused`: the same words in both folders in place of a number."""
    if isinstance(answers, str):
        return "refused"
    used, fresh = ({**answer, "asked": ""} if isinstance(answer, dict) else {"": answer} for answer in answers)
    if used != fresh:
        return "stale"
    changed = [used[name] for name in used if name != "asked" and used[name] != before.get(name)]
    if not changed:
        return "no effect"
    return "refused" if all(" " in answer for answer in changed) else "changed a number"


def judged(found: list[Outcome]) -> Counter[str]:
    """How often each outcome came about, printed too; none may be stale."""
    counts = Counter(did for _, did in found)
    print(len(found), dict(counts))
    assert not counts["stale"], [str(mutant) for mutant, did in found if did == "stale"]
    return counts


@pytest.mark.parametrize(
    ("family", "only", "count"), [("games", "repeated_game", 12), ("instructions", "rule_scope", 5)]
)
def test_mutants_of_one_probe_change_a_used_folder_as_a_fresh_one(home, tmp_path, family, only, count):
    counts = judged(outcomes(home, tmp_path, family, seed=5, count=count, only=only))
    assert counts["changed a number"] >= 1
    assert 3 * (counts["changed a number"] + counts["refused"]) >= count, "most of what was drawn is not looked at"


@pytest.mark.slow
def test_mutants_of_every_family_change_a_used_folder_as_a_fresh_one(home, tmp_path):
    assert set(ROOMS) == set(FAMILIES)
    found = [each for family in ROOMS for each in outcomes(home, tmp_path, family, SEED, EACH)]
    assert len(found) >= 60
    assert judged(found)["changed a number"] >= 30
