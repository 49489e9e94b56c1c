"""`interlocutor label`: draw a sheet and its forms, take labels in, and report what they amount to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.report import records
from analysis.study import labelled
from analysis.study.drawing import draw
from analysis.study.labels import append, exported
from analysis.study.people import people
from analysis.study.sheets import FOLDER, load, save
from probes import schema
from runner.files import in_words
from runner.parameters import Refused
from runner.study.form import write_form
from runner.study.runs import finished_run, write_page
from runner.terminal import refuse, show, tell

OVERLAP = 50
"""Turns that every labeller gets, where nothing else is asked for and the sheet has as many."""


def unfit(folder: Path, given: str) -> list[str]:
    """Why labels (`-p labels=`) cannot be those of a run that has replies; nothing where they can, or there are none.

    Asked before a finished run is made again: labels that do not fit would leave it failed.
    """
    try:
        known = people(given)
        if known.sheet is not None and (rows := [records.rows(folder, name) for name in _finished(folder)]):
            known.fitting(*rows)
    except ValueError as error:
        return [f"labels: {error}"]
    return []


def _finished(folder: Path) -> list[str]:
    return [str(about["probe"]) for about in schema.manifests(folder) if about.get("finished")]


def draw_sheet(run: str, root: Path, probe: str, n: int, labellers: Sequence[str], overlap: int | None = None,
               measure: str = "", seed: int = 0, question: str = "") -> int:  # fmt: skip
    """Draw a sheet for a run and write a form for each labeller; the exit code. `overlap`: OVERLAP unless given."""
    overlap = min(OVERLAP, n) if overlap is None else overlap
    try:
        folder = finished_run(run, root)
        if probe not in schema.probes(folder):
            raise ValueError(
                f"{folder.name} has no probe {probe!r}; it has {', '.join(schema.probes(folder)) or 'none'}"
            )
        sheet = draw(folder, probe, n, labellers, overlap, measure, seed, question)
        save(sheet, folder)
        for name in sheet.labellers:
            show(write_form(sheet, name, folder / FOLDER))
    except Refused as refused:
        return refuse(refused.problems)
    except (ValueError, OSError) as error:
        return refuse([in_words(error)])
    tell(
        f"{n} turns, {overlap} of them for all; then: interlocutor label {folder.name} --add labels-NAME.json", "drawn:"
    )
    return 0


def add_labels(run: str, root: Path, files: Sequence[Path]) -> int:
    """Append exported labels to those of a run: all files, or none where one does not belong to it."""
    try:
        folder = finished_run(run, root)
        sheet = load(folder)
        new = append(folder, sheet, [label for file in files for label in exported(file, sheet)])
    except Refused as refused:
        return refuse(refused.problems)
    except (ValueError, OSError) as error:
        return refuse([in_words(error)])
    tell(f"{new} new labels for {folder.name}", "added:", "green")
    return report(run, root)


def report(run: str, root: Path) -> int:
    """Write the page about the labels of a run and say where it is."""
    try:
        folder = finished_run(run, root)
        claims, shown = labelled.parts(folder)
    except Refused as refused:
        return refuse(refused.problems)
    except (ValueError, OSError) as error:
        return refuse([in_words(error)])
    for claim in claims:
        tell(claim.sentence)
    command = f"interlocutor label {folder.name} --report"
    show(write_page(root / f"labels-{folder.name}", f"Labels of {folder.name}", command, shown, claims,
                    {"run": folder.name}))  # fmt: skip
    return 0
