"""What the labels of a run amount to, as its reader sees it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.report.claims import Claim, identifier
from analysis.report.show.html import Shown, text
from analysis.report.show.tables import table
from analysis.report.show.turns import conversation
from analysis.stats.estimate import Estimate
from analysis.study.agreement import agreement, disagreements
from analysis.study.corrected import rates
from analysis.study.labels import lacking, latest
from analysis.study.sheets import YES_NO, Sheet, instrument, load

MOST = 40
"""Disagreements shown with their conversation."""


def corrected_rates(out: str | Path) -> pd.DataFrame:
    """Rates of a labelled run, one row per class and rate (raw, corrected, labelled only).

    ValueError where it has no sheet.
    """
    return lines(_rates(out)[1])


def _rates(out: str | Path) -> tuple[Sheet, dict[str, dict[str, Estimate]]]:
    sheet = load(out)
    rows, _ = instrument(out, sheet.probe, sheet.measure)
    return sheet, rates(sheet, rows, latest(out, sheet))


def lines(found: dict[str, dict[str, Estimate]]) -> pd.DataFrame:
    """One row per class and rate: class, rate and the record of its estimate."""
    rows = [
        {"class": name, "rate": kind, **fit.record()} for name, kinds in found.items() for kind, fit in kinds.items()
    ]
    return pd.DataFrame(rows).drop(columns=["spread"])


def claims(found: dict[str, dict[str, Estimate]], sheet: Sheet) -> list[Claim]:
    """The corrected rate of every class as a claim without a null: it describes. The first class leads the others; of
    yes and no, which say the same, it stands alone."""
    names = YES_NO[:1] if sheet.classes == YES_NO else sheet.classes
    first = identifier("labels", sheet.probe, names[0])
    made = []
    for name in names:
        topic = f"{sheet.measure}: {name}" if name in YES_NO else name.replace("_", " ")
        subject = f"Rate of {topic}, corrected by labels"
        own = identifier("labels", sheet.probe, name)
        made.append(Claim(f"How often is it {topic}, as people label it?", found[name]["corrected"], "probability",
                          subject=subject, units_name="labelled units", topic=topic, id=own,
                          part_of="" if own == first else first))  # fmt: skip
    return made


def parts(out: str | Path) -> tuple[list[Claim], list[tuple[str, Shown]]]:
    """(claims, headings with what stands under them) of the page about a labelled run."""
    sheet, found = _rates(out)
    labels = latest(out, sheet)
    if labels.empty:
        raise ValueError(f"{sheet.run} {lacking(out, sheet)}")
    agreed = agreement(sheet, labels, np.random.default_rng(sheet.seed))
    shown = [
        ("Raw, corrected and labelled-only rates", table(lines(found), "One row per class and way to know its rate")),
        ("Agreement", table(agreed, "Beyond chance, with intervals over independent units; below 0.6 is unreliable")),
        ("Disagreements to settle", _apart(sheet, disagreements(sheet, labels))),
        ("Progress", table(progress(sheet, labels), "Labels per labeller")),
    ]
    return claims(found, sheet), shown


def progress(sheet: Sheet, labels: pd.DataFrame) -> pd.DataFrame:
    """One row per labeller: labeller, labelled, of, first, last (times)."""
    rows = []
    for name in sheet.labellers:
        own = labels[labels["labeller"] == name]
        times = (own["when"].min(), own["when"].max()) if len(own) else ("", "")
        rows.append(
            {"labeller": name, "labelled": len(own), "of": len(sheet.of(name)), "first": times[0], "last": times[1]}
        )
    return pd.DataFrame(rows)


def _apart(sheet: Sheet, rows: pd.DataFrame) -> Shown:
    items = {item.id: item for item in sheet.items}
    shown = table(rows, f"Labels that differ; {len(rows)} items. Settle them under the name 'adjudicated'")
    for _, row in rows.head(MOST).iterrows():
        said = ", ".join(f"{name}: {row[name]}" for name in sheet.labellers if name in row and not pd.isna(row[name]))
        body = conversation(items[row["item"]].turns).html
        title = text(f"{items[row['item']].id}: {said}")
        shown += Shown(f'<details class="il-trial"><summary>{title}</summary>{body}</details>', said)
    return shown
