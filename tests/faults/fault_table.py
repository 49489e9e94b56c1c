"""What a row of the table of bad inputs and faults is, and the bench on which its input is given."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

GROUPS = {
    1: "parameter values", 2: "parameter names", 3: "YAML files", 4: "values that look like others", 5: "output folder",
    6: "notebooks", 7: "deaths", 8: "two at once, clocks", 9: "models", 10: "prompts", 11: "sampling", 12: "memory",
    13: "resuming after a change", 14: "batches", 15: "model output as attacker", 16: "answers", 17: "games",
    18: "items", 19: "degenerate statistics", 20: "records", 21: "reports", 22: "sweeps", 23: "machines",
    24: "identity", 25: "terminals and files of others", 26: "studies",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Input of a group, words that the answer must contain, and how the input is given."""

    group: int
    given: str
    answer: str
    act: Callable[[Bench], Any]
    slow: bool = False


class Table(list[Case]):
    """Rows, added by decorating what gives the input: it returns the answer as text, or what `said` makes of it."""

    def __call__(self, group: int, given: str, answer: str, slow: bool = False) -> Callable[[Any], Any]:
        """A decorator for the function that gives the input."""
        return lambda act: self.append(Case(group, given, answer, act, slow)) or act

    def many(self, group: int, act: Callable[[Bench, Any], Any], *rows: tuple[str, Any, str]) -> None:
        """Rows `(given, argument, answer)` whose inputs are given in the same way."""
        for given, argument, answer in rows:
            self.append(Case(group, given, answer, lambda bench, argument=argument: act(bench, argument)))


def said(call: Callable[..., Any], *given: Any, **named: Any) -> str:
    """The error a call ends with, or what it returned."""
    try:
        return f"accepted: {call(*given, **named)}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of a JSON value, the whole of it first."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*path, key))


def put(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """A copy with `odd` at one place."""
    if not path:
        return odd
    copied = value.copy()
    copied[path[0]] = put(value[path[0]], path[1:], odd)
    return copied


@dataclass
class Bench:
    """A folder of its own and the usual tools."""

    folder: Path
    request: pytest.FixtureRequest
    monkeypatch: pytest.MonkeyPatch

    @property
    def tiny(self) -> Any:
        """The null model."""
        return self.request.getfixturevalue("tiny")

    def notebook(self, name: str = "asks", *codes: str, **form: Any) -> Path:
        """A notebook file."""
        from runner_cases import write

        return write(self.folder, name, *codes, **form)

    def run(self, *words: str, env: dict[str, str] | None = None) -> str:
        """`interlocutor ...`: exit code, then what it said."""
        done = subprocess.run([sys.executable, "-m", "runner.cli", *words], capture_output=True, text=True, timeout=200,
                              check=False, cwd=self.folder, env=env)  # fmt: skip
        return f"exit {done.returncode}: {done.stderr} {done.stdout}"

    def model(self, change: Callable[[Path], Any] = lambda folder: None) -> Path:
        """A saved tiny model, changed."""
        folder = shutil.copytree(self.request.getfixturevalue("saved_tiny"), self.folder / "model")
        change(folder)
        return folder

    def opened(self, folder: Path, **options: Any) -> Any:
        """The model of a folder."""
        import probes

        return probes.load_model(str(folder), device="cpu", dtype="float32", check=False, **options)

    def mounted(self, options: str) -> Path:
        """A file system of its own, where this user may mount one."""
        place = self.folder / "mounted"
        place.mkdir()
        words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if subprocess.run(words, capture_output=True, check=False).returncode:
            pytest.skip("this user may not mount a file system")
        self.request.addfinalizer(lambda: subprocess.run(["umount", "-l", str(place)], check=True))
        return place
