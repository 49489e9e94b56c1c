"""Other machines: an existing Dask scheduler, or a Slurm job array that needs no package at all."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runner.digests import code_digest, text_digest
from runner.files import write_json
from runner.sweep.ledger import Ledger
from runner.sweep.pool import arguments

PATIENCE = 10.0
"""Seconds a scheduler gets to answer."""


class Unreachable(RuntimeError):
    """There is no scheduler to place cells with."""


def _started(arguments: list[str], folder: str) -> int:
    """What a Dask worker does with a cell: its own process, so that neither can take the other down."""
    return subprocess.run([sys.executable, *arguments], cwd=folder, check=False, start_new_session=True).returncode


def dask(ledger: Ledger, runs: list[str], address: str, at_end: Callable[[str, int], None], gpu: bool = False) -> None:
    """Place cells on a scheduler's workers; with `gpu` each takes one unit of the workers' GPU resource.

    Dask may begin a cell twice and cannot stop a running one: the ledger's lock and its cancel flag do both.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise Unreachable('a scheduler needs the extra: pip install "interlocutor-probes[sweep]"') from error
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise Unreachable(f"no scheduler answers at {address}; start one: dask scheduler") from error
    with client:
        print(f"dashboard: {client.dashboard_link}", file=sys.stderr)
        here, name, code = str(Path.cwd()), ledger.folder.name, ["--code", code_digest()]
        start = ["-m", "runner.sweep.cell"]
        shared: dict[str, Any] = {"pure": False, "retries": 0, "resources": {"GPU": 1.0} if gpu else {}}
        futures = {
            client.submit(_started, start + arguments(ledger, run) + code, here, key=f"{name}-{run}", **shared): run
            for run in runs
        }
        for future in as_completed(futures):
            at_end(futures[future], future.result() if future.status == "finished" else -1)


def slurm(ledger: Ledger, at_once: int) -> str:
    """An sbatch script with one array task a cell: of the cells and with the code as they are now.

    The list is kept beside the ledger under its digest, so that a sweep which grows or shrinks later moves no task.
    """
    for place in (str(ledger.folder.resolve()), str(Path.cwd()), sys.executable):
        if not place.isprintable():  # a line break ends a directive, whatever stands around it
            raise ValueError(f"{place!a}: an sbatch script cannot name a path with a line break or a control character")
    runs = ledger.order()
    frozen = ledger.folder.resolve() / "arrays" / f"{text_digest(json.dumps(runs))[:16]}.json"
    write_json(frozen, runs)
    folder = shlex.quote(str(ledger.folder.resolve() / "logs"))
    task = [sys.executable, "-m", "runner.sweep.cell", "--code", code_digest(), str(ledger.root.resolve())]
    task += [ledger.folder.name, str(frozen)]
    return "\n".join(
        [
            "#!/bin/sh",
            f"#SBATCH --job-name=interlocutor-{ledger.folder.name}",
            f"#SBATCH --array=0-{max(0, len(runs) - 1)}%{at_once}",
            f"#SBATCH --output={folder}/%a.slurm",
            "# add what your site needs: --partition, --time, --gres=gpu:1",
            f"cd {shlex.quote(str(Path.cwd()))}",
            f'exec {shlex.join(task)} "$SLURM_ARRAY_TASK_ID"',
            "",
        ]
    )
