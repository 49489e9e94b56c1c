"""The `interlocutor` command. Every import that costs time happens inside the command that needs it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from runner.loading import loading
from runner.study import commands

PURPOSE = "Probe local language models as partners in interaction: run notebooks, read reports."
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=PURPOSE)

OK, FAILED, REFUSED, BUSY = 0, 1, 2, 3
YEAR = 31_536_000
Out = Annotated[Path, typer.Option("--out", help="Folder of all runs.")]
Given = Annotated[list[str] | None, typer.Option("-p", help="A parameter as name=value; may be repeated.")]
Timeout = Annotated[float | None, typer.Option(help="Seconds a single cell may take.", min=1, max=YEAR)]
Force = Annotated[bool, typer.Option("--force", help="Execute again although the run is finished and unchanged.")]


def _refuse(problems: list[str]) -> NoReturn:
    from runner.terminal import refuse

    raise typer.Exit(refuse(problems))


def _help(context: typer.Context, notebook: str | None) -> NoReturn:
    typer.echo(context.get_help())
    if notebook:
        from runner.listing import parameters

        raise typer.Exit(parameters(notebook))
    raise typer.Exit(OK)


@app.command(context_settings={"help_option_names": []})
@loading
def run(
    context: typer.Context,
    notebooks: Annotated[
        list[str] | None, typer.Argument(metavar="NOTEBOOK...", help="Name in notebooks/ or path of an .ipynb.")
    ] = None,
    p: Given = None,
    f: Annotated[list[Path] | None, typer.Option("-f", help="YAML file of parameters.")] = None,
    out: Out = Path("reports"),
    every: Annotated[bool, typer.Option("--all", help="Every notebook in notebooks/ with its defaults.")] = False,
    jobs: Annotated[int, typer.Option(min=0, help="How many of several notebooks run at a time; 0: as fit.")] = 0,
    force: Force = False,
    timeout: Timeout = None,
    kernel: Annotated[str, typer.Option(help="Jupyter kernel in place of the one the notebook names.")] = "",
    help_: Annotated[bool, typer.Option("--help", help="Show this and, after a NOTEBOOK, its parameters.")] = False,
    *,
    load: dict[str, str],
) -> None:
    """Run a notebook with checked parameters and write its report. The same command resumes a stopped run.

    Several notebooks, or all, run in parallel with their defaults.
    """
    names = notebooks or []
    if help_:
        _help(context, names[0] if names else None)
    from runner.given import collect
    from runner.session import run_all, run_one

    several = every or len(names) > 1
    if every == bool(names) or (several and (p or f or load or kernel)):
        _refuse(["give either one NOTEBOOK (with optional parameters), or several or --all (without)"])
    if several:
        raise typer.Exit(run_all(out, force, timeout, jobs, names))
    given, problems = collect(p or [], f or [], load)
    if problems:
        _refuse(problems)
    raise typer.Exit(run_one(names[0], given, out, force, timeout, kernel=kernel))


@app.command()
def demo(out: Out = Path("reports")) -> None:
    """Make a first report in under a minute, on a null model with random weights; nothing is downloaded."""
    from runner.session import run_one

    raise typer.Exit(run_one("demo", {}, out))


@app.command()
def init(study: Annotated[Path, typer.Argument(help="Folder to create.")]) -> None:
    """Create a study folder: notebooks to edit, and folders for your own personas, probes and data sets."""
    from runner.study.init import make

    raise typer.Exit(make(study))


@app.command()
def resume(
    folder: Annotated[str, typer.Argument(metavar="RUN", help="Run id or folder.")],
    out: Out = Path("reports"),
    force: Force = False,
    timeout: Timeout = None,
) -> None:
    """Continue a run with the parameters it was started with."""
    from runner.session import resume_one

    raise typer.Exit(resume_one(folder, out, force, timeout))


@app.command()
def index(out: Out = Path("reports")) -> None:
    """Write index.html, the overview of all runs."""
    from runner.index import write_index
    from runner.terminal import show

    show(write_index(out.expanduser()))


@app.command("list")
def list_() -> None:
    """List notebooks, probes, personas, games and data sets."""
    from runner.listing import everything

    everything()


@app.command()
@loading
def check(
    model: Annotated[str, typer.Argument(help="A name, a folder, a .gguf file or a hub id.")],
    *,
    load: dict[str, str],
) -> None:
    """Load a model and compare three inference engines on it: ours, plain transformers, TransformerBridge."""
    from runner.instruments import check as checked

    raise typer.Exit(checked(model, load))


@app.command()
def score(
    source: Annotated[Path, typer.Argument(help="Run folder; or CSV, Parquet, JSONL: confidence, correct, cluster.")],
    by: Annotated[list[str] | None, typer.Option(help="Column to split by; may be repeated.")] = None,
    to: Annotated[Path | None, typer.Option(help="Also write the scores as CSV.")] = None,
) -> None:
    """Calibration scores of a past run or any table, with intervals and the null band of a calibrated model."""
    from runner.instruments import score as scored

    raise typer.Exit(scored(source, by or [], to))


@app.command()
@loading
def sweep(
    file: Annotated[Path, typer.Argument(help="YAML grid, see docs/sweeps.md.")],
    out: Out = Path("reports"),
    jobs: Annotated[int, typer.Option(min=1, help="Cells that run at a time.")] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, count, estimate; run nothing.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Also rerun failed cells.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Stop this sweep, wherever it runs.")] = False,
    scheduler: Annotated[str, typer.Option(help="Address of a Dask scheduler (extra `sweep`).")] = "",
    gpu: Annotated[bool, typer.Option("--gpu", help="With --scheduler: one GPU resource per cell.")] = False,
    export_slurm_array: Annotated[bool, typer.Option("--export-slurm-array", help="Print an sbatch script.")] = False,
    *,
    load: dict[str, str],
) -> None:
    """Run a grid of notebooks and parameters; the same command continues it."""
    from runner.sweep.command import SweepOptions
    from runner.sweep.command import sweep as swept

    options = SweepOptions(out, jobs, dry_run, retry_failed, cancel, scheduler, gpu, export_slurm_array, load)
    raise typer.Exit(swept(file, options))


commands.register(app)


def main() -> None:
    """Entry point of the console script: nothing written to a terminal may change the exit code of a command."""
    from runner.files import trouble
    from runner.terminal import finish, refuse, robust_streams, tell, unwritable

    robust_streams()
    try:
        app()
    except OSError as error:
        if not unwritable(error):
            sys.exit(refuse([trouble(error)]))
        tell(f"the output cannot be written: {error.strerror}", "failed:", "red")
        sys.exit(FAILED)
    except MemoryError:
        tell("there is not enough memory for this", "failed:", "red")
        sys.exit(FAILED)
    finally:
        finish()


if __name__ == "__main__":
    main()
