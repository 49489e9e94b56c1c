"""A run before it starts: which notebook, which parameters, which folder, and whether it is done already."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.files import read_json
from runner.folder import run_id, state
from runner.notebook import READS, Notebook, find, read, source_digest
from runner.parameters import resolve

ROOT = Path("reports")


@dataclass(frozen=True)
class Plan:
    """A checked run that has not started: nothing of the notebook has been executed yet."""

    notebook: Notebook
    given: dict[str, Any]
    resolved: dict[str, Any]
    root: Path

    @property
    def folder(self) -> Path:
        """Where it will write."""
        return self.root / run_id(self.notebook.name, self.resolved)

    @property
    def sources(self) -> str:
        """Hash of what the run comes from: notebook and code; where it reads other runs, also what those published."""
        own = source_digest(self.notebook.path)
        if READS not in self.notebook.parameters:
            return own
        digest = hashlib.sha256(own.encode())
        for path in sorted(Path(self.resolved[READS] or self.root).glob("*/claims.json")):
            if path.parent.name != self.folder.name:
                digest.update(path.parent.name.encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()

    def current(self) -> bool:
        """Whether this run is finished and nothing it came from has changed since."""
        said = read_json(self.folder / "status.json", {})
        unchanged = said.get("sources") == self.sources
        return state(self.folder) == "finished" and unchanged and (self.folder / "report.html").exists()


def plan(name: str, given: Mapping[str, Any], root: Path = ROOT) -> Plan:
    """Find the notebook and check every parameter. Refused lists all problems."""
    notebook = read(find(name))
    resolved = resolve(notebook.parameters, given)
    typed = {name: resolved[name] for name in given}
    return Plan(notebook, typed, resolved, root)
