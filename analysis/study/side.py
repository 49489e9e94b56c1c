"""One run as a side of a comparison: what it published, its tables, and its claims on any part of its units."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.report import records
from analysis.report.claims import Claim
from analysis.study.replay import NotReplayable, script
from analysis.study.sheets import FOLDER
from probes import schema
from probes.schema.forms import PARAMETERS

Dropped = Mapping[str, Collection[str]]
"""Probe -> units whose rows are left out."""


@dataclass(frozen=True)
class Side:
    """A finished run.

    Parameters
    ----------
    folder : of the run.
    parameters : of its notebook, resolved.
    published : records of its claims by id.
    manifests : what its records say of themselves, by probe.
    notebook : the notebook that made it, as it is today; None where there is none.
    """

    folder: Path
    parameters: Mapping[str, Any]
    published: Mapping[str, dict[str, Any]]
    manifests: Mapping[str, dict[str, Any]]
    notebook: Path | None
    _tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of the run."""
        return self.folder.name

    @property
    def model(self) -> str:
        """Names of the models it measured."""
        return ", ".join(sorted({str(about["model"]) for about in self.manifests.values()}))

    @property
    def identity(self) -> str:
        """Digest of its evidence: the checksums of its records and what it published. Runs of one name may differ."""
        evidence = [{name: about.get("sealed") for name, about in self.manifests.items()}, self.published]
        return hashlib.sha256(json.dumps(evidence, sort_keys=True).encode()).hexdigest()

    def table(self, probe: str) -> pd.DataFrame:
        """Rows of a probe, read once."""
        if probe not in self._tables:
            self._tables[probe] = records.rows(self.folder, probe)
        return self._tables[probe]

    def units(self, probe: str) -> frozenset[str]:
        """Labels of the independent units of a probe."""
        return frozenset(self.table(probe)["cluster"].astype(str))

    def claims(self, without: Dropped) -> dict[str, Claim]:
        """Its claims by id, as today's notebook and analysis make them of the rows of the other units."""
        if self.notebook is None:
            raise NotReplayable(f"the notebook of {self.name} is not here: give its path, or run it again")

        def rows(probe: Any, *_: Any, **__: Any) -> pd.DataFrame:
            name = self._asked(probe)
            table = self.table(name)
            return table[~table["cluster"].astype(str).isin(without.get(name, ()))].reset_index(drop=True)

        made = script(self.notebook).claims({**self.parameters, "out": str(self.folder)}, rows, _no_model)
        return {claim.id: claim for claim in made}

    def _asked(self, probe: Any) -> str:
        """The records folder of a probe as the notebook asks for it; NotReplayable where it holds another run."""
        kind = f"{type(probe).__module__}.{type(probe).__qualname__}"
        for name, about in self.manifests.items():
            if str(about.get("class")) == kind:
                if _plain(about.get("parameters")) != _plain(probe.parameters()):
                    raise NotReplayable(f"{name} in {self.name} ran with other parameters than its notebook asks for "
                                        "today: run it again")  # fmt: skip
                return name
        raise NotReplayable(f"{self.name} has no records of {kind.rpartition('.')[2]}: run it again")


def load(folder: str | Path, notebook: Path | None = None) -> Side:
    """A finished run folder. ValueError says what is missing, and what to do. `notebook`: in place of the recorded."""
    path = Path(folder).expanduser()
    if not path.is_dir():
        raise ValueError(f"no run {str(folder)!r}: give a run folder, such as reports/user_turn-17a710657b")
    if why := schema.unfinished(path):
        raise ValueError(why)
    schema.unaltered(path)
    published = schema.published(path)
    if not published.get("finished"):
        raise ValueError(f"{path.name} has published no claims (claims.json): the same command as before finishes it")
    manifests = {name: schema.manifest(path, name) for name in schema.probes(path)}
    if not manifests:
        raise ValueError(f"{path.name} has no records of a model, so there is nothing to pair by unit")
    for name in manifests:
        schema.intact(path, name)
    recorded = schema.read(path / "parameters.json", PARAMETERS)
    claims = {claim["id"]: claim for claim in published["claims"] if claim["id"]}
    return Side(path, _given(path, recorded), claims, manifests, notebook or _notebook(path, recorded))


def _given(folder: Path, recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of the notebook; the labels of a run that was opened elsewhere are those in its own folder."""
    given = dict(recorded.get("resolved", {}))
    own = folder / FOLDER
    if given.get("labels") and own.is_dir() and not Path(str(given["labels"])).is_dir():
        given["labels"] = str(own)
    return given


def _notebook(folder: Path, recorded: Mapping[str, Any]) -> Path | None:
    """Where the notebook lies today. Never one inside a folder of runs: those came from elsewhere perhaps."""
    root = folder.resolve().parent
    for given in (root / recorded.get("place", ""), Path(recorded.get("notebook", ""))):
        path = given.resolve()
        if path.suffix == ".ipynb" and path.is_file() and not path.is_relative_to(root):
            return path
    return None


def _plain(content: Any) -> Any:
    """As JSON keeps it, so that tuples and lists are alike."""
    return json.loads(json.dumps(content, default=str))


class NoModel:
    """Stands where a model would; whatever is asked of it says that there is none."""

    name = "no model"

    def __getattr__(self, name: str) -> Any:
        raise NotReplayable(f"its claims need the model itself ({name}), not only its records")


def _no_model(*_: Any, **__: Any) -> NoModel:
    return NoModel()
