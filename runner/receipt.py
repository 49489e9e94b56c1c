"""What a finished run was made from and what it left, so that "unchanged" is a comparison and never a belief."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probes.schema import told
from probes.schema.forms import RECEIPT
from runner.digests import (
    code_digest,
    distribution_digest,
    environment,
    file_digest,
    kernel_digest,
    listing_digest,
)
from runner.files import write_json
from runner.reads import Reads, distributions, inputs

if TYPE_CHECKING:
    from runner.plan import Plan

NAME = "receipt.json"
OWN = {NAME, "status.json", "progress.json", "kernel.log"}
"""Files of a run folder that are no result: they may change after it finished."""


def begun(plan: Plan) -> dict[str, Any]:
    """What is known before the first cell: the place, the notebook, its kernel, the parameters, the package code."""
    return {
        "place": [str(plan.folder.resolve()), os.getcwd()],
        "notebook": file_digest(plan.notebook.path),
        "kernel": kernel_digest(plan.notebook.kernel),
        "parameters": {name: value for name, value in plan.resolved.items() if name != "out"},
        "code": code_digest(),
        "runs": plan.runs_read(),
    }


def write_receipt(plan: Plan, before: dict[str, Any], reads: Reads) -> str:
    """Write the receipt of a run that has ended, page and all; returns the receipt's own digest."""
    distribution_digest.cache_clear()  # hours may have passed since it was last asked
    files, folders = inputs(plan, reads)
    receipt = {
        **before,
        "files": {path: file_digest(path) for path in files},
        "folders": {path: listing_digest(path) for path in folders},
        "distributions": {info: distribution_digest(info) for info in distributions(reads)},
        "environment": environment(reads.variables),
        "outputs": {name: file_digest(plan.folder / name) for name in _outputs(plan.folder)},
        "unprovable": reads.unprovable,
    }
    write_json(plan.folder / NAME, receipt)
    return file_digest(plan.folder / NAME)


def difference(plan: Plan, digest: str) -> str:
    """The first thing that is not as it was when the run finished, in words; nothing where all is unchanged."""
    receipt = told(plan.folder / NAME, RECEIPT)
    if not receipt or file_digest(plan.folder / NAME) != digest:
        return "it has no receipt of what it was made from"
    if receipt["unprovable"]:
        return str(receipt["unprovable"][0])
    now = json.loads(json.dumps(begun(plan)))
    changed = next((name for name in now if now[name] != receipt.get(name)), "")
    return f"its {changed} changed" if changed else _changed(plan.folder, receipt)


def _changed(folder: Path, receipt: dict[str, Any]) -> str:
    """The same for the files, folders, distributions, variables and outputs of a receipt."""
    measures: dict[str, Callable[[str], str]] = {
        "outputs": lambda name: file_digest(folder / name), "files": file_digest, "folders": listing_digest,
        "distributions": distribution_digest,
    }  # fmt: skip
    for kind, digest in measures.items():
        for name, before in receipt[kind].items():
            if digest(name) != before:
                return f"{name} changed"
    if added := sorted(name for name in set(_outputs(folder)) - set(receipt["outputs"]) if name.startswith("records/")):
        return f"{added[0]} was added"
    now = environment(receipt["environment"])
    for name in {*now, *receipt["environment"]}:
        if now.get(name) != receipt["environment"].get(name):
            return f"the environment variable {name} changed"
    return ""


def _outputs(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not name.parts[0].startswith(".") and str(name) not in OWN:
            yield str(name)
