"""Executing a notebook so that a failure is never taken for success.

papermill injects the parameters and drives the cells. Around it: IPC transport (no ports to collide), atomic saves,
and a verdict of our own, because papermill calls a run completed after a kernel's death, a timeout or `sys.exit(0)`.
"""

from __future__ import annotations

import logging
import math
import shutil
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill import execute_notebook
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from runner.failure import Failure
from runner.files import write_text
from runner.launch import manager
from runner.leftovers import end_orphan, sockets

IOPUB = 120
"""Seconds a finished cell may wait for its last output; nbclient's 4 fail a good run on a loaded machine."""
START = 300
"""Seconds a kernel may take to answer first; papermill's 60 are short where a hundred cells import from one disk."""


class _SavingEngine(NBClientEngine):
    """papermill's own engine with every save going through `save`, and the cell position reported."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, save: Any = None, **kwargs: Any) -> Any:
        nb_man.save = lambda **_: save(nb_man.nb)
        return super().execute_managed_notebook(nb_man, kernel_name, **kwargs)


papermill_engines.register("interlocutor", _SavingEngine)
logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what it logs is what Failure says


def execute(
    content: dict[str, Any],
    parameters: Mapping[str, Any],
    run: Path,
    kernel_name: str,
    timeout: float | None = None,
    at_cell: Callable[[int, int], None] = lambda done, cells: None,
) -> None:
    """Run every cell; the notebook so far is always in `run/notebook.ipynb`. Failure says why it did not finish."""
    notebook = nbformat.from_dict(content)
    folder = sockets()
    kernel_manager, known = manager(run, folder)
    target = run / "notebook.ipynb"

    def save(current: Any) -> None:
        write_text(target, nbformat.writes(current) + "\n", durable=False)
        states = [cell.metadata.get("papermill", {}).get("status") for cell in current.cells]
        at_cell(sum(state in ("completed", "failed") for state in states), len(states))

    timeout = math.ceil(timeout) if timeout else None  # papermill takes whole seconds
    try:
        execute_notebook(
            notebook, None, dict(parameters), engine_name="interlocutor", kernel_name=kernel_name, progress_bar=False,
            save=save, start_timeout=START, execution_timeout=timeout, iopub_timeout=IOPUB,
            kernel_manager_class=kernel_manager,
        )  # fmt: skip
    except PapermillExecutionError as error:
        raise Failure(f"{error.ename}: {error.evalue}"[:500], "\n".join(error.traceback)) from error
    except CellTimeoutError as error:
        slow = f"a cell took longer than the {timeout:g} s allowed" if timeout else "the kernel's output did not arrive"
        raise Failure(slow, str(error)) from error
    except DeadKernelError as error:
        raise Failure(_death(known)) from error
    finally:
        end_orphan(run)
        shutil.rmtree(folder, ignore_errors=True)
        _drop_if_empty(run / "kernel.log")
    _check_cells(target)


def _drop_if_empty(log: Path) -> None:
    with suppress(OSError):
        if not log.stat().st_size:
            log.unlink()


def _death(known: dict[str, Any]) -> str:
    code = getattr(known.get("process"), "returncode", None)
    if code == -signal.SIGKILL:
        return "the kernel was killed (SIGKILL): probably out of memory"
    named = f" by {signal.Signals(-code).name}" if isinstance(code, int) and code < 0 else ""
    return f"the kernel died{named}" + (f" with exit code {code}" if isinstance(code, int) and code >= 0 else "")


def _check_cells(target: Path) -> None:
    """Refuse the notebook whose cells did not all run: `sys.exit(0)` ends one without any error being raised."""
    for cell in nbformat.read(target, as_version=4).cells:
        said = cell.metadata.get("papermill", {})
        if said.get("exception") or said.get("status") == "failed":
            outputs = [output for output in cell.get("outputs", []) if output.output_type == "error"]
            last = outputs[-1] if outputs else {"ename": "exit", "evalue": "the cell ended the kernel", "traceback": []}
            raise Failure(
                f"{last['ename']}: {last['evalue']}"[:500] + " (a cell stopped the notebook)",
                "\n".join(last["traceback"]),
            )
