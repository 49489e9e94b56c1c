"""`interlocutor reread`: the current rules on stored replies, without the model; the run stays, changes are printed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

import probes
from analysis.report import records
from analysis.report.claims import Claim, screened
from analysis.report.show.html import Shown
from analysis.report.show.tables import table
from analysis.study import labels
from analysis.study.people import people
from analysis.study.replay import NotReplayable, script
from analysis.study.side import Side
from probes import schema
from probes.core.questions import Question, identity
from probes.schema.folder import OWN
from probes.schema.forms import STATUS
from runner.files import in_words
from runner.parameters import Refused
from runner.study.runs import PAGE_LOCK, side, write_page
from runner.terminal import refuse, show, tell

ROW = ["key", "row", "measure"]
NO_FINGERPRINT = "the records of {} do not say the whole fingerprint of their model: run it again with this version"
NO_REPLY = ("{} questions have no stored reply: today's probe asks something else, so the model is needed; the command "
            "of the run asks it only that")  # fmt: skip


class Stored:
    """A model as the records know it: it has a name and a fingerprint, and nothing new to say."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self.info: Mapping[str, Any] = manifest.get("model_info") or {}
        self.name = str(manifest.get("model"))
        self.fingerprint = str(self.info.get("fingerprint", ""))
        if not self.fingerprint:
            raise NotReplayable(NO_FINGERPRINT.format(manifest.get("probe")))

    def reply(self, questions: Sequence[Question], progress: Callable[[int], None] | None = None) -> list[Any]:
        """Nothing: a question without a stored reply needs the model."""
        raise NotReplayable(NO_REPLY.format(len(questions)))

    def digest(self, question: Question) -> str:
        """Hash of the words of a question."""
        return identity(question)


def reread(run: str, root: Path) -> int:
    """Apply the current rules to a run, write the page about what changed, and print it; the exit code."""
    try:
        old = side(run, root)
        folder = root / f"reread-{old.name}"
        root.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".reread-", dir=root) as name:  # a refusal leaves nothing behind
            staged = Path(name)
            claims = screened(_claims(old, staged))
            moved, rows = _claims_moved(old, claims), rows_moved(old.folder, staged)
            labelled = _labelled(old, staged)
            with schema.alone(folder / PAGE_LOCK):
                shutil.rmtree(folder / "records", ignore_errors=True)
                shutil.move(staged / "records", folder / "records")
    except Refused as refused:
        return refuse(refused.problems)
    except (ValueError, OSError, RuntimeError) as error:
        return refuse([f"{Path(run).name}: {in_words(error)}"])
    told = table(rows, "Means over rows that were read; moved: rows whose value or status changed")
    parts = [("Results before and after", table(moved, "As published, and as read again")),
             ("Rows before and after", told), *labelled]  # fmt: skip
    command = f"interlocutor reread {old.name}"
    page = write_page(folder, f"{_title(old)} (by the current rules)", command, parts, claims, {"run": old.name})
    for _, line in moved[moved["moved"]].iterrows():
        values = " to ".join("none" if pd.isna(line[when]) else f"{line[when]:.4g}" for when in ("before", "after"))
        tell(f"{values}; {line['verdict before']} to {line['verdict after']}", line["claim"], "yellow")
    counts = [(int(part["moved"].sum()), many) for part, many in ((moved, len(moved)), (rows, int(rows["rows"].sum())))]
    said = " and ".join(
        f"{changed} of {many} {what}" for (changed, many), what in zip(counts, ("claims", "rows"), strict=True)
    )
    tell(f"{said} moved; the run itself is as it was")
    show(page)
    return 0


def _title(old: Side) -> str:
    return str(schema.told(old.folder / "status.json", STATUS).get("title") or old.name)


def _claims(old: Side, folder: Path) -> list[Claim]:
    """The run's claims by today's code; its records are copied to `folder`, an empty one, and read there."""
    if old.notebook is None:
        raise NotReplayable(f"the notebook of {old.name} is not here: put it into notebooks/")
    shutil.copytree(old.folder / "records", folder / "records", ignore=_strangers)
    given = {**old.parameters, "out": str(folder)}
    return script(old.notebook).claims(given, probes.run, lambda source, **_: _stored(old, source))


def _strangers(folder: str, names: list[str]) -> set[str]:
    """Files among the records that are none of theirs, of whatever size."""
    files = (name for name in names if not Path(folder, name).is_dir())
    return {name for name in files if not any(fnmatch(name, ours) for ours in OWN)}


def _labelled(old: Side, folder: Path) -> list[tuple[str, Shown]]:
    """Rates under the current rules and as people label the turns, where the run has labels."""
    if not (old.folder / labels.FOLDER / labels.FILE).is_file():
        return []
    given = people(old.folder)
    shown = given.of(*(records.rows(folder, name) for name in probes_of(folder))).shown
    return [("Rates as people label them, under the current rules", shown)]


def _stored(old: Side, source: str) -> Stored:
    """The model of the records that was loaded from a source; of several the one of that name."""
    known = {str(about.get("fingerprint")): about for about in old.manifests.values()}
    for about in known.values():
        if source in (about.get("model"), (about.get("model_info") or {}).get("source")) or len(known) == 1:
            return Stored(about)
    raise NotReplayable(f"{old.name} has no records of a model loaded from {source!r}")


def _claims_moved(run: Side, claims: list[Claim]) -> pd.DataFrame:
    """One row per claim, before or after: claim, before, after, verdict before, verdict after, moved."""
    after = {claim.id: claim.record() for claim in claims}
    lines = []
    for name in dict.fromkeys([*run.published, *after]):
        old, new = run.published.get(name, {}), after.get(name, {})
        a, b = old.get("value"), new.get("value")
        same = a == b or (a is not None and b is not None and abs(a - b) < 1e-9)
        verdicts = old.get("verdict", "absent"), new.get("verdict", "absent")
        lines.append({"claim": name, "before": a, "after": b, "verdict before": verdicts[0],
                      "verdict after": verdicts[1], "moved": not same or verdicts[0] != verdicts[1]})  # fmt: skip
    return pd.DataFrame(lines)


def rows_moved(before: Path, after: Path) -> pd.DataFrame:
    """One row per probe and measure: rows, moved, before, after (means).

    A row moved where its value or status changed, or it is there in one only.
    """
    lines = []
    for name in probes_of(after):
        both = records.rows(before, name).merge(records.rows(after, name), on=ROW, how="outer", suffixes=("_a", "_b"))
        for measure, part in both.groupby("measure", sort=False):
            gap = ~((part["value_a"] == part["value_b"]) | (part["value_a"].isna() & part["value_b"].isna()))
            moved = gap | (part["status_a"] != part["status_b"])
            lines.append({"probe": name, "measure": measure, "rows": len(part), "moved": int(moved.sum()),
                          "before": part["value_a"].mean(), "after": part["value_b"].mean()})  # fmt: skip
    return pd.DataFrame(lines, columns=["probe", "measure", "rows", "moved", "before", "after"])


def probes_of(folder: Path) -> list[str]:
    """Probes of a run folder whose records are finished."""
    from probes import schema

    return [str(about["probe"]) for about in schema.manifests(folder) if about.get("finished")]
