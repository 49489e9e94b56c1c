"""The commands around a run, for `runner.cli`. What costs time to import is imported by the command that needs it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

Out = Annotated[Path, typer.Option("--out", help="Folder of all runs.")]
Run = Annotated[str, typer.Argument(metavar="RUN", help="Run id or folder.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (plan, compare, label, reread):
        app.command()(_answered(command))
    app.command("zip")(_answered(zip_))
    app.command("open")(_answered(open_))


def _answered(command: Callable[..., None]) -> Callable[..., None]:
    """The command, whose folder of runs may be a file, full, held by another process or not for us to write to."""

    @wraps(command)
    def act(**given: Any) -> None:
        from runner.files import trouble
        from runner.folder import Busy
        from runner.terminal import refuse

        try:
            command(**given)
        except (Busy, OSError) as error:
            code = refuse([str(error) if isinstance(error, Busy) else trouble(error, given["out"].expanduser())])
            raise typer.Exit(3 if given.get("gate") else code) from error

    return act


def plan(
    notebook: Annotated[str, typer.Argument(help="Notebook, or the YAML file of a sweep.")],
    p: Annotated[list[str] | None, typer.Option("-p", help="A parameter as name=value; may be repeated.")] = None,
    f: Annotated[list[Path] | None, typer.Option("-f", help="YAML file of parameters.")] = None,
    pilot: Annotated[str, typer.Option(help="Run or comparison to take variances from.")] = "",
    sd: Annotated[float | None, typer.Option(help="Standard deviation between units, where there is no pilot.")] = None,
    target: Annotated[str, typer.Option(help="Effect to detect, such as 5pp: how many units?")] = "",
    power: Annotated[float, typer.Option(min=0.5, max=0.99, help="Probability of detecting it.")] = 0.8,
    lock: Annotated[bool, typer.Option("--lock", help="Write the plan down with a hash, before the run.")] = False,
    out: Out = Path("reports"),
) -> None:
    """Count and time what a notebook would ask (on a sample of its trials) and say which effects it could detect."""
    from runner.given import collect
    from runner.study.planning import Wanted, plan_study
    from runner.terminal import refuse

    given, problems = collect(p or [], f or [], {})
    if problems:
        raise typer.Exit(refuse(problems))
    raise typer.Exit(plan_study(notebook, given, out.expanduser(), Wanted(pilot, sd, target, power, lock)))


def compare(
    runs: Annotated[list[str], typer.Argument(metavar="RUN RUN [...]", help="Runs; the first is the reference.")],
    gate: Annotated[bool, typer.Option("--gate", help="Exit 0 same, 1 changed, 2 undecided, 3 refused.")] = False,
    to: Annotated[Path | None, typer.Option(help="Folder of comparison.json and summary.md.")] = None,
    out: Out = Path("reports"),
) -> None:
    """Compare runs claim by claim, paired by unit; writes a page with the conversations that changed most."""
    from runner.study.compare import compare_runs

    raise typer.Exit(compare_runs(runs, out.expanduser(), gate, to))


def label(
    run: Run,
    probe: Annotated[str, typer.Option(help="Probe whose turns are labelled: draws a sheet.")] = "",
    measure: Annotated[str, typer.Option(help="Yes-or-no measure, or status (refusals), instead of classes.")] = "",
    question: Annotated[str, typer.Option(help="What labellers are asked, instead of the measure's own words.")] = "",
    n: Annotated[int, typer.Option(help="Turns on the sheet.")] = 200,
    labellers: Annotated[str, typer.Option(help="Names, separated by commas.")] = "",
    overlap: Annotated[
        int | None, typer.Option(help="Turns that every labeller gets (default: 50, all where there are fewer).")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the draw.", min=0)] = 0,
    add: Annotated[list[Path] | None, typer.Option(help="File exported by a form; may be repeated.")] = None,
    report: Annotated[bool, typer.Option("--report", help="Write the page of labels given so far.")] = False,
    out: Out = Path("reports"),
) -> None:
    """Let people label turns of a run: draw a blind sheet with forms (--probe), take labels in (--add), report them."""
    from runner.study import label as labelling
    from runner.terminal import refuse

    if bool(probe) + bool(add) + report != 1:
        raise typer.Exit(refuse(["give one of --probe NAME (draw a sheet), --add FILE (take labels in), --report"]))
    root = out.expanduser()
    if probe:
        people = [name.strip() for name in labellers.split(",") if name.strip()]
        raise typer.Exit(labelling.draw_sheet(run, root, probe, n, people, overlap, measure, seed, question))
    raise typer.Exit(labelling.add_labels(run, root, add) if add else labelling.report(run, root))


def reread(run: Run, out: Out = Path("reports")) -> None:
    """Apply the current rules to stored replies, without the model; the run stays as it was, changes are printed."""
    from runner.study.reread import reread as again

    raise typer.Exit(again(run, out.expanduser()))


def zip_(
    run: Run,
    to: Annotated[Path | None, typer.Option(help="The file (default: RUN.zip in the working folder).")] = None,
    out: Out = Path("reports"),
) -> None:
    """Pack a finished run into one file that can be cited: records, report, parameters, environment, checksums."""
    from runner.study.archive import packing

    raise typer.Exit(packing(run, out.expanduser(), to))


def open_(file: Annotated[Path, typer.Argument(help="A file that `zip` made.")], out: Out = Path("reports")) -> None:
    """Check a packed run, unpack it into the folder of runs and list it in the index."""
    from runner.study.unpack import opening

    raise typer.Exit(opening(file.expanduser(), out.expanduser()))
