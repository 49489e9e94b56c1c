"""The tutorial of docs/study.md as it is printed: files, commands, names of runs, what is printed, every number."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import stand_in
from typer.testing import CliRunner

from analysis.report import records
from analysis.study import labelled
from analysis.study.comparison import CHANGED, SAME
from analysis.study.sheets import load
from runner.cli import app
from runner.study.adherence import adherence

PAGE = (Path(__file__).parents[2] / "docs" / "study.md").read_text(encoding="utf-8")
TUTORIAL = PAGE.partition("## A study from beginning to end")[2].partition("\n## ")[0]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = [(kind, text) for kind, text in BLOCK.findall(TUTORIAL)]
COMMANDS = [line for kind, text in BLOCKS if not kind for line in text.splitlines()]
PROSE = re.sub(r"`[^`]*`", "", BLOCK.sub("", TUTORIAL))
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
PLANTED = {"30": "asks_back-9c40ae27aa", "60": "asks_back-d431e3b602"}
"""Rates of asking back in percent, by the run that must cover them."""
ERRING = "58"
"""Percent that two labellers who err at SHARE call so, of the larger one: .9 of 60 and .1 of 40."""
SHARE = 0.1
"""Of the turns each labeller gets wrong."""


def typed(line: str) -> str:
    """What a command of the tutorial says."""
    program, *words = shlex.split(line)
    if program == "cd":
        os.chdir(words[0])
        return ""
    if program == "jupytext":
        made = subprocess.run([sys.executable, "-m", *shlex.split(line)], check=True, capture_output=True, text=True)
        return made.stdout
    assert program == "interlocutor"
    if "--add" in words:
        for labeller in ("ann", "bo"):
            exported(Path("reports", words[1]), labeller)
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, f"{line}: {done.output}"
    return " ".join(done.output.split())


def written(text: str) -> None:
    """A file of the tutorial, or the line of one that it changes."""
    first, _, rest = text.partition("\n")
    name, _, changed = first.removeprefix("# ").partition(", ")
    if changed:
        (line,) = rest.splitlines()
        kept = Path(name).read_text()
        rest = re.sub(rf"^{line.partition(' = ')[0]} = .*$", line, kept, flags=re.MULTILINE)
        assert kept != rest
    Path(name).write_text(rest if changed else text)


def quoted(block: str, printed: str) -> None:
    """Every line of a block was printed, in this order; what a line leaves out is three points."""
    at = 0
    for line in block.split("\n"):
        for part in line.split("..."):
            words = " ".join(part.split())
            assert words in printed[at:], f"{words!r} is not in {printed[at:]!r}"
            at = printed.index(words, at) + len(words)


def exported(run: Path, labeller: str) -> None:
    """The file that a labeller sends back."""
    sheet = load(run)
    given = [{"item": item.id, "when": f"2026-01-01T00:{at // 60:02}:{at % 60:02}Z", "note": "",
              "label": "yes" if ("?" in item.turns[-1][1]) != (stand_in.draw(labeller, item.id) < SHARE) else "no"}
             for at, item in enumerate(sheet.of(labeller))]  # fmt: skip
    Path(f"labels-{labeller}.json").write_text(
        json.dumps({"sheet": sheet.digest, "labeller": labeller, "labels": given})
    )


def test_the_tutorial_names_every_command():
    for name in ("init", "run", "plan", "compare", "label", "reread", "zip", "open"):
        assert any(line.startswith(f"interlocutor {name}") for line in COMMANDS), name
    assert {kind for kind, _ in BLOCKS} == {"", "python", "text"}


@pytest.fixture
def carried(tmp_path, monkeypatch):
    """What every block of commands printed, the tutorial carried through as it stands: its blocks in their order."""
    monkeypatch.delenv("INTERLOCUTOR_STUDY", raising=False)
    monkeypatch.chdir(tmp_path)
    printed: list[str] = []
    for kind, text in BLOCKS:
        if kind == "python":
            written(text)
        elif kind == "text":
            quoted(text, printed[-1])
        else:
            printed.append(" ".join(map(typed, text.splitlines())))
    return printed


@pytest.mark.slow
def test_the_tutorial_is_carried_through_as_printed(carried):
    _, first, second = dict.fromkeys(re.findall(r"(?<!/form-)asks_back-[0-9a-f]{10}", TUTORIAL))
    # every number of the text was printed, or planted and found
    there = {*NUMBER.findall(" ".join([*carried, *COMMANDS])), *PLANTED, ERRING}
    assert set(NUMBER.findall(PROSE)) - there == set()
    for percent, run in PLANTED.items():
        claim = next(one for one in published(run) if one["id"] == "asks.back")
        assert claim["low"] < int(percent) / 100 < claim["high"]
    # the runs kept to their plans, labels or none
    for run in (first, second):
        assert adherence(Path("reports", run))["deviations"] == []
    # the planted difference is found, the planted equivalence called the same
    (page,) = Path("reports").glob("compare-*/comparison.json")
    outcomes = {claim["id"]: claim["outcome"] for claim in json.loads(page.read_text())["claims"]}
    assert outcomes == {"asks.back": CHANGED, "asks.thanks": SAME}
    # labels correct the rate, and are an instrument of the run that was made again
    rates = labelled.corrected_rates(Path("reports", second)).set_index(["class", "rate"])
    claims = {claim["id"]: claim for claim in published(second)}
    low, high = (100 * claims["labels.asks_back.yes"][end] for end in ("low", "high"))
    assert low < int(ERRING) < high
    assert claims["labels.asks_back.yes"]["value"] == rates.loc[("yes", "corrected"), "value"]
    report = Path("reports", second, "report.html").read_text()
    for rate in ("raw", "corrected", "labelled only"):
        assert f">{rate}<" in report
    # and the file opens elsewhere with the same numbers
    there = Path("elsewhere", second)
    assert records.rows(there, "asks_back").equals(records.rows(Path("reports", second), "asks_back"))
    assert labelled.corrected_rates(there).equals(labelled.corrected_rates(Path("reports", second)))
    assert adherence(there) == adherence(Path("reports", second))


def published(run):
    """Claims of a run."""
    return json.loads(Path("reports", run, "claims.json").read_text())["claims"]
