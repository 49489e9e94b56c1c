"""Starting a kernel: where its sockets lie, its variables, and the witness that runs before the first cell."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.manager import AsyncKernelManager

from runner.files import write_json
from runner.reads import NAME as READS

WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0"}
"""Idle threads sleep. By default they spin between two operations, which slows everything where another program wants
the same processors. OpenMP reads this when torch is imported, so it is set before the kernel starts."""

THREADS = "INTERLOCUTOR_THREADS"
"""Variable with the threads of a kernel, where whoever starts several shares the processors out."""
PACKAGES = str(Path(__file__).parents[1])


_LOOK = 0.5
"""Seconds over which the use of the processors is looked at: a load average counts the kernel that has just ended."""


def threads(cores: int, load: float) -> int:
    """Threads for a kernel: the processors that nothing else uses at the moment, at least one.

    Examples
    --------
    >>> threads(cores=8, load=0.2), threads(cores=8, load=5.1), threads(cores=2, load=7.0)
    (8, 3, 1)
    """
    return max(1, cores - round(load))


def busy() -> float:
    """How many processors are in use, by whatever program."""
    return psutil.cpu_percent(interval=_LOOK) / 100 * (os.cpu_count() or 1)


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The variables of a kernel. What the user has set stays as it is."""
    free = given.get(THREADS) or given.get("OMP_NUM_THREADS") or str(threads(len(os.sched_getaffinity(0)), busy()))
    variables = {**WAITING, "OMP_NUM_THREADS": free, **given}
    if "-packages" not in PACKAGES:  # a clone; a folder of installed packages would hide the standard library
        variables["PYTHONPATH"] = os.pathsep.join(filter(None, (given.get("PYTHONPATH"), PACKAGES)))
    return variables


def manager(run: Path, folder: str) -> tuple[type[AsyncKernelManager], dict[str, Any]]:
    """A manager class for one kernel whose sockets lie in a private folder, and what becomes known of its process."""
    known: dict[str, Any] = {}

    class Manager(AsyncKernelManager):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(transport="ipc", connection_file=f"{folder}/kernel.json", **kwargs)

        async def _async_start_kernel(self, **kwargs: Any) -> None:
            kwargs["extra_arguments"] = [*kwargs.get("extra_arguments", []), *_watched(self.kernel_spec, run)]
            kwargs["env"] = environment(kwargs.get("env") or os.environ)
            with (run / "kernel.log").open("wb") as log:
                await super()._async_start_kernel(**{**kwargs, "stdout": log, "stderr": log})

        async def _async_post_start_kernel(self, **kwargs: Any) -> None:
            await super()._async_post_start_kernel(**kwargs)
            known["process"] = getattr(self.provisioner, "process", None)
            write_json(run / ".kernel.json", {"pid": getattr(self.provisioner, "pid", None), "sockets": folder})

        start_kernel = _async_start_kernel
        post_start_kernel = _async_post_start_kernel

    return Manager, known


def _watched(spec: Any, run: Path) -> list[str]:
    """Words that let an IPython kernel run the witness first; other kernels stay unwatched."""
    (run / READS).unlink(missing_ok=True)
    if "ipykernel_launcher" not in spec.argv:
        return []
    witness, names = Path(__file__).with_name("witness.py"), {"TARGET": str((run / READS).resolve())}
    return [f"--IPKernelApp.exec_lines=__import__('runpy').run_path({str(witness)!r}, {names!r});"]
