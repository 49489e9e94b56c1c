from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import stand_in

from runner.study.archive import packing
from runner.study.compare import compare_runs
from runner.study.label import draw_sheet
from runner.study.reread import reread


@pytest.fixture(scope="session")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stand_in.study(tmp_path_factory.mktemp("study") / "mine")


@pytest.fixture(autouse=True)
def in_study(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLOCUTOR_STUDY", str(notebook.parent.parent))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "reports"


@pytest.fixture(scope="session")
def made(notebook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of two models, `b` asking back twice as often and thanking alike; never written to."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTERLOCUTOR_STUDY", str(notebook.parent.parent))
        for name in ("a", "b"):
            stand_in.run(notebook, name, folder / f"asks-{name}")
    return folder


@pytest.fixture
def pair(made: Path, root: Path) -> tuple[Path, Path]:
    """The two runs, to do anything with."""
    shutil.copytree(made, root)
    return root / "asks-a", root / "asks-b"


@pytest.fixture
def refusals(pair: tuple[Path, Path], root: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[], list[str]]:
    """What every command that needs the run `asks-b` finished and whole says of it: all must refuse."""
    ways = (
        lambda: compare_runs(["asks-a", "asks-b"], root),
        lambda: draw_sheet("asks-b", root, "asks_back", 20, ["ann"]),
        lambda: reread("asks-b", root),
        lambda: packing("asks-b", root, root / "b.zip"),
    )

    def answers() -> list[str]:
        capsys.readouterr()
        assert [way() for way in ways] == [2] * len(ways)
        return [line for line in capsys.readouterr().err.splitlines() if line.startswith("refused:")]

    return answers
