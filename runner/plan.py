"""A run before it starts: which notebook, which parameters, which folder, and whether it is done already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probes.schema import state, told
from probes.schema.forms import STATUS
from runner.digests import file_digest
from runner.folder import run_id
from runner.notebook import READS, Notebook, find, read
from runner.parameters import resolve

ROOT = Path("reports")


@dataclass(frozen=True)
class Plan:
    """A checked run that has not started: nothing of the notebook has been executed yet."""

    notebook: Notebook
    given: dict[str, Any]
    resolved: dict[str, Any]
    folder: Path

    @property
    def root(self) -> Path:
        """The folder of runs."""
        return self.folder.parent

    def runs_read(self) -> dict[str, list[str]]:
        """Of a notebook that reads other runs: each of those with its state and the digest of what it published."""
        if READS not in self.notebook.parameters:
            return {}
        runs = sorted(path.parent for path in Path(self.resolved[READS] or self.root).glob("*/claims.json"))
        return {run.name: [state(run), file_digest(run / "claims.json")]
                for run in runs if run.resolve() != self.folder.resolve()}  # fmt: skip

    def stale(self) -> str:
        """Why the run must be executed, in words; nothing where it is finished and all is as it was then."""
        from runner.receipt import difference

        if state(self.folder) != "finished":
            return "it is not finished"
        return difference(self, str(told(self.folder / "status.json", STATUS).get("receipt")))


def plan(name: str, given: Mapping[str, Any], root: Path = ROOT, folder: Path | None = None, kernel: str = "") -> Plan:
    """Find the notebook and check every parameter. Refused lists all problems.

    `folder`: of a run that exists. `kernel`: in place of the one that the notebook asks for.
    """
    notebook = read(find(name), kernel)
    resolved = resolve(notebook.parameters, given)
    typed = {name: resolved[name] for name in given}
    return Plan(notebook, typed, resolved, folder or root / run_id(notebook.path, resolved, root))
